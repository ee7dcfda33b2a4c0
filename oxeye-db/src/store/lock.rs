//! One process per file: a second one would not see what the first keeps in memory.

use std::fs::{File, TryLockError};
use std::path::Path;

use super::{OpenError, io_error};

/// An advisory lock beside the store. The system lets go of it when the process ends, however.
#[derive(Debug)]
pub(super) struct FileLock(#[expect(dead_code, reason = "held for the lock, never read")] File);

impl FileLock {
    pub(super) fn take(store: &Path) -> Result<Self, OpenError> {
        let mut path = store.as_os_str().to_owned();
        path.push(".lock");
        let file = File::create(&path).map_err(|source| io_error(store, source))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse(store.to_owned())),
            Err(TryLockError::Error(source)) => Err(io_error(store, source)),
        }
    }
}
