//! Pages written again, so that a deleted name leaves no copy in the file.
//!
//! SQLite overwrites what is deleted (`secure_delete`), but when a page has been split before, the
//! unused part of it keeps old copies of what moved elsewhere. So all pages with names or UUIDs are freed,
//! which overwrites them whole, and what stays is written again.

use rusqlite::Connection;

/// Writes the pages of players' names again.
pub(crate) fn rewrite_players(file: &Connection) -> rusqlite::Result<()> {
    rewrite(file, "players")
}

/// Writes the pages of players' UUIDs again.
pub(crate) fn rewrite_player_uuids(file: &Connection) -> rusqlite::Result<()> {
    rewrite(file, "player_uuids")
}

/// Writes the pages of servers' names again. Not within a transaction: other tables refer to servers,
/// and while SQLite enforces that, rows are deleted one by one and their pages are not freed.
pub(crate) fn rewrite_servers(file: &Connection) -> rusqlite::Result<()> {
    file.pragma_update(None, "foreign_keys", false)?;
    let rewritten = rewrite_without_foreign_keys(file);
    if rewritten.is_err() && !file.is_autocommit() {
        file.execute_batch("ROLLBACK")?;
    }
    file.pragma_update(None, "foreign_keys", true)?;
    rewritten
}

fn rewrite_without_foreign_keys(file: &Connection) -> rusqlite::Result<()> {
    file.execute_batch("BEGIN IMMEDIATE")?;
    rewrite(file, "servers")?;
    rewrite(file, "link_codes")?;
    file.execute_batch("COMMIT")
}

fn rewrite(file: &Connection, table: &str) -> rusqlite::Result<()> {
    file.execute_batch(&format!(
        "CREATE TEMP TABLE rows_that_stay AS SELECT * FROM main.{table};
         DELETE FROM main.{table};
         INSERT INTO main.{table} SELECT * FROM rows_that_stay ORDER BY 1;
         DROP TABLE rows_that_stay;"
    ))
}
