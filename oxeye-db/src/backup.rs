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
        copied(move || database.inner.store.copy()).await
    }

    /// Returns such a copy of the file of activity; `None` if nothing was ever reported.
    ///
    /// # Errors
    /// When the file cannot be read or there is no room for the copy.
    pub async fn backup_activity(&self) -> Result<Option<File>, BackupError> {
        if !self.has_activity() {
            return Ok(None);
        }
        let database = self.clone();
        let copy = move || {
            let activity = database.inner.activity.as_ref();
            let open = activity.and_then(|activity| activity.open_file());
            open.map(|(store, _)| store.copy()).transpose()
        };
        copied(copy).await
    }

    /// Returns such a copy of the file of presence; `None` if no guild was ever set up.
    ///
    /// # Errors
    /// When the file cannot be read or there is no room for the copy.
    pub async fn backup_presence(&self) -> Result<Option<File>, BackupError> {
        let presence = self.inner.presence.clone();
        if presence.open_file().is_none() {
            return Ok(None);
        }
        let copy = move || {
            presence
                .open_file()
                .map(|(store, _)| store.copy())
                .transpose()
        };
        copied(copy).await
    }
}

/// Makes a copy on a blocking thread.
async fn copied<T: Send + 'static>(
    copy: impl FnOnce() -> Result<T, oxeye_sqlite::OpenError> + Send + 'static,
) -> Result<T, BackupError> {
    match tokio::task::spawn_blocking(copy).await {
        Ok(copied) => Ok(copied.map_err(OpenError::from)?),
        Err(error) => Err(StoreError::from_join_error("a backup", error).into()),
    }
}
