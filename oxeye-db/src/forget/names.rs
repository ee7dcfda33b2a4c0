//! A name leaves no copy in the file.

use rusqlite::Connection;

use crate::players::PlayerId;

/// Deletes a player's name so that its letters are nowhere in the file.
///
/// SQLite overwrites what is deleted (`secure_delete`), but when a page has been split before, the
/// unused part of it keeps old copies of what moved elsewhere. So all pages with names are given
/// back, which overwrites them whole, and the names that stay are written anew.
pub(super) fn delete(file: &Connection, player: PlayerId) -> rusqlite::Result<()> {
    file.execute("DELETE FROM players WHERE id = ?1", [player.0])?;
    file.execute_batch(
        "CREATE TEMP TABLE names_that_stay AS SELECT id, name FROM main.players ORDER BY id;
         DELETE FROM main.players;
         INSERT INTO main.players (id, name) SELECT id, name FROM names_that_stay ORDER BY id;
         DROP TABLE names_that_stay;",
    )
}
