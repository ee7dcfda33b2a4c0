//! One process per file: a second one would not see what the first keeps in memory.

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::file::open_or_make;
use super::{OpenError, io_error};

/// Whether a process has the store open now.
pub(super) fn is_locked(store: &Path) -> Result<bool, OpenError> {
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
pub(super) struct FileLock(#[expect(dead_code, reason = "held for the lock, never read")] File);

impl FileLock {
    /// Makes the store's file if it is not there, so that it has a real name.
    pub(super) fn take(store: &Path) -> Result<Self, OpenError> {
        let lock = || {
            open_or_make(store)?;
            open_or_make(&beside(store)?)
        };
        let file = lock().map_err(|source| io_error(store, source))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse(store.to_owned())),
            Err(TryLockError::Error(source)) => Err(io_error(store, source)),
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

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
    fn the_files_of_a_new_store_are_for_its_user_alone() {
        let folder = tempfile::tempdir().unwrap();

        let _lock = FileLock::take(&folder.path().join("oxeye.db")).unwrap();

        for name in ["oxeye.db", "oxeye.db.lock"] {
            let file = std::fs::metadata(folder.path().join(name)).unwrap();
            assert_eq!(file.permissions().mode() & 0o777, 0o600, "{name}");
        }
    }
}
