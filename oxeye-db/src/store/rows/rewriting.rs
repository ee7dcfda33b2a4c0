//! Rewrites pages so that a deleted name leaves no copy in the file.
//!
//! SQLite overwrites what is deleted (`secure_delete`), but the unused part of a page that was split
//! keeps old copies of what moved elsewhere. So we free all pages with names or UUIDs, which overwrites
//! them entirely, and write the remaining rows again.

use rusqlite::Connection;

/// Rewrites the pages with players' names.
pub(crate) fn rewrite_players(file: &Connection) -> rusqlite::Result<()> {
    rewrite(file, "players")
}

/// Rewrites the pages with players' UUIDs.
pub(crate) fn rewrite_player_uuids(file: &Connection) -> rusqlite::Result<()> {
    rewrite(file, "player_uuids")
}

/// Rewrites the pages with the UUIDs of accounts.
pub(crate) fn rewrite_accounts(file: &Connection) -> rusqlite::Result<()> {
    rewrite(file, "accounts")
}

/// Rewrites the pages with the ids of members who are linked to players.
pub(crate) fn rewrite_linked_members(file: &Connection) -> rusqlite::Result<()> {
    rewrite(file, "linked_members")
}

/// Rewrites the pages with the ids of members who want to be told about players.
pub(crate) fn rewrite_notices(file: &Connection) -> rusqlite::Result<()> {
    rewrite(file, "notices")
}

/// Rewrites the pages with the UUIDs of accounts that were looked up.
pub(crate) fn rewrite_looked_up_skins(file: &Connection) -> rusqlite::Result<()> {
    rewrite(file, "looked_up_skins")
}

/// Rewrites the pages with servers' names and addresses. Must not run in a transaction, because it switches off
/// foreign keys: while SQLite enforces those, it deletes rows one by one and does not free their pages.
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
    rewrite(file, "watched_addresses")?;
    file.execute_batch("COMMIT")
}

fn rewrite(file: &Connection, table: &str) -> rusqlite::Result<()> {
    file.execute_batch(&format!(
        "CREATE TEMP TABLE remaining_rows AS SELECT * FROM main.{table};
         DELETE FROM main.{table};
         INSERT INTO main.{table} SELECT * FROM remaining_rows ORDER BY 1;
         DROP TABLE remaining_rows;"
    ))
}
