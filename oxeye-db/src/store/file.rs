//! The store's file as the system sees it: whose it is, and what it is really called.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Opens a file for reading and writing and makes it if it is not there. A new one is for the user who runs
/// Oxeye alone (mode 0600): the store holds players' names and hashes of keys. The files that
/// SQLite puts beside a store get the store's mode.
pub(super) fn open_or_make(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    options.create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
