//! One process per file: a second one would not see what the first keeps in memory.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::error::{OpenError, io_error};

/// Whether a process has the store open now.
pub(crate) fn is_locked(store: &Path) -> Result<bool, OpenError> {
    match beside(store).and_then(File::open) {
        Ok(file) => match file.try_lock_shared() {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(source)) => Err(io_error(store, source)),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(source) => Err(io_error(store, source)),
    }
}

/// The file has one real name, whatever symbolic links lead to it: the lock is beside that one.
fn beside(store: &Path) -> io::Result<PathBuf> {
    let mut path = store.canonicalize()?.into_os_string();
    path.push(".lock");
    Ok(path.into())
}

/// An advisory lock beside the store. The system lets go of it when the process ends, however.
#[derive(Debug)]
pub(crate) struct FileLock(#[expect(dead_code, reason = "held for the lock, never read")] File);

impl FileLock {
    /// Makes the store's file if it is not there, so that it has a real name. Also answers the open
    /// file, which must stay open longer than any connection to it.
    pub(crate) fn take(store: &Path) -> Result<(Self, File), OpenError> {
        let io_error = |source| io_error(store, source);
        let file = open_or_make(store).map_err(io_error)?;
        refuse_hard_links(store)?;
        let beside = beside(store).and_then(|path| open_or_make(&path));
        let beside = beside.map_err(io_error)?;
        lock(&beside, store)?;
        lock_inode(&file, store)?;
        Ok((Self(beside), file))
    }
}

/// A file with two names has two logs, and each name leads to one of them only. While the other name
/// is there, what was answered through one of them would not be seen through the other.
pub(crate) fn refuse_hard_links(store: &Path) -> Result<(), OpenError> {
    #[cfg(unix)]
    {
        let found = std::fs::metadata(store).map_err(|source| io_error(store, source))?;
        if std::os::unix::fs::MetadataExt::nlink(&found) > 1 {
            return Err(OpenError::HardLinked(store.to_owned()));
        }
    }
    Ok(())
}

/// Opens a file for reading and writing and makes it if it is not there. Nobody else may read a new
/// one (mode 0600). The files that SQLite puts beside a store get the store's mode.
pub(crate) fn open_or_make(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    options.create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn lock(file: &File, store: &Path) -> Result<(), OpenError> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(store.to_owned())),
        Err(TryLockError::Error(source)) => Err(io_error(store, source)),
    }
}

/// The file itself is locked too: it may have been moved away from under a process that still has it
/// open. Only where such a lock has nothing to do with those that SQLite takes.
fn lock_inode(file: &File, store: &Path) -> Result<(), OpenError> {
    if cfg!(target_os = "linux") {
        lock(file, store)
    } else {
        Ok(())
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_file_is_in_use_under_every_name_that_leads_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("data")).unwrap();
        symlink(at("data"), at("folder")).unwrap();
        // This one leads to a file that is not there yet.
        symlink(at("data").join("oxeye.db"), at("link.db")).unwrap();

        let _first = FileLock::take(&at("link.db")).unwrap();

        for name in ["link.db", "data/oxeye.db", "folder/oxeye.db"] {
            let second = FileLock::take(&at(name));
            assert!(matches!(second, Err(OpenError::InUse(_))), "{name}");
        }
    }

    #[test]
    fn a_file_with_a_second_name_is_refused_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let first = FileLock::take(&at("oxeye.db")).unwrap();
        std::fs::hard_link(at("oxeye.db"), at("other.db")).unwrap();

        for name in ["oxeye.db", "other.db"] {
            let refused = FileLock::take(&at(name)).unwrap_err();
            assert!(matches!(refused, OpenError::HardLinked(_)), "{name}");
        }

        assert!(!at("other.db.lock").exists());
        drop(first);
        std::fs::remove_file(at("other.db")).unwrap();
        FileLock::take(&at("oxeye.db")).unwrap();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_was_moved_is_in_use_as_long_as_a_process_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let first = FileLock::take(&at("oxeye.db")).unwrap();
        std::fs::rename(at("oxeye.db"), at("moved.db")).unwrap();

        let second = FileLock::take(&at("moved.db"));

        assert!(matches!(second, Err(OpenError::InUse(_))));
        drop(first);
        FileLock::take(&at("moved.db")).unwrap();
    }

    #[test]
    fn the_files_of_a_new_store_are_for_its_user_alone() {
        let folder = tempfile::tempdir().unwrap();

        let _lock = FileLock::take(&folder.path().join("oxeye.db")).unwrap();

        for name in ["oxeye.db", "oxeye.db.lock"] {
            let file = std::fs::metadata(folder.path().join(name)).unwrap();
            assert_eq!(file.permissions().mode() & 0o777, 0o600, "{name}");
        }
    }
}
