//! The SQLite file: one writer thread with a bounded queue, a few readers beside it, one process.

mod file;
mod inspect;
mod lock;
mod migrations;
mod reader;
mod writer;

use rusqlite::Connection;
use std::any::Any;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use inspect::{Inspection, inspect};
use lock::FileLock;
use reader::Readers;
pub(crate) use writer::Job;
use writer::Writer;
pub use writer::WriterLoad;

/// SQLite older than 3.51.3 can corrupt a database when the WAL is reset under a reader.
/// Source: SQLite's release notes for 3.51.3.
const OLDEST_SAFE_SQLITE: i32 = 3_051_003;

/// "Oxye": marks the file as ours. <https://www.sqlite.org/fileformat2.html#application_id>
const APPLICATION_ID: i32 = 0x4f78_7965;

/// Why the store could not be opened. Each is one sentence for the person who starts Oxeye.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has the file.
    #[error("{} is in use by another oxeye process; stop that one first, or set DATABASE_PATH to another file", .0.display())]
    InUse(PathBuf),
    /// A newer Oxeye wrote the file.
    #[error("{} was written by a newer version of oxeye (schema {found}, this one knows {known}); run that version, or restore a copy made before the upgrade", .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Schema version in the file.
        found: i64,
        /// Newest schema version that this program knows.
        known: i64,
    },
    /// The file is a database, but not ours.
    #[error("{} is not an oxeye store; set DATABASE_PATH to another file", .0.display())]
    NotOurs(PathBuf),
    /// The file is where SQLite cannot keep a write-ahead log.
    #[error("{} is on a file system that cannot hold an oxeye store (SQLite's WAL mode does not work there, as on network shares); set DATABASE_PATH to a local disk", .0.display())]
    NoWal(PathBuf),
    /// This build has a SQLite with a known corruption bug.
    #[error(
        "this build contains SQLite {0}, which can corrupt its files; build with 3.51.3 or newer"
    )]
    OldSqlite(&'static str),
    /// The file or its folder cannot be used.
    #[error("cannot open {}: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// SQLite refused.
    #[error("cannot read or write the store: {0}")]
    Sqlite(#[from] rusqlite::Error),
}

/// Why the store could not do something.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The writer's queue is full; nothing was done. Try again in a moment.
    #[error("the store is busy; try again in a moment")]
    Busy,
    /// SQLite refused; nothing was done.
    #[error("the store failed: {0}")]
    Failed(#[from] rusqlite::Error),
    /// The store has been closed.
    #[error("the store is closed")]
    Closed,
    /// Our own code panicked. What it said is in the log.
    #[error("an internal error; it is in the log")]
    Panicked,
}

impl StoreError {
    /// Logs what a panic said. `during` names what was being done.
    pub(crate) fn panicked(during: &str, panic: &(dyn Any + Send)) -> Self {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let said = text.or_else(|| panic.downcast_ref::<&str>().copied());
        tracing::error!(during, said, "the store panicked");
        Self::Panicked
    }
}

#[derive(Debug)]
pub(crate) struct Store {
    writer: Writer,
    readers: Readers,
    /// Held as long as the store is: no second process may open the file.
    _lock: FileLock,
}

impl Store {
    /// Opens and migrates the file. Also hands out a connection to load from.
    pub(crate) fn open(path: &Path, readers: usize) -> Result<(Self, Connection), OpenError> {
        if rusqlite::version_number() < OLDEST_SAFE_SQLITE {
            return Err(OpenError::OldSqlite(rusqlite::version()));
        }
        let lock = FileLock::take(path)?;
        let writing = open_for_writing(path)?;
        migrations::migrate(&writing, path)?;
        let readers = Readers::open(path, readers)?;
        let loading = open_for_reading(path)?;
        let store = Self {
            writer: Writer::start(writing).map_err(|source| io_error(path, source))?,
            readers,
            _lock: lock,
        };
        Ok((store, loading))
    }

    /// Runs `write` in a transaction on the writer's thread. Once it is on disk, `committed` runs
    /// there too, in the order of the commits, before the answer and even if the caller has gone:
    /// memory follows the file.
    pub(crate) async fn write<T, R>(
        &self,
        write: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
        committed: impl FnOnce(T) -> R + Send + 'static,
    ) -> Result<R, StoreError>
    where
        T: Send + 'static,
        R: Send + 'static,
    {
        self.writer.write(write, committed).await
    }

    /// Queues a job for the writer's thread, or refuses it at once.
    pub(crate) fn enqueue(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        self.writer.enqueue(job)
    }

    /// How busy the writer is.
    pub(crate) fn load(&self) -> WriterLoad {
        self.writer.load()
    }

    /// Runs `read` on a connection that never waits for the writer.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.readers.read(read).await
    }

    pub(crate) async fn close(&self) {
        self.writer.close().await;
    }
}

fn open_for_writing(path: &Path) -> Result<Connection, OpenError> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    check_ours(&connection, path)?;
    use_wal(&connection, path)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

/// Refuses a file that another program has made.
fn check_ours(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let not_ours = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => OpenError::NotOurs(path.to_owned()),
        _ => OpenError::Sqlite(error),
    };
    let id: i32 = connection
        .pragma_query_value(None, "application_id", |row| row.get(0))
        .map_err(not_ours)?;
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(not_ours)?;
    if id != APPLICATION_ID && (id != 0 || tables > 0) {
        return Err(OpenError::NotOurs(path.to_owned()));
    }
    Ok(())
}

/// SQLite does not fail when it cannot do this, for want of shared memory: it answers what it does
/// instead. <https://www.sqlite.org/pragma.html#pragma_journal_mode>
fn use_wal(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let mode: String =
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode.eq_ignore_ascii_case("wal") {
        Ok(())
    } else {
        Err(OpenError::NoWal(path.to_owned()))
    }
}

fn open_for_reading(path: &Path) -> Result<Connection, OpenError> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// Writes what is there already, to see whether the disk takes it: the write lock alone does not
/// reach the disk.
pub(crate) fn touch(connection: &Connection) -> rusqlite::Result<()> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    connection.pragma_update(None, "user_version", version)
}

fn io_error(path: &Path, source: std::io::Error) -> OpenError {
    OpenError::Io {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_wal_mode_does_not_work_the_store_is_refused_and_not_used_without_it() {
        let without_a_file = Connection::open_in_memory().unwrap();

        let refused = use_wal(&without_a_file, Path::new("share/oxeye.db")).unwrap_err();

        assert!(matches!(refused, OpenError::NoWal(_)));
        assert!(refused.to_string().contains("set DATABASE_PATH"));
    }
}
