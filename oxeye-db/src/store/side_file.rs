//! A file of its own beside the store, with a writer of its own, made when there is something to keep in it.
//!
//! | module      | subject                                                |
//! |-------------|--------------------------------------------------------|
//! | `rewriting` | what SQLite leaves behind in it of what was deleted    |

pub(crate) mod rewriting;

use std::path::{Path, PathBuf};

use oxeye_sqlite::{Schema, Store};
use rusqlite::Connection;
use tokio::sync::OnceCell;

use super::{OpenError, StoreError};

/// A file beside the store, which may not exist yet.
#[derive(Debug)]
pub(crate) struct SideFile {
    path: PathBuf,
    schema: &'static Schema,
    readers: usize,
    store: OnceCell<Store>,
}

impl SideFile {
    /// Opens a file if there is one. Then also returns a connection to load what it holds. Blocks.
    pub(crate) fn open(
        path: PathBuf,
        schema: &'static Schema,
        readers: usize,
    ) -> Result<(Self, Option<Connection>), OpenError> {
        let file = Self {
            path,
            schema,
            readers,
            store: OnceCell::new(),
        };
        if !file.path.exists() {
            return Ok((file, None));
        }
        let (store, loading, _) = Store::open(&file.path, schema, readers)?;
        // The cell is new, so it is empty.
        let _ = file.store.set(store);
        Ok((file, Some(loading)))
    }

    /// Returns the open file; `None` if there never was anything to keep.
    pub(crate) fn existing(&self) -> Option<&Store> {
        self.store.get()
    }

    /// Returns the open file, and creates it if there is none.
    pub(crate) async fn or_create(&self) -> Result<&Store, StoreError> {
        let create = || async {
            let (path, schema, readers) = (self.path.clone(), self.schema, self.readers);
            let open = move || Store::open(&path, schema, readers);
            let opened = tokio::task::spawn_blocking(open).await;
            let opened = opened.map_err(|error| StoreError::from_join_error("opening", error))?;
            let opened = opened.map_err(OpenError::from);
            let (store, _, _) = opened.map_err(|error| StoreError::Failed(as_sqlite(&error)))?;
            Ok(store)
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

/// A file for questions; `None` if there never was anything to keep.
#[derive(Clone, Copy, Default)]
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

/// Returns where a file about a subject lies: `oxeye-activity.db` beside `oxeye.db`.
pub(crate) fn path_beside(store: &Path, subject: &str) -> PathBuf {
    let stem = store.file_stem().unwrap_or_default().to_string_lossy();
    let name = match store.extension() {
        Some(extension) => format!("{stem}-{subject}.{}", extension.to_string_lossy()),
        None => format!("{stem}-{subject}"),
    };
    store.with_file_name(name)
}

/// A file that cannot be opened while Oxeye runs is a store that fails.
fn as_sqlite(error: &OpenError) -> rusqlite::Error {
    let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CANTOPEN);
    rusqlite::Error::SqliteFailure(code, Some(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_lies_beside_the_store() {
        let beside = |path| path_beside(Path::new(path), "activity");

        assert_eq!(
            beside("/data/oxeye.db"),
            Path::new("/data/oxeye-activity.db")
        );
        assert_eq!(beside("oxeye"), Path::new("oxeye-activity"));
        assert_eq!(beside("a.b.sqlite"), Path::new("a.b-activity.sqlite"));
    }
}
