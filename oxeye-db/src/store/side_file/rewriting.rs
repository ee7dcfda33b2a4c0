//! Rewrites a file beside the store, because SQLite leaves copies of what was deleted in its bytes: the unused part of a page
//! that was split keeps old copies of what moved elsewhere. Each of these files has a table `rewriting`.

use rusqlite::Connection;

/// Notes in a transaction that deletes rows that the file has to be rewritten.
pub(crate) fn require(file: &Connection) -> rusqlite::Result<()> {
    file.prepare_cached("INSERT INTO rewriting (id) VALUES (1) ON CONFLICT DO NOTHING")?
        .execute([])?;
    Ok(())
}

/// Whether the file has to be rewritten.
pub(crate) fn is_required(file: &Connection) -> rusqlite::Result<bool> {
    file.query_row("SELECT EXISTS (SELECT 1 FROM rewriting)", [], |row| {
        row.get(0)
    })
}

/// Returns the size of the file in bytes.
pub(crate) fn size(file: &Connection) -> rusqlite::Result<i64> {
    let pages: i64 = file.pragma_query_value(None, "page_count", |row| row.get(0))?;
    let bytes: i64 = file.pragma_query_value(None, "page_size", |row| row.get(0))?;
    Ok(pages.saturating_mul(bytes))
}

/// Rewrites the whole file. Must not run in a transaction.
pub(crate) fn rewrite(file: &Connection) -> rusqlite::Result<()> {
    file.execute_batch("VACUUM; DELETE FROM rewriting")
}
