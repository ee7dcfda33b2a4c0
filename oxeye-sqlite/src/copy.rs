//! Copies of the store, made by SQLite while others read and write.

use std::fs::File;
use std::io;
use std::path::Path;

use rusqlite::Connection;

use crate::error::{OpenError, io_error};
use crate::file_names::beside;
use crate::lock::open_or_create;

/// Suffix of a copy's name while it is being made.
const UNFINISHED_SUFFIX: &str = ".backing-up";

/// Copies the store and removes the name of the copy once it is complete, so that no file is left
/// behind however the process ends.
pub(crate) fn unlinked(connection: &Connection, store: &Path) -> Result<File, OpenError> {
    let path = beside(store, UNFINISHED_SUFFIX);
    let copied = write_to(connection, &path).and_then(|()| {
        let file = File::open(&path);
        file.map_err(|source| io_error(&path, source))
    });
    remove(&path)?;
    copied
}

/// Removes a copy left by a process that was killed while making it.
pub(crate) fn remove_leftover(store: &Path) -> Result<(), OpenError> {
    remove(&beside(store, UNFINISHED_SUFFIX))
}

/// Copies the whole store to `path` and syncs it to disk. A file already there is an unfinished copy
/// and is replaced.
pub(crate) fn write_to(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    remove(path)?;
    let io_error = |source| io_error(path, source);
    // SQLite fills an empty file and keeps its mode.
    let file = open_or_create(path).map_err(io_error)?;
    let name = path
        .to_str()
        .ok_or_else(|| io_error(io::Error::other("its name is not valid UTF-8")))?;
    connection.execute("VACUUM INTO ?1", [name])?;
    file.sync_all().map_err(io_error)
}

fn remove(path: &Path) -> Result<(), OpenError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(io_error(path, error)),
        _ => Ok(()),
    }
}
