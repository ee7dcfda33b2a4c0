//! The API keys of servers, each as its SHA-256.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, OptionalExtension, params};

use crate::ids::ServerId;
use crate::rotation::KeyStanding;

/// The SHA-256 of an API key.
type KeyHash = [u8; 32];

/// Adds a server's key by its hash: the one it uses, or the next one.
pub(crate) fn insert(
    file: &Connection,
    hash: &KeyHash,
    server: ServerId,
    is_next: bool,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    file.execute(
        "INSERT INTO api_keys (key_hash, server_id, is_next, created_at) VALUES (?1, ?2, ?3, ?4)",
        params![hash, server.0, is_next, now.0],
    )?;
    Ok(())
}

/// Returns a server's keys.
pub(crate) fn for_server(
    file: &Connection,
    server: ServerId,
) -> rusqlite::Result<Vec<(KeyHash, KeyStanding)>> {
    file.prepare_cached("SELECT key_hash, is_next, dies_at FROM api_keys WHERE server_id = ?1")?
        .query_map([server.0], |row| {
            Ok((row.get(0)?, standing(row.get(1)?, row.get(2)?)))
        })?
        .collect()
}

/// Reads what becomes of a key.
pub(crate) fn standing(is_next: bool, dies_at: Option<i64>) -> KeyStanding {
    match (is_next, dies_at) {
        (_, Some(dies_at)) => KeyStanding::Replaced(UnixSeconds(dies_at)),
        (true, None) => KeyStanding::Next,
        (false, None) => KeyStanding::Current,
    }
}

/// Makes the next key of a server the one it uses. Returns the server, if the key was the next one.
pub(crate) fn set_current(file: &Connection, hash: &KeyHash) -> rusqlite::Result<Option<ServerId>> {
    file.query_row(
        "UPDATE api_keys SET is_next = 0 WHERE key_hash = ?1 AND is_next = 1 RETURNING server_id",
        [hash],
        |row| row.get(0).map(ServerId),
    )
    .optional()
}

/// Lets every key of a server but this one die at a time, unless it does so already.
pub(crate) fn set_replaced_but(
    file: &Connection,
    server: ServerId,
    hash: &KeyHash,
    dies_at: UnixSeconds,
) -> rusqlite::Result<()> {
    file.execute(
        "UPDATE api_keys SET dies_at = ?3
         WHERE server_id = ?1 AND key_hash <> ?2 AND dies_at IS NULL",
        params![server.0, hash, dies_at.0],
    )?;
    Ok(())
}

/// Deletes a server's keys but the one it uses.
pub(crate) fn delete_all_but_current(file: &Connection, server: ServerId) -> rusqlite::Result<()> {
    file.execute(
        "DELETE FROM api_keys WHERE server_id = ?1 AND (is_next = 1 OR dies_at IS NOT NULL)",
        [server.0],
    )?;
    Ok(())
}

/// Deletes the keys that die by `now`, and returns their servers.
pub(crate) fn delete_dead(file: &Connection, now: UnixSeconds) -> rusqlite::Result<Vec<ServerId>> {
    file.prepare_cached("DELETE FROM api_keys WHERE dies_at <= ?1 RETURNING server_id")?
        .query_map([now.0], |row| row.get(0).map(ServerId))?
        .collect()
}

/// Lets no key die later than `latest`, and returns the servers of those that would have.
pub(crate) fn limit_dying(
    file: &Connection,
    latest: UnixSeconds,
) -> rusqlite::Result<Vec<ServerId>> {
    file.prepare_cached("UPDATE api_keys SET dies_at = ?1 WHERE dies_at > ?1 RETURNING server_id")?
        .query_map([latest.0], |row| row.get(0).map(ServerId))?
        .collect()
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
