//! Backs up the file while Oxeye is running.

use std::fs::File;

use crate::database::Database;
use crate::store::{OpenError, StoreError};

/// Why a backup failed.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file could not be read, or the copy not written, for example because the disk is full.
    #[error(transparent)]
    Copy(#[from] OpenError),
    /// Our own code panicked, or the process is shutting down.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Database {
    /// Returns a consistent copy of the file, ready to be read. The copy is a private file without a
    /// name in the store's folder, and disappears when it is closed. Events are accepted meanwhile. A
    /// second backup waits until the first copy is complete.
    ///
    /// # Errors
    /// When the file cannot be read or there is no room for the copy.
    pub async fn backup(&self) -> Result<File, BackupError> {
        let database = self.clone();
        let copying = tokio::task::spawn_blocking(move || database.inner.store.copy());
        match copying.await {
            Ok(copied) => Ok(copied.map_err(OpenError::from)?),
            Err(error) => Err(StoreError::from_join_error("a backup", error).into()),
        }
    }
}
