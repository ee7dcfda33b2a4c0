//! Files and folders that only their owner can read. A file is replaced as a whole, so that a crash
//! leaves the old one or the new one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use serde::Serialize;

/// Replaces a file by this value as JSON. After a power cut the new one may be empty.
///
/// # Errors
///
/// When the file system returns an error.
pub fn write_json(path: &Path, value: &impl Serialize) -> io::Result<()> {
    replace(path, &serde_json::to_vec(value)?, |_| Ok(()))
}

/// Replaces a file so that the new one survives a power cut.
///
/// # Errors
///
/// When the file system returns an error.
pub fn write_durably(path: &Path, contents: &[u8]) -> io::Result<()> {
    replace(path, contents, File::sync_all)
}

/// Writes to a temporary file beside it and renames that.
fn replace(
    path: &Path,
    contents: &[u8],
    before_it_counts: impl FnOnce(&File) -> io::Result<()>,
) -> io::Result<()> {
    let part = path.with_extension("part");
    match fs::remove_file(&part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = create_private(&part)?;
    file.write_all(contents)?;
    before_it_counts(&file)?;
    fs::rename(&part, path)
}

#[cfg(unix)]
fn create_private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn create_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

/// Creates a folder that only its owner can read, if there is none.
///
/// # Errors
///
/// When the file system returns an error.
#[cfg(unix)]
pub fn create_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
}

/// Creates a folder, if there is none.
///
/// # Errors
///
/// When the file system returns an error.
#[cfg(not(unix))]
pub fn create_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}
