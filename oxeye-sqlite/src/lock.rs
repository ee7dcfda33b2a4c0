//! Allows one process per file: a second process would not see what the first keeps in memory.

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use oxeye_process::private_file;

use crate::error::{OpenError, io_error};
use crate::file_names::{LOCK, beside};

/// Whether a process has the store open.
pub(crate) fn is_locked(store: &Path) -> Result<bool, OpenError> {
    match lock_path(store).and_then(File::open) {
        Ok(file) => match file.try_lock_shared() {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(source)) => Err(io_error(store, source)),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(source) => Err(io_error(store, source)),
    }
}

/// Returns the path of the lock file. It is beside the store's real name, whatever symbolic links lead
/// to that.
fn lock_path(store: &Path) -> io::Result<PathBuf> {
    Ok(beside(&store.canonicalize()?, LOCK))
}

/// An advisory lock beside the store. The system releases it when the process ends, even after a crash.
#[derive(Debug)]
pub(crate) struct FileLock(#[expect(dead_code, reason = "held for the lock, never read")] File);

impl FileLock {
    /// Locks the store, creating its file if necessary so that it has a real name. Also returns the open
    /// file, which must stay open longer than any connection to it.
    pub(crate) fn take(store: &Path) -> Result<(Self, File), OpenError> {
        let io_error = |source| io_error(store, source);
        let file = open_or_create(store).map_err(io_error)?;
        refuse_hard_links(store)?;
        let lock_file = lock_path(store).and_then(|path| open_or_create(&path));
        let lock_file = lock_file.map_err(io_error)?;
        lock(&lock_file, store)?;
        lock_inode(&file, store)?;
        Ok((Self(lock_file), file))
    }
}

/// Refuses a file that has a second name. SQLite would keep one log beside each name, so writes
/// acknowledged under one name could be missing under the other.
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

/// Opens a file for reading and writing, and creates it if necessary. Only its owner can read a new
/// file (mode 0600). The files that SQLite creates beside a store get the store's mode.
pub(crate) fn open_or_create(path: &Path) -> io::Result<File> {
    let mut options = private_file::options();
    options.read(true).write(true);
    options.create(true).truncate(false);
    options.open(path)
}

fn lock(file: &File, store: &Path) -> Result<(), OpenError> {
    match file.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(store.to_owned())),
        Err(TryLockError::Error(source)) => Err(io_error(store, source)),
    }
}

/// Locks the file itself as well: it may have been moved while another process still has it open. Does
/// this only on Linux, where such a lock does not interfere with SQLite's own locks.
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
        // This link leads to a file that does not exist yet.
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
    fn a_file_that_was_moved_is_in_use_while_a_process_has_it_open() {
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
    fn only_their_owner_can_read_the_files_of_a_new_store() {
        let folder = tempfile::tempdir().unwrap();

        let _lock = FileLock::take(&folder.path().join("oxeye.db")).unwrap();

        for name in ["oxeye.db", "oxeye.db.lock"] {
            let file = std::fs::metadata(folder.path().join(name)).unwrap();
            assert_eq!(file.permissions().mode() & 0o777, 0o600, "{name}");
        }
    }
}
