//! Overwrites what deleted rows leave behind in the store's files: copies in the unused part of pages, and the write-ahead
//! log.

use std::sync::Arc;

use rusqlite::Connection;

use crate::database::Database;
use crate::store::rows::rewriting;
use crate::store::{Store, StoreError};
use crate::wal_truncation::WalTruncation;

impl Database {
    /// Overwrites what deleted rows have left behind and truncates the write-ahead log, if it may still hold a forgotten
    /// player's name.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn truncate_wal(&self) -> Result<(), StoreError> {
        if self.inner.wal_truncation.is_due() {
            self.wipe().await?;
        }
        let activity = self.inner.activity.as_ref();
        let activity = activity.and_then(|activity| activity.open_file());
        let others = activity.into_iter().chain(self.inner.presence.open_file());
        for (store, wal_truncation) in others {
            truncate(store, wal_truncation).await?;
        }
        Ok(())
    }

    /// Rewrites the file of activity if what was deleted may still be in its bytes.
    ///
    /// # Errors
    /// When the file is lost or closed.
    pub async fn wipe_activity(&self) -> Result<(), StoreError> {
        match &self.inner.activity {
            Some(activity) => activity.wipe_file().await,
            None => Ok(()),
        }
    }

    /// Overwrites what deleted rows have left behind in the store. Returns whether nothing is left; if something is, a timer
    /// tries again.
    pub(crate) async fn is_wiped(&self) -> bool {
        self.wipe().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "what was deleted could not be overwritten yet");
            false
        })
    }

    /// Rewrites the tables of which rows were deleted, one at a time, so that others write in between, and truncates the log.
    async fn wipe(&self) -> Result<bool, StoreError> {
        loop {
            let wal = Arc::clone(&self.inner.wal_truncation);
            let rewrite = move |file: &Connection| rewrite_next(file, &wal);
            match self.inner.store.between_transactions(rewrite).await? {
                Progress::HasMore => {}
                Progress::Wiped => return Ok(true),
                Progress::Failed => return Ok(false),
            }
        }
    }
}

/// Truncates the log of one of the files if it is due.
async fn truncate(store: &Store, wal_truncation: &Arc<WalTruncation>) -> Result<(), StoreError> {
    if !wal_truncation.is_due() {
        return Ok(());
    }
    let wal = Arc::clone(wal_truncation);
    let truncate = move |file: &Connection| wal.truncate(file);
    store.between_transactions(truncate).await?;
    Ok(())
}

/// How far the file is overwritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// There may be another table to rewrite.
    HasMore,
    /// Nothing is left.
    Wiped,
    /// Something was in the way.
    Failed,
}

/// Rewrites one table or, if none is to be rewritten, truncates the log.
fn rewrite_next(file: &Connection, wal: &WalTruncation) -> Progress {
    match rewriting::rewrite_next(file) {
        Ok(true) => Progress::HasMore,
        Ok(false) if wal.truncate(file) => Progress::Wiped,
        Ok(false) => Progress::Failed,
        Err(error) => {
            tracing::warn!(%error, "pages that may hold what was deleted could not be rewritten");
            // The log holds what was rewritten before.
            wal.truncate(file);
            wal.require();
            Progress::Failed
        }
    }
}
