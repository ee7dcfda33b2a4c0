//! Opens and closes connections to the file, and truncates its write-ahead log.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::error::OpenError;
use crate::migrations::Schema;

/// How long a connection waits for a lock that another one holds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How long truncating the write-ahead log waits for readers. The writer is blocked meanwhile.
const BUSY_TIMEOUT_OF_TRUNCATION: Duration = Duration::from_millis(50);

/// Prepared statements kept per connection. A program that keeps all of its statements prepared parses
/// none of them again for each report; `rusqlite` keeps 16, which our programs nearly fill.
const CACHED_STATEMENTS: usize = 64;

/// When the log has this many pages, the transaction that is committed writes them into the file: 16 MB. By
/// SQLite's default of 1,000, a busy store wrote and synced the same few hundred pages of its file up to
/// thirty times a second, while every report waited.
/// <https://www.sqlite.org/pragma.html#pragma_wal_autocheckpoint>
const CHECKPOINT_AFTER_PAGES: u32 = 4_000;

/// Opens the connection that writes, after checking that the file belongs to the program.
pub(crate) fn open_for_writing(path: &Path, schema: &Schema) -> Result<Connection, OpenError> {
    let connection = open_without_checkpoint_on_close(path)?;
    check_ours(&connection, path, schema)?;
    use_wal(&connection, path)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update_and_check(
        None,
        "wal_autocheckpoint",
        CHECKPOINT_AFTER_PAGES,
        |_| Ok(()),
    )?;
    // Overwrite deleted content. The only additional pages this writes are those that become free.
    // <https://www.sqlite.org/pragma.html#pragma_secure_delete>
    connection.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
    // Temporary copies of names must not end up in a file of their own.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}

/// Refuses a file that another program created.
pub(crate) fn check_ours(
    connection: &Connection,
    path: &Path,
    schema: &Schema,
) -> Result<(), OpenError> {
    let not_ours = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => OpenError::NotOurs(path.to_owned()),
        _ => OpenError::while_reading(path, error),
    };
    let id: i32 = connection
        .pragma_query_value(None, "application_id", |row| row.get(0))
        .map_err(not_ours)?;
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(not_ours)?;
    if id != schema.application_id && (id != 0 || tables > 0) {
        return Err(OpenError::NotOurs(path.to_owned()));
    }
    Ok(())
}

/// Writes the write-ahead log into the file and truncates it. Returns false if a reader was still busy
/// after a short wait.
///
/// # Errors
/// When the file cannot be written.
pub fn truncate_wal(connection: &Connection) -> rusqlite::Result<bool> {
    connection.busy_timeout(BUSY_TIMEOUT_OF_TRUNCATION)?;
    let is_busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(!is_busy?)
}

/// Switches to WAL mode. Without shared memory SQLite does not report an error: it returns the mode
/// that it uses instead. <https://www.sqlite.org/pragma.html#pragma_journal_mode>
fn use_wal(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let mode: String =
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode.eq_ignore_ascii_case("wal") {
        Ok(())
    } else {
        Err(OpenError::NoWal(path.to_owned()))
    }
}

/// Opens a connection that cannot change anything.
pub(crate) fn open_for_reading(path: &Path) -> Result<Connection, OpenError> {
    let connection = open_without_checkpoint_on_close(path)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// Opens a connection that does not checkpoint the write-ahead log when it is closed, so that a file
/// that turns out to be damaged stays as it is.
fn open_without_checkpoint_on_close(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(connection)
}

/// Closes the connection that writes. If it is the last one, SQLite writes the log into the file.
pub(crate) fn close_with_checkpoint(connection: Connection) {
    let flag = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
    let closed = connection.set_db_config(flag, false);
    let closed = closed.and_then(|_| connection.close().map_err(|(_, error)| error));
    if let Err(error) = closed {
        tracing::error!(%error, "could not write the write-ahead log into the store; nothing is lost");
    }
}

/// Opens a read-only connection without `query_only`, which would forbid writing a copy elsewhere.
pub(crate) fn open_read_only(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(connection)
}

/// Rewrites a value with itself to see whether the disk accepts writes: taking the write lock alone
/// does not reach the disk.
///
/// # Errors
/// When the file cannot be written.
pub fn touch(connection: &Connection) -> rusqlite::Result<()> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    connection.pragma_update(None, "user_version", version)
}

/// Returns a number that is another one once another connection, in this program or not, has changed the file.
/// <https://www.sqlite.org/pragma.html#pragma_data_version>
///
/// # Errors
/// When the file cannot be read.
pub fn changes_by_others(connection: &Connection) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("PRAGMA data_version")?
        .query_row([], |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_on_a_file_system_without_wal_mode_is_refused() {
        let without_a_file = Connection::open_in_memory().unwrap();

        let refused = use_wal(&without_a_file, Path::new("share/oxeye.db")).unwrap_err();

        assert!(matches!(refused, OpenError::NoWal(_)));
    }
}
