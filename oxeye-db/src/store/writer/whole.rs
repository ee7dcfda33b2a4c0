//! Several statements that are written as a whole or not at all, within a larger transaction.

use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `write`. If it fails or panics, what it wrote is undone and what others wrote before stays;
/// where that cannot be done any more, the transaction is over.
///
/// One statement alone needs none of this: SQLite takes it as a whole or not at all.
pub(crate) fn as_a_whole(
    connection: &Connection,
    write: impl FnOnce() -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    execute(connection, "SAVEPOINT whole")?;
    let outcome = without_panic(write).and_then(|()| execute(connection, "RELEASE whole"));
    if outcome.is_err() && !connection.is_autocommit() {
        let undone = execute(connection, "ROLLBACK TO whole")
            .and_then(|()| execute(connection, "RELEASE whole"));
        if undone.is_err() {
            // What it wrote cannot be told any more from what the others wrote.
            execute(connection, "ROLLBACK")?;
        }
    }
    outcome
}

/// A panic is a failure like others. What it said is in the log already.
pub(super) fn without_panic(write: impl FnOnce() -> rusqlite::Result<()>) -> rusqlite::Result<()> {
    catch_unwind(AssertUnwindSafe(write)).unwrap_or_else(|_| {
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_INTERNAL);
        let what = Some("a write panicked".to_owned());
        Err(rusqlite::Error::SqliteFailure(code, what))
    })
}

pub(super) fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(|_| ())
}
