//! Overwrites what deleted rows leave behind in the store's files: copies in the unused part of pages, and the write-ahead
//! log.

use std::sync::Arc;

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::database::Database;
use crate::store::rows::rewriting;
use crate::store::{Job, Store, StoreError, WriterThread};
use crate::wal_truncation::WalTruncation;

/// Sends the answer to the caller.
type Answer<T> = oneshot::Sender<Result<T, StoreError>>;

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
            let (answer, answered) = oneshot::channel();
            self.inner.store.enqueue(Box::new(WipeJob {
                wal: Arc::clone(&self.inner.wal_truncation),
                progress: Progress::Failed,
                answer,
            }))?;
            match answered.await.map_err(|_| StoreError::Closed)?? {
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
    let (answer, answered) = oneshot::channel();
    store.enqueue(Box::new(TruncateJob {
        wal: Arc::clone(wal_truncation),
        answer,
    }))?;
    answered.await.map_err(|_| StoreError::Closed)?
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
struct WipeJob {
    wal: Arc<WalTruncation>,
    progress: Progress,
    answer: Answer<Progress>,
}

impl Job for WipeJob {
    fn run(&mut self, _: &Connection, _: &WriterThread) -> rusqlite::Result<()> {
        Ok(())
    }

    fn undo(&mut self, _: &Connection, _: u64, _: &WriterThread) {}

    fn after_commit(&mut self, file: &Connection) {
        self.progress = match rewriting::rewrite_next(file) {
            Ok(true) => Progress::HasMore,
            Ok(false) if self.wal.truncate(file) => Progress::Wiped,
            Ok(false) => Progress::Failed,
            Err(error) => {
                tracing::warn!(%error, "pages that may hold what was deleted could not be rewritten");
                self.wal.require();
                Progress::Failed
            }
        };
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>, _: &WriterThread) {
        let Self {
            progress, answer, ..
        } = *self;
        // It is done even if the caller no longer waits.
        let _ = answer.send(commit.map(|()| progress));
    }
}

/// Truncates the log after an earlier attempt failed.
struct TruncateJob {
    wal: Arc<WalTruncation>,
    answer: Answer<()>,
}

impl Job for TruncateJob {
    fn run(&mut self, _: &Connection, _: &WriterThread) -> rusqlite::Result<()> {
        Ok(())
    }

    fn undo(&mut self, _: &Connection, _: u64, _: &WriterThread) {}

    fn after_commit(&mut self, file: &Connection) {
        self.wal.truncate(file);
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>, _: &WriterThread) {
        // The log is truncated even if the caller no longer waits.
        let _ = self.answer.send(commit);
    }
}
