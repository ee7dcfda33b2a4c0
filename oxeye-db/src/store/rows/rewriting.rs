//! Rewrites pages so that a deleted name leaves no copy in the file.
//!
//! SQLite overwrites what is deleted (`secure_delete`), but the unused part of a page that was split
//! keeps old copies of what moved elsewhere. So we free all pages with names or UUIDs, which overwrites
//! them entirely, and write the remaining rows again.
//!
//! With many names this takes a while. So a transaction that deletes some only notes which tables are to be rewritten,
//! and each of these is rewritten in a transaction of its own, with the writes of others in between.

use rusqlite::Connection;

/// A table that names players or members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    /// Players' names.
    Players,
    /// Players' UUIDs.
    PlayerUuids,
    /// The UUIDs of accounts.
    Accounts,
    /// The ids of members who are linked to players.
    LinkedMembers,
    /// The ids of members who want to be told about players.
    Notices,
    /// The UUIDs of accounts that were looked up.
    LookedUpSkins,
}

impl Table {
    const ALL: [Self; 6] = [
        Self::Players,
        Self::PlayerUuids,
        Self::Accounts,
        Self::LinkedMembers,
        Self::Notices,
        Self::LookedUpSkins,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Players => "players",
            Self::PlayerUuids => "player_uuids",
            Self::Accounts => "accounts",
            Self::LinkedMembers => "linked_members",
            Self::Notices => "notices",
            Self::LookedUpSkins => "looked_up_skins",
        }
    }
}

/// Notes that a table is to be rewritten, because rows of it were deleted.
pub(crate) fn require(file: &Connection, table: Table) -> rusqlite::Result<()> {
    file.prepare_cached("INSERT OR IGNORE INTO tables_to_rewrite (name) VALUES (?1)")?
        .execute([table.name()])?;
    Ok(())
}

/// Whether a table is to be rewritten.
pub(crate) fn is_required(file: &Connection) -> rusqlite::Result<bool> {
    file.prepare_cached("SELECT 1 FROM tables_to_rewrite")?
        .exists([])
}

/// Rewrites one of the tables that are to be rewritten, of several one for which there is room. Returns whether there was
/// any. Must not run in a transaction.
///
/// # Errors
/// When none of them can be rewritten.
pub(crate) fn rewrite_next(file: &Connection) -> rusqlite::Result<bool> {
    let names: Vec<String> = file
        .prepare_cached("SELECT name FROM tables_to_rewrite")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut failed = Ok(false);
    for name in names {
        match rewrite_required(file, &name) {
            Ok(()) => return Ok(true),
            Err(error) => failed = Err(error),
        }
    }
    failed
}

fn rewrite_required(file: &Connection, name: &str) -> rusqlite::Result<()> {
    without_foreign_keys(file, || {
        if let Some(table) = Table::ALL.iter().find(|table| table.name() == name) {
            rewrite(file, table.name())?;
        }
        file.execute("DELETE FROM tables_to_rewrite WHERE name = ?1", [name])?;
        Ok(())
    })
}

/// Rewrites the pages with players' names.
pub(crate) fn rewrite_players(file: &Connection) -> rusqlite::Result<()> {
    rewrite(file, Table::Players.name())
}

/// Rewrites the pages with servers' names and addresses. Must not run in a transaction.
pub(crate) fn rewrite_servers(file: &Connection) -> rusqlite::Result<()> {
    without_foreign_keys(file, || {
        rewrite(file, "servers")?;
        rewrite(file, "link_codes")?;
        rewrite(file, "watched_addresses")
    })
}

/// Writes in a transaction without foreign keys: while SQLite enforces those, it deletes rows one by one and does not
/// free their pages.
fn without_foreign_keys(
    file: &Connection,
    write: impl FnOnce() -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    file.pragma_update(None, "foreign_keys", false)?;
    let begun = file.execute_batch("BEGIN IMMEDIATE");
    let written = begun
        .and_then(|()| write())
        .and_then(|()| file.execute_batch("COMMIT"));
    if written.is_err() && !file.is_autocommit() {
        file.execute_batch("ROLLBACK")?;
    }
    file.pragma_update(None, "foreign_keys", true)?;
    written
}

/// Frees all pages of a table and writes its rows again.
///
/// Between two tables that are alike, indexes included, SQLite copies entry by entry in order, without looking into them:
/// <https://www.sqlite.org/lang_vacuum.html> does the same.
fn rewrite(file: &Connection, table: &str) -> rusqlite::Result<()> {
    file.execute_batch(&format!(
        "{};
         INSERT INTO temp.remaining_rows SELECT * FROM main.{table};
         DELETE FROM main.{table};
         INSERT INTO main.{table} SELECT * FROM temp.remaining_rows;
         DROP TABLE temp.remaining_rows;",
        like(file, table)?
    ))
}

/// Returns the SQL that makes an empty temporary table like another one.
fn like(file: &Connection, table: &str) -> rusqlite::Result<String> {
    let mut made = file.prepare_cached(
        "SELECT type, sql FROM main.sqlite_schema
         WHERE tbl_name = ?1 AND type IN ('table', 'index') AND sql IS NOT NULL
         ORDER BY type DESC",
    )?;
    let made = made.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut like = Vec::new();
    for (number, made) in made.enumerate() {
        let (kind, sql): (String, String) = made?;
        let columns = sql.find('(').map_or("", |begin| &sql[begin..]);
        let unique = match sql.starts_with("CREATE UNIQUE") {
            true => "UNIQUE ",
            false => "",
        };
        like.push(match kind.as_str() {
            "table" => format!("CREATE TEMP TABLE remaining_rows {columns}"),
            _ => format!(
                "CREATE {unique}INDEX temp.remaining_rows_{number} ON remaining_rows {columns}"
            ),
        });
    }
    Ok(like.join(";\n"))
}

#[cfg(test)]
mod tests;
