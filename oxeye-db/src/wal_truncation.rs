//! The write-ahead log keeps what was deleted until it is truncated. So it is truncated whenever a
//! player or a server was forgotten, and again later if somebody was just reading it.

use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;

use crate::store::truncate_wal;

/// Whether the log may still hold the name of somebody who was forgotten.
#[derive(Debug)]
pub(crate) struct WalTruncation {
    is_due: AtomicBool,
}

impl WalTruncation {
    /// Due from the start: the process may have been killed right after it forgot somebody.
    pub(crate) fn due() -> Self {
        Self {
            is_due: AtomicBool::new(true),
        }
    }

    /// Whether the log is still to be truncated.
    pub(crate) fn is_due(&self) -> bool {
        self.is_due.load(Ordering::Relaxed)
    }

    /// From now on the log is to be truncated.
    #[cfg(test)]
    pub(crate) fn require(&self) {
        self.is_due.store(true, Ordering::Relaxed);
    }

    /// Truncates the log, or remembers that it is due. Returns whether it was truncated.
    pub(crate) fn truncate(&self, file: &Connection) -> bool {
        let truncated = truncate_wal(file).unwrap_or_else(|error| {
            tracing::warn!(%error, "the write-ahead log could not be truncated");
            false
        });
        self.is_due.store(!truncated, Ordering::Relaxed);
        truncated
    }
}
