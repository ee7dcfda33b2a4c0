//! A copy of everything in the file, made while everything runs.

use std::fs::File;

use crate::database::Database;
use crate::store::{OpenError, StoreError};

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// It could not be read or written: is there room beside the store?
    #[error(transparent)]
    Copy(#[from] OpenError),
    /// Our own code failed, or the process is about to end.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Database {
    /// A copy of the file as it is at one moment, ready to be read. It lies beside the store, for
    /// its user alone, has no name any more, and goes when it is closed. Events are taken
    /// meanwhile; who asks while another copy is made waits for that.
    ///
    /// # Errors
    /// When the file cannot be read or there is no room for the copy.
    pub async fn backup(&self) -> Result<File, BackupError> {
        let database = self.clone();
        let copying = tokio::task::spawn_blocking(move || database.inner.store.copy());
        match copying.await {
            Ok(copied) => Ok(copied.map_err(OpenError::from)?),
            Err(error) => Err(StoreError::of_task("a backup", error).into()),
        }
    }
}
