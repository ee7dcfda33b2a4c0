//! Files and folders that only their owner can read (modes 0600 and 0700). On systems other than Unix
//! they are as private as the system makes them.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use serde::Serialize;

/// Returns options that make a newly created file private.
#[must_use]
pub fn options() -> OpenOptions {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "there is no mode to set"))]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Creates a new file for writing.
///
/// # Errors
///
/// When the file already exists or cannot be created.
pub fn create(path: &Path) -> io::Result<File> {
    options().write(true).create_new(true).open(path)
}

/// Makes an open file private that we may not have created, such as a restored copy.
///
/// # Errors
///
/// When the file belongs to another user.
#[cfg(unix)]
pub fn make_private(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o600))
}

/// Does nothing on this system.
///
/// # Errors
///
/// Never.
#[cfg(not(unix))]
pub fn make_private(_: &File) -> io::Result<()> {
    Ok(())
}

/// Replaces a file with this value as JSON. After a crash there is either the old file or the new
/// one; after a power failure the new one may be empty.
///
/// # Errors
///
/// When the file cannot be written.
pub fn write_json(path: &Path, value: &impl Serialize) -> io::Result<()> {
    replace(path, &serde_json::to_vec(value)?, |_| Ok(()))
}

/// Replaces a file in such a way that the new one survives a power failure.
///
/// # Errors
///
/// When the file cannot be written.
pub fn write_durably(path: &Path, contents: &[u8]) -> io::Result<()> {
    replace(path, contents, File::sync_all)
}

/// Writes to another file in the same folder and renames that.
fn replace(
    path: &Path,
    contents: &[u8],
    before_renaming: impl FnOnce(&File) -> io::Result<()>,
) -> io::Result<()> {
    let part = path.with_extension("part");
    match fs::remove_file(&part) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = create(&part)?;
    file.write_all(contents)?;
    before_renaming(&file)?;
    fs::rename(&part, path)
}

/// Creates a folder and those above it, unless they already exist.
///
/// # Errors
///
/// When a folder cannot be created.
pub fn create_folder(path: &Path) -> io::Result<()> {
    folders().recursive(true).create(path)
}

/// Creates a new folder, into which nobody else can have put anything.
///
/// # Errors
///
/// When the folder already exists or cannot be created.
pub fn create_new_folder(path: &Path) -> io::Result<()> {
    folders().create(path)
}

fn folders() -> DirBuilder {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "there is no mode to set"))]
    let mut folders = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folders, 0o700);
    folders
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[track_caller]
    fn check_mode(path: &Path, expected: u32) {
        let mode = fs::metadata(path)
            .expect("the file exists")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, expected, "{}", path.display());
    }

    #[test]
    fn new_files_and_folders_are_private() {
        let folder = tempfile::tempdir().unwrap();
        let within = folder.path().join("a/b");
        create_folder(&within).unwrap();
        write_durably(&within.join("kept"), b"old").unwrap();
        write_json(&within.join("kept"), &7).unwrap();

        check_mode(&within, 0o700);
        check_mode(&within.join("kept"), 0o600);
        assert_eq!(fs::read(within.join("kept")).unwrap(), b"7");
        assert_eq!(fs::read_dir(&within).unwrap().count(), 1);
    }

    #[test]
    fn existing_files_and_folders_are_not_taken_for_new_ones() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), b"somebody else's").unwrap();

        assert!(create(&folder.path().join("file")).is_err());
        assert!(create_new_folder(folder.path()).is_err());
        create_folder(folder.path()).unwrap();
    }

    #[test]
    fn a_restored_copy_is_made_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, b"").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();

        make_private(&File::open(&path).unwrap()).unwrap();

        check_mode(&path, 0o600);
    }
}
