//! The addresses at which Oxeye itself asks whether a server answers: at most one row per server.

use oxeye_plugin_proto::{ServerName, UnixSeconds};
use rusqlite::{Connection, OptionalExtension, params};

use super::{Rows, corrupt, run, server_name, signed, time};
use crate::ids::{GuildId, ServerId};
use crate::watched_address::{Edition, ServerAddress, WatchedAs};

/// The address of a server.
#[derive(Debug, Clone)]
pub(crate) struct WatchedRow {
    pub(crate) address: ServerAddress,
    pub(crate) watched_as: WatchedAs,
    pub(crate) edition: Option<Edition>,
    pub(crate) added_at: UnixSeconds,
    pub(crate) answered_at: Option<UnixSeconds>,
}

/// Returns the address of one server, or of all servers that have one.
pub(crate) fn all(
    file: &Connection,
    only: Option<ServerId>,
) -> rusqlite::Result<Rows<'_, (ServerId, WatchedRow)>> {
    const SQL: &str = "SELECT server_id, host, port, edition, added_at, answered_at,
             EXISTS (SELECT 1 FROM api_keys WHERE api_keys.server_id = watched_addresses.server_id)
         FROM watched_addresses WHERE ?1 IS NULL OR server_id = ?1 ORDER BY server_id";
    Rows::for_server(file, SQL, only, |row| {
        let edition: Option<String> = row.get(3)?;
        let edition = edition.map(|word| {
            let edition = Edition::from_word(&word);
            edition.ok_or_else(|| corrupt(3, "not an edition"))
        });
        let watched = WatchedRow {
            address: ServerAddress {
                host: row.get(1)?,
                port: row.get(2)?,
            },
            watched_as: match row.get(6)? {
                true => WatchedAs::Beside,
                false => WatchedAs::Alone,
            },
            edition: edition.transpose()?,
            added_at: UnixSeconds(row.get(4)?),
            answered_at: time(row, 5)?,
        };
        Ok((ServerId(row.get(0)?), watched))
    })
}

/// Adds an address for a server that has none.
pub(crate) fn insert(
    file: &Connection,
    server: ServerId,
    address: &ServerAddress,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    file.execute(
        "INSERT INTO watched_addresses (server_id, host, port, added_at) VALUES (?1, ?2, ?3, ?4)",
        params![server.0, address.host, address.port, now.0],
    )?;
    Ok(())
}

/// Notes in which edition a server last answered, and when.
pub(crate) fn set_answered(
    file: &Connection,
    server: ServerId,
    edition: Option<Edition>,
    answered_at: Option<UnixSeconds>,
) -> rusqlite::Result<()> {
    run(
        file,
        "UPDATE watched_addresses SET edition = ?2, answered_at = ?3 WHERE server_id = ?1",
        params![
            server.0,
            edition.map(Edition::as_str),
            answered_at.map(|at| at.0)
        ],
    )
}

/// Whether a server has an address.
pub(crate) fn exists(file: &Connection, server: ServerId) -> rusqlite::Result<bool> {
    file.query_row(
        "SELECT EXISTS (SELECT 1 FROM watched_addresses WHERE server_id = ?1)",
        [server.0],
        |row| row.get(0),
    )
}

/// Returns the name of the server of a guild that has this address.
pub(crate) fn server_at(
    file: &Connection,
    guild: GuildId,
    address: &ServerAddress,
) -> rusqlite::Result<Option<ServerName>> {
    file.query_row(
        "SELECT name FROM watched_addresses JOIN servers ON servers.id = server_id
         WHERE guild_id = ?1 AND host = ?2 COLLATE NOCASE AND port IS ?3",
        params![guild.to_sql(), address.host, address.port],
        |row| server_name(row, 0),
    )
    .optional()
}

/// Whether a guild (or, without one, all guilds together) has at least this many addresses.
pub(crate) fn has_at_least(
    file: &Connection,
    guild: Option<GuildId>,
    limit: usize,
) -> rusqlite::Result<bool> {
    file.query_row(
        "SELECT count(*) >= ?2 FROM watched_addresses JOIN servers ON servers.id = server_id
         WHERE ?1 IS NULL OR guild_id = ?1",
        params![guild.map(GuildId::to_sql), signed(limit)],
        |row| row.get(0),
    )
}

/// Deletes the address of a server.
pub(crate) fn delete_for_server(file: &Connection, server: ServerId) -> rusqlite::Result<()> {
    run(
        file,
        "DELETE FROM watched_addresses WHERE server_id = ?1",
        params![server.0],
    )
}
