//! A token that proves that code runs on the writer's thread, where memory may change.

use crate::feed::{Changed, KeyedChange};

/// Proof of running on the writer's thread. Only the store creates one: for that thread, and for the
/// code that opens the store before the thread has anything to do. It is lent by reference, and such a
/// reference cannot be sent to another thread.
#[derive(Debug)]
pub struct WriterThread {
    /// `None` while the store is being opened: nobody listens yet.
    changed: Option<Changed>,
}

impl WriterThread {
    pub(crate) fn running() -> Self {
        Self {
            changed: Some(Changed::default()),
        }
    }

    pub(crate) fn opening() -> Self {
        Self { changed: None }
    }

    /// Notes that something changed in memory. The change is published after the batch.
    pub fn note(&self, key: u64, revision: u64) {
        if let Some(changed) = &self.changed {
            changed.note(KeyedChange { key, revision });
        }
    }

    /// Returns the changes since the last publication.
    pub(super) fn changed(&self) -> Option<&Changed> {
        self.changed.as_ref()
    }
}
