//! One process per file: a second one would not see what the first keeps in memory.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{OpenError, io_error};

/// Whether a process has the store open now.
pub(super) fn is_locked(store: &Path) -> Result<bool, OpenError> {
    match File::open(beside(store)) {
        Ok(file) => match file.try_lock_shared() {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(source)) => Err(io_error(store, source)),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(source) => Err(io_error(store, source)),
    }
}

fn beside(store: &Path) -> PathBuf {
    let mut path = store.as_os_str().to_owned();
    path.push(".lock");
    path.into()
}

/// An advisory lock beside the store. The system lets go of it when the process ends, however.
#[derive(Debug)]
pub(super) struct FileLock(#[expect(dead_code, reason = "held for the lock, never read")] File);

impl FileLock {
    pub(super) fn take(store: &Path) -> Result<Self, OpenError> {
        let file = File::create(beside(store)).map_err(|source| io_error(store, source))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse(store.to_owned())),
            Err(TryLockError::Error(source)) => Err(io_error(store, source)),
        }
    }
}
