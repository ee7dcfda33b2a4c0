//! The names of players, each once.

use oxeye_plugin_proto::PlayerName;
use rusqlite::{Connection, params};

use super::{Rows, last_worn, player_name, run};
use crate::persons::Share;
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

/// Whether a player of this id has this name.
pub(crate) fn is_called(
    file: &Connection,
    id: PlayerId,
    name: &PlayerName,
) -> rusqlite::Result<bool> {
    file.prepare_cached("SELECT 1 FROM players WHERE id = ?1 AND name = ?2")?
        .exists(params![id.0, name.as_str()])
}

/// Whether anything refers to a player, apart from stays and loose ends, which memory knows.
pub(crate) fn is_used(file: &Connection, id: PlayerId) -> rusqlite::Result<bool> {
    const TABLES: [&str; 4] = [
        "player_uuids",
        "linked_members",
        "imported_playtime",
        "notices",
    ];
    for table in TABLES {
        let sql = format!("SELECT 1 FROM {table} WHERE player_id = ?1");
        if file.prepare(&sql)?.exists([id.0])? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Deletes a player's name.
pub(crate) fn delete(file: &Connection, id: PlayerId) -> rusqlite::Result<()> {
    // Nobody else may get what the player wore, should the number be assigned again after a restart.
    last_worn::delete_for_player(file, None, id, Share::Whole)?;
    run(file, "DELETE FROM players WHERE id = ?1", params![id.0])
}
