//! The names of players, each once.

use oxeye_plugin_proto::PlayerName;
use rusqlite::{Connection, params};

use super::{Rows, player_name, run};
use crate::players::PlayerId;

/// Adds a player.
pub(crate) fn insert(file: &Connection, id: PlayerId, name: &PlayerName) -> rusqlite::Result<()> {
    run(
        file,
        "INSERT INTO players (id, name) VALUES (?1, ?2)",
        params![id.0, name.as_str()],
    )
}

/// Returns all players.
pub(crate) fn all(file: &Connection) -> rusqlite::Result<Rows<'_, (PlayerId, PlayerName)>> {
    Rows::new(file, "SELECT id, name FROM players", |row| {
        Ok((PlayerId(row.get(0)?), player_name(row, 1)?))
    })
}

/// Deletes a player's name.
pub(crate) fn delete(file: &Connection, id: PlayerId) -> rusqlite::Result<()> {
    run(file, "DELETE FROM players WHERE id = ?1", params![id.0])
}
