//! The handle to an open store.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use rusqlite::Connection;

use crate::connection::{self, open_for_reading, open_for_writing};
use crate::error::{LostFile, OpenError, StoreError, io_error};
use crate::feed::Listener;
use crate::identity::{FileWatch, StoreFiles};
use crate::lock::FileLock;
use crate::migrations::Schema;
use crate::reader::Readers;
use crate::writer::{Job, Writer, WriterLoad, WriterThread};
use crate::{copy, damage, migrations};

/// Oldest SQLite version that may be used. Older ones can corrupt a database when the WAL is reset while
/// somebody reads. Source: SQLite's release notes for 3.51.3.
const OLDEST_SAFE_SQLITE: i32 = 3_051_003;

/// An open store. No other process can open it until the handle is dropped.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    writer: Writer,
    readers: Readers,
    /// Held while a copy is made, because unfinished copies all have the same name.
    copying: Mutex<()>,
    /// Must be dropped after the connections.
    files: Arc<StoreFiles>,
    /// Keeps other processes from opening the file.
    _lock: FileLock,
}

impl Store {
    /// Opens and migrates the file, with `readers` connections for reading. Also returns what a program
    /// needs to load its data: a connection, and the right to change memory. Blocks.
    ///
    /// # Errors
    /// When the file cannot be used. It is left as it was.
    pub fn open(
        path: &Path,
        schema: &Schema,
        readers: usize,
    ) -> Result<(Self, Connection, WriterThread), OpenError> {
        let opened = Self::open_files(path, schema, readers);
        opened.map_err(|error| error.of_read_only_place(path))
    }

    fn open_files(
        path: &Path,
        schema: &Schema,
        readers: usize,
    ) -> Result<(Self, Connection, WriterThread), OpenError> {
        if rusqlite::version_number() < OLDEST_SAFE_SQLITE {
            return Err(OpenError::OldSqlite(rusqlite::version()));
        }
        let (lock, file) = FileLock::take(path)?;
        copy::remove_leftover(path)?;
        let writing = open_for_writing(path, schema)?;
        damage::check_tables(&writing, path, schema)?;
        migrations::migrate(&writing, path, schema)?;
        let readers = Readers::open(path, readers)?;
        let loading = open_for_reading(path)?;
        // SQLite has created the log by now.
        let files = Arc::new(StoreFiles::open(path, file)?);
        let watch = FileWatch::new(Arc::clone(&files), schema.program);
        let writer = Writer::start(writing, watch, schema.program);
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

    /// Runs `write` in a transaction on the writer's thread. Once the transaction is on disk, runs
    /// `committed` on the same thread, in the order of the commits and before the caller is answered.
    /// It runs even if the caller no longer waits, so that memory always matches the file.
    ///
    /// # Errors
    /// When the queue is full, or when `write` or the commit fails.
    pub async fn write<T, R>(
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

    /// Does `work` on the writer's thread in no transaction, after the commit of what was queued before it. It is done
    /// even if the caller no longer waits.
    ///
    /// # Errors
    /// When the queue is full or the commit fails; then `work` is not done.
    pub async fn between_transactions<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        self.writer.between_transactions(work).await
    }

    /// Queues a job for the writer's thread, or refuses it immediately.
    ///
    /// # Errors
    /// When the queue is full or the store is closed.
    pub fn enqueue(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        self.writer.enqueue(job)
    }

    /// Returns a listener for everything that the writer's jobs change from now on.
    #[must_use]
    pub fn listen(&self) -> Listener {
        self.writer.listen()
    }

    /// Returns how busy the writer is.
    #[must_use]
    pub fn load(&self) -> WriterLoad {
        self.writer.load()
    }

    /// Runs `read` on a connection that never waits for the writer.
    ///
    /// # Errors
    /// When `read` fails or the store is closed.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.readers.read(read).await
    }

    /// Copies the file in its current state. Blocks the caller but not the writer. The copy has no name,
    /// so it disappears when it is closed.
    ///
    /// # Errors
    /// When the file cannot be read or there is no room for the copy.
    pub fn copy(&self) -> Result<File, OpenError> {
        let _one_at_a_time = self.copying.lock();
        copy::unlinked(&self.open_beside()?, &self.path)
    }

    /// Opens an additional connection that only reads, for work that would occupy a reader for a long
    /// time.
    ///
    /// # Errors
    /// When the file cannot be opened, or another file has its name.
    pub fn open_beside(&self) -> rusqlite::Result<Connection> {
        let lost = |lost: LostFile| {
            let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_READONLY_DBMOVED);
            rusqlite::Error::SqliteFailure(code, Some(lost.to_string()))
        };
        self.files.check_names().map_err(lost)?;
        connection::open_read_only(&self.path)
    }

    /// Finishes the queued jobs and closes the file. The writer's connection is closed last, because the
    /// last connection removes the files beside the store.
    pub async fn close(&self) {
        self.readers.close();
        self.writer.close().await;
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::Schema;

    /// A schema with one table.
    pub(crate) const SCHEMA: Schema = Schema {
        program: "test",
        application_id: 7,
        migrations: &["CREATE TABLE notes (id INTEGER PRIMARY KEY) STRICT;"],
        unchecked_tables: &[],
    };
}
