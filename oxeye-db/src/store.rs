//! The SQLite file: one writer thread with a bounded queue, a few readers beside it, one process.

pub(crate) mod changes;
mod connection;
mod copy;
mod damage;
mod file;
mod identity;
mod inspect;
mod lock;
mod migrations;
mod reader;
pub(crate) mod rows;
mod writer;

use parking_lot::Mutex;
use rusqlite::Connection;
use std::any::Any;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::changes::Changes;
pub(crate) use connection::truncate_wal;
use connection::{open_for_reading, open_for_writing};
use identity::{FileWatch, StoreFiles};
pub use identity::{HowLost, LostFile};
pub use inspect::{Inspection, inspect};
use lock::FileLock;
use reader::Readers;
use writer::Writer;
pub use writer::WriterLoad;
pub(crate) use writer::{Job, WriterThread, as_a_whole};

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
    /// The file has another name elsewhere.
    #[error("{} has more than one name (a hard link), and SQLite keeps a log beside each name; remove the other name, or set DATABASE_PATH to a copy", .0.display())]
    HardLinked(PathBuf),
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
    #[error("{} is not an oxeye store; set DATABASE_PATH to another file, or restore a backup if this one was a store (it has been left as it is)", .0.display())]
    NotOurs(PathBuf),
    /// The file is ours, but what is in it cannot be right.
    #[error("{} is damaged ({found}); restore a backup in its place, or move it away to begin anew (it has been left as it is)", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        found: String,
    },
    /// The file is where SQLite cannot keep a write-ahead log.
    #[error("{} is on a file system that cannot hold an oxeye store (SQLite's WAL mode does not work there, as on network shares); set DATABASE_PATH to a local disk", .0.display())]
    NoWal(PathBuf),
    /// This build has a SQLite with a known corruption bug.
    #[error(
        "this build contains SQLite {0}, which can corrupt its files; build with 3.51.3 or newer"
    )]
    OldSqlite(&'static str),
    /// The file or its folder cannot be used.
    #[error("cannot open {}: {source}; the user who runs oxeye must be able to write it and its folder", .path.display())]
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

impl OpenError {
    /// What an error while the file was read says about the file.
    pub(crate) fn while_reading(path: &Path, error: rusqlite::Error) -> Self {
        damage::found_in(path, error)
    }
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
    /// The files of the store are not what was opened any more; nothing was done.
    #[error("{0}")]
    Lost(LostFile),
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

    /// A blocking task that did not come to its end.
    pub(crate) fn of_task(during: &str, error: tokio::task::JoinError) -> Self {
        match error.try_into_panic() {
            Ok(panic) => Self::panicked(during, &*panic),
            Err(_) => Self::Closed,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Store {
    path: PathBuf,
    writer: Writer,
    readers: Readers,
    /// Held while a copy is made: all have the same name meanwhile.
    copying: Mutex<()>,
    /// Closed after the connections.
    files: Arc<StoreFiles>,
    /// Held as long as the store is: no second process may open the file.
    _lock: FileLock,
}

impl Store {
    /// Opens and migrates the file. Also hands out what it takes to load from it: a connection, and
    /// the right to change memory.
    pub(crate) fn open(
        path: &Path,
        readers: usize,
    ) -> Result<(Self, Connection, WriterThread), OpenError> {
        if rusqlite::version_number() < OLDEST_SAFE_SQLITE {
            return Err(OpenError::OldSqlite(rusqlite::version()));
        }
        let (lock, file) = FileLock::take(path)?;
        copy::remove_left_over(path)?;
        let writing = open_for_writing(path)?;
        damage::look_for(&writing, path)?;
        migrations::migrate(&writing, path)?;
        let readers = Readers::open(path, readers)?;
        let loading = open_for_reading(path)?;
        // SQLite has made the log by now.
        let files = Arc::new(StoreFiles::of(path, file)?);
        let watch = FileWatch::of(Arc::clone(&files));
        let writer = Writer::start(writing, watch);
        let store = Self {
            path: path.to_owned(),
            writer: writer.map_err(|source| io_error(path, source))?,
            readers,
            copying: Mutex::default(),
            files,
            _lock: lock,
        };
        Ok((store, loading, WriterThread::opening()))
    }

    /// Runs `write` in a transaction on the writer's thread. Once it is on disk, `committed` runs
    /// there too, in the order of the commits, before the answer and even if the caller has gone:
    /// memory follows the file.
    pub(crate) async fn write<T, R>(
        &self,
        write: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
        committed: impl FnOnce(T, &WriterThread) -> R + Send + 'static,
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

    /// A listener that learns what the writer changes from now on.
    pub(crate) fn changes(&self) -> Changes {
        self.writer.changes()
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

    /// Copies the file as it is at this moment. Blocks, but not the writer. The copy has no name
    /// any more and goes when it is closed.
    pub(crate) fn copy(&self) -> Result<File, OpenError> {
        let _one_at_a_time = self.copying.lock();
        copy::nameless(&self.open_beside()?, &self.path)
    }

    /// A connection that only reads, for what takes too long for one of the readers. Never one to
    /// another file that has the store's name now.
    pub(crate) fn open_beside(&self) -> rusqlite::Result<Connection> {
        let lost = |lost: LostFile| {
            let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_READONLY_DBMOVED);
            rusqlite::Error::SqliteFailure(code, Some(lost.to_string()))
        };
        self.files.check_names().map_err(lost)?;
        connection::open_read_only(&self.path)
    }

    /// Who closes the file last leaves nothing beside it, so that is the writer.
    pub(crate) async fn close(&self) {
        self.readers.close();
        self.writer.close().await;
    }
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
