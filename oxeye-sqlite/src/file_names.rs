//! The names of the files that belong to a store. <https://www.sqlite.org/tempfiles.html>

use std::path::{Path, PathBuf};

/// The write-ahead log.
pub(crate) const LOG: &str = "-wal";
/// The index of the log, which connections share.
pub(crate) const INDEX: &str = "-shm";
/// What SQLite writes without a log, as while it begins to keep one.
const JOURNAL: &str = "-journal";
/// Our lock.
pub(crate) const LOCK: &str = ".lock";

/// Returns the paths of all files that belong to a store of this name, whether they exist or not: its own first.
#[must_use]
pub fn files_of(store: &Path) -> [PathBuf; 5] {
    ["", LOG, INDEX, JOURNAL, LOCK].map(|ending| beside(store, ending))
}

/// Returns the path of a file beside the store: its name with this suffix.
pub(crate) fn beside(store: &Path, ending: &str) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
