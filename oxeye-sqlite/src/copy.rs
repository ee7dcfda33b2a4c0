//! A copy of the store, made by SQLite while others read and write.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::error::{OpenError, io_error};
use crate::lock::open_or_make;

/// The ending of a copy's name while it is made.
const TAKEN_AWAY: &str = ".backing-up";

/// Copies the store. The copy has a name until it is complete, and none from then on: however the
/// process ends, nothing is left behind.
pub(crate) fn nameless(connection: &Connection, store: &Path) -> Result<File, OpenError> {
    let path = beside(store, TAKEN_AWAY);
    let copied = write_to(connection, &path).and_then(|()| {
        let file = File::open(&path);
        file.map_err(|source| io_error(&path, source))
    });
    remove(&path)?;
    copied
}

/// Removes the copy that a process left that was killed while it copied.
pub(crate) fn remove_left_over(store: &Path) -> Result<(), OpenError> {
    remove(&beside(store, TAKEN_AWAY))
}

/// Writes the whole store to a file of that name. If there is one, it was left half written. The copy
/// is on disk afterwards.
pub(crate) fn write_to(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    remove(path)?;
    let io_error = |source| io_error(path, source);
    // SQLite fills an empty file, and leaves its mode as it is.
    let file = open_or_make(path).map_err(io_error)?;
    let name = path
        .to_str()
        .ok_or_else(|| io_error(io::Error::other("its name is not valid UTF-8")))?;
    connection.execute("VACUUM INTO ?1", [name])?;
    file.sync_all().map_err(io_error)
}

/// A file that lies beside the store and begins with its name.
pub(crate) fn beside(store: &Path, ending: &str) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn remove(path: &Path) -> Result<(), OpenError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_error(path, error)),
        _ => Ok(()),
    }
}
