//! Deletes what SQLite leaves behind in the bytes of the file.

use rusqlite::Connection;

/// Rewrites the whole file, because the unused part of a page that was split keeps old copies of what moved elsewhere.
/// Must not run in a transaction.
pub(crate) fn rewrite_file(file: &Connection) -> rusqlite::Result<()> {
    file.execute_batch("VACUUM")
}
