//! Truncates the write-ahead log, which keeps deleted data until then: after a player was forgotten or a
//! server was removed, and again later if a reader was in the way.

use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;

use crate::store::truncate_wal;

/// Tracks whether the log may still hold a forgotten name.
#[derive(Debug)]
pub(crate) struct WalTruncation {
    is_due: AtomicBool,
}

impl WalTruncation {
    /// Starts as due: the process may have been killed right after it forgot a player.
    pub(crate) fn due() -> Self {
        Self {
            is_due: AtomicBool::new(true),
        }
    }

    /// Whether the log still has to be truncated.
    pub(crate) fn is_due(&self) -> bool {
        self.is_due.load(Ordering::Relaxed)
    }

    /// Marks the log as due for truncation.
    pub(crate) fn require(&self) {
        self.is_due.store(true, Ordering::Relaxed);
    }

    /// Truncates the log, or marks it as due. Returns whether it was truncated.
    pub(crate) fn truncate(&self, file: &Connection) -> bool {
        let truncated = truncate_wal(file).unwrap_or_else(|error| {
            tracing::warn!(%error, "could not truncate the write-ahead log");
            false
        });
        self.is_due.store(!truncated, Ordering::Relaxed);
        truncated
    }
}
