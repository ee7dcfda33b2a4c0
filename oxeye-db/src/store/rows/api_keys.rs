//! The API keys of servers, each as its SHA-256.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, params};

use crate::ids::ServerId;

/// Adds a server's key by its hash.
pub(crate) fn insert(
    file: &Connection,
    hash: &[u8; 32],
    server: ServerId,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    file.execute(
        "INSERT INTO api_keys (key_hash, server_id, created_at) VALUES (?1, ?2, ?3)",
        params![hash, server.0, now.0],
    )?;
    Ok(())
}

/// Deletes a server's keys.
pub(crate) fn delete_for_server(file: &Connection, server: ServerId) -> rusqlite::Result<()> {
    file.prepare_cached("DELETE FROM api_keys WHERE server_id = ?1")?
        .execute([server.0])?;
    Ok(())
}

/// Whether a server has any key.
pub(crate) fn has_any(file: &Connection, server: ServerId) -> rusqlite::Result<bool> {
    file.prepare_cached("SELECT EXISTS (SELECT 1 FROM api_keys WHERE server_id = ?1)")?
        .query_row([server.0], |row| row.get(0))
}
