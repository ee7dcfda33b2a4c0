//! The Idempotency-Keys of single events.

use oxeye_plugin_proto::UnixSeconds;
use oxeye_plugin_proto::limits::IDEMPOTENCY_KEY_LIFETIME;
use rusqlite::{Connection, params};

use crate::ids::ServerId;

/// Remembers a key. Returns false if the server has used it within its lifetime.
pub(crate) fn remember(
    file: &Connection,
    server: ServerId,
    key: &str,
    now: UnixSeconds,
) -> rusqlite::Result<bool> {
    let edge = now.minus(IDEMPOTENCY_KEY_LIFETIME);
    let changed = file
        .prepare_cached(
            "INSERT INTO idempotency_keys (server_id, key, at) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET at = excluded.at WHERE at < ?4",
        )?
        .execute(params![server.0, key, now.0, edge.0])?;
    Ok(changed > 0)
}

/// Forgets a key.
pub(crate) fn forget(file: &Connection, server: ServerId, key: &str) -> rusqlite::Result<()> {
    file.prepare_cached("DELETE FROM idempotency_keys WHERE server_id = ?1 AND key = ?2")?
        .execute(params![server.0, key])?;
    Ok(())
}

/// Forgets all keys of a server.
pub(crate) fn delete_for_server(file: &Connection, server: ServerId) -> rusqlite::Result<()> {
    file.prepare_cached("DELETE FROM idempotency_keys WHERE server_id = ?1")?
        .execute([server.0])?;
    Ok(())
}

/// Deletes up to `limit` keys whose lifetime is over. Returns how many.
pub(crate) fn delete_expired(
    file: &Connection,
    now: UnixSeconds,
    limit: usize,
) -> rusqlite::Result<usize> {
    let edge = now.minus(IDEMPOTENCY_KEY_LIFETIME);
    file.prepare_cached(
        "DELETE FROM idempotency_keys WHERE (server_id, key) IN (
             SELECT server_id, key FROM idempotency_keys WHERE at < ?1 LIMIT ?2)",
    )?
    .execute([edge.0, i64::try_from(limit).unwrap_or(i64::MAX)])
}
