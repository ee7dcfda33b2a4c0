//! The file of activity. It has its own writer, so no flood of activity delays a join.
//!
//! | module   | subject                                                  |
//! |----------|----------------------------------------------------------|
//! | `rows`   | the tables: plain functions over a connection            |

pub(crate) mod rows;

use std::path::{Path, PathBuf};

use oxeye_sqlite::{Inspection, Schema, Store};
use rusqlite::Connection;
use tokio::sync::OnceCell;

use crate::store::{OpenError, StoreError};

const SCHEMA: Schema = Schema {
    program: "oxeye-activity",
    // "Oxya"
    application_id: 0x4f78_7961,
    migrations: &[
        include_str!("../../migrations-activity/0001_activity.sql"),
        include_str!("../../migrations-activity/0002_players_by_uuid.sql"),
        include_str!("../../migrations-activity/0003_players_by_name.sql"),
        include_str!("../../migrations-activity/0004_recent_events.sql"),
    ],
    // All of them may be large, and a start must not take long because of what players did.
    unchecked_tables: &[
        "collected",
        "day_counters",
        "events",
        "idempotency_keys",
        "players",
        "recent_events",
        "session_counters",
    ],
};

/// The file of activity, which may not exist yet.
#[derive(Debug)]
pub(crate) struct ActivityFile {
    path: PathBuf,
    readers: usize,
    store: OnceCell<Store>,
}

impl ActivityFile {
    /// Opens the file beside a store if there is one. Blocks.
    pub(crate) fn beside(store: &Path, readers: usize) -> Result<Self, OpenError> {
        let path = path_beside(store);
        let file = Self {
            readers,
            store: OnceCell::new(),
            path,
        };
        if file.path.exists() {
            let opened = open(&file.path, readers)?;
            // The cell is new, so it is empty.
            let _ = file.store.set(opened);
        }
        Ok(file)
    }

    /// Returns the open file; `None` if nothing was ever reported.
    pub(crate) fn existing(&self) -> Option<&Store> {
        self.store.get()
    }

    /// Returns the open file, and creates it if there is none.
    pub(crate) async fn or_create(&self) -> Result<&Store, StoreError> {
        let create = || async {
            let (path, readers) = (self.path.clone(), self.readers);
            let opened = tokio::task::spawn_blocking(move || open(&path, readers)).await;
            let opened = opened.map_err(|error| StoreError::from_join_error("opening", error))?;
            opened.map_err(|error| StoreError::Failed(as_sqlite(&error)))
        };
        self.store.get_or_try_init(create).await
    }

    /// Finishes what is queued and closes the file.
    pub(crate) async fn close(&self) {
        if let Some(store) = self.existing() {
            store.close().await;
        }
    }
}

/// The file of activity for questions; `None` if nothing was ever reported.
#[derive(Clone, Copy)]
pub(crate) struct FileToRead<'a>(pub(crate) Option<&'a Store>);

impl FileToRead<'_> {
    /// Reads the file, or returns an empty answer if there is none.
    pub(crate) async fn read<T: Default + Send + 'static>(
        self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.read_or(T::default(), read).await
    }

    /// Reads the file, or returns `without` if there is none.
    pub(crate) async fn read_or<T: Send + 'static>(
        self,
        without: T,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        match self.0 {
            Some(store) => store.read(read).await,
            None => Ok(without),
        }
    }
}

/// Returns where the file of activity lies: `oxeye-activity.db` beside `oxeye.db`.
pub fn path_beside(store: &Path) -> PathBuf {
    let stem = store.file_stem().unwrap_or_default().to_string_lossy();
    let name = match store.extension() {
        Some(extension) => format!("{stem}-activity.{}", extension.to_string_lossy()),
        None => format!("{stem}-activity"),
    };
    store.with_file_name(name)
}

/// Inspects a file of activity without changing it. Blocks.
///
/// # Errors
/// When the file cannot be read, is not one of Oxeye, is damaged, or was written by a newer version.
pub fn inspect(path: &Path) -> Result<Inspection, OpenError> {
    Ok(oxeye_sqlite::inspect(path, &SCHEMA)?)
}

fn open(path: &Path, readers: usize) -> Result<Store, OpenError> {
    let (store, _loading, _) = Store::open(path, &SCHEMA, readers)?;
    Ok(store)
}

/// A file that cannot be opened while Oxeye runs is a store that fails.
fn as_sqlite(error: &OpenError) -> rusqlite::Error {
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CANTOPEN);
    rusqlite::Error::SqliteFailure(code, Some(error.to_string()))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An empty file of activity that is nowhere.
    pub(crate) fn in_memory() -> Connection {
        let file = Connection::open_in_memory().unwrap();
        for migration in SCHEMA.migrations {
            file.execute_batch(migration).unwrap();
        }
        file
    }

    #[test]
    fn the_file_lies_beside_the_store() {
        let beside = |path| path_beside(Path::new(path));

        assert_eq!(
            beside("/data/oxeye.db"),
            Path::new("/data/oxeye-activity.db")
        );
        assert_eq!(beside("oxeye"), Path::new("oxeye-activity"));
        assert_eq!(beside("a.b.sqlite"), Path::new("a.b-activity.sqlite"));
    }
}
