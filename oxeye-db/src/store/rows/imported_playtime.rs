//! Playtime from before Oxeye, per player and server.

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::{Connection, OptionalExtension, params};

use super::{Rows, player_name, run};
use crate::ids::{GuildId, ServerId};
use crate::players::PlayerId;

/// Sets a player's imported playtime on a server.
pub(crate) fn set(
    file: &Connection,
    server: ServerId,
    player: PlayerId,
    seconds: u32,
    now: UnixSeconds,
) -> rusqlite::Result<()> {
    run(
        file,
        "INSERT INTO imported_playtime (server_id, player_id, seconds, imported_at)
         VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET seconds = ?3, imported_at = ?4",
        params![server.0, player.0, seconds, now.0],
    )
}

/// Returns a player's imported playtime on a server, in seconds.
pub(crate) fn seconds_of(
    file: &Connection,
    server: ServerId,
    player: PlayerId,
) -> rusqlite::Result<Option<u64>> {
    file.prepare_cached(
        "SELECT seconds FROM imported_playtime WHERE server_id = ?1 AND player_id = ?2",
    )?
    .query_row(params![server.0, player.0], |row| {
        row.get(0).map(i64::cast_unsigned)
    })
    .optional()
}

/// Returns the imported playtime of a server's players, in seconds.
pub(crate) fn for_server(
    file: &Connection,
    server: ServerId,
) -> rusqlite::Result<Vec<(PlayerId, u64)>> {
    file.prepare_cached("SELECT player_id, seconds FROM imported_playtime WHERE server_id = ?1")?
        .query_map([server.0], |row| {
            // The table allows no negative numbers.
            Ok((PlayerId(row.get(0)?), row.get(1).map(i64::cast_unsigned)?))
        })?
        .collect()
}

/// Whether a player has imported playtime on any server.
pub(crate) fn is_of(file: &Connection, player: PlayerId) -> rusqlite::Result<bool> {
    file.prepare_cached("SELECT 1 FROM imported_playtime WHERE player_id = ?1")?
        .exists([player.0])
}

/// Returns the players with imported playtime, each once.
pub(crate) fn players(file: &Connection) -> rusqlite::Result<Vec<PlayerId>> {
    file.prepare_cached("SELECT DISTINCT player_id FROM imported_playtime")?
        .query_map([], |row| row.get(0).map(PlayerId))?
        .collect()
}

/// Returns all imported playtime in seconds, with the names of the players.
pub(crate) fn with_names(
    file: &Connection,
) -> rusqlite::Result<Rows<'_, (ServerId, PlayerName, u64)>> {
    const SQL: &str = "SELECT server_id, name, seconds
         FROM imported_playtime CROSS JOIN players ON players.id = player_id";
    Rows::new(file, SQL, |row| {
        let seconds = row.get(2).map(i64::cast_unsigned)?;
        Ok((ServerId(row.get(0)?), player_name(row, 1)?, seconds))
    })
}

/// Deletes a server's imported playtime.
pub(crate) fn delete_for_server(file: &Connection, server: ServerId) -> rusqlite::Result<()> {
    file.execute(
        "DELETE FROM imported_playtime WHERE server_id = ?1",
        [server.0],
    )?;
    Ok(())
}

/// Deletes a player's imported playtime in one guild, or in all guilds, and returns on how many servers there was
/// any.
pub(crate) fn delete_for_player(
    file: &Connection,
    only: Option<GuildId>,
    player: PlayerId,
) -> rusqlite::Result<usize> {
    file.execute(
        "DELETE FROM imported_playtime WHERE player_id = ?1
             AND (?2 IS NULL OR server_id IN (SELECT id FROM servers WHERE guild_id = ?2))",
        params![player.0, only.map(GuildId::to_sql)],
    )
}
