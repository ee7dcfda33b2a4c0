//! Wipes what was deleted from the bytes of a file beside the store: rewrites the file, and truncates its log. That it has to
//! be rewritten is in the file, so neither a failure nor a crash prevents it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;

use crate::store::side_file::rewriting;
use crate::wal_truncation::WalTruncation;

/// Whether a file beside the store has to be rewritten, and its log truncated.
#[derive(Debug)]
pub(crate) struct FileWipe {
    /// What the file is about, for the log.
    subject: &'static str,
    must_rewrite: AtomicBool,
    wal: Arc<WalTruncation>,
}

impl FileWipe {
    /// Starts with what the file says. Its log is to be truncated in any case: the process may have been killed before that.
    pub(crate) fn new(subject: &'static str, must_rewrite: bool) -> Self {
        Self {
            subject,
            must_rewrite: AtomicBool::new(must_rewrite),
            wal: Arc::new(WalTruncation::due()),
        }
    }

    /// The truncation of the log.
    pub(crate) fn wal(&self) -> &Arc<WalTruncation> {
        &self.wal
    }

    /// Whether something of what was deleted may be left.
    pub(crate) fn is_due(&self) -> bool {
        self.must_rewrite() || self.wal.is_due()
    }

    /// Whether the file has to be rewritten.
    pub(crate) fn must_rewrite(&self) -> bool {
        self.must_rewrite.load(Ordering::Relaxed)
    }

    /// Marks the file as due for rewriting, once a transaction that [requires](rewriting::require) it is committed.
    pub(crate) fn require(&self) {
        self.must_rewrite.store(true, Ordering::Relaxed);
    }

    /// Rewrites the file if that is due, and truncates its log. Returns whether nothing is left of what was deleted. Must not
    /// run in a transaction.
    pub(crate) fn wipe(&self, file: &Connection) -> bool {
        if self.must_rewrite() {
            match rewriting::rewrite(file) {
                Ok(()) => self.must_rewrite.store(false, Ordering::Relaxed),
                Err(error) => {
                    let subject = self.subject;
                    tracing::warn!(%error, subject, "a file beside the store could not be rewritten");
                }
            }
        }
        self.wal.truncate(file) && !self.must_rewrite()
    }
}
