//! Proof that code runs where the program's memory of the file may change, and what has changed there.

use crate::feed::{Changed, KeyedChange};

/// Only the store makes one: for the writer's thread, and for whoever opens the store before that
/// thread has anything to do. It is lent by reference, and a reference to it cannot be sent to
/// another thread.
#[derive(Debug)]
pub struct WriterThread {
    /// `None` while the store is opened: nobody listens yet.
    changed: Option<Changed>,
}

impl WriterThread {
    pub(crate) fn at_work() -> Self {
        Self {
            changed: Some(Changed::default()),
        }
    }

    pub(crate) fn opening() -> Self {
        Self { changed: None }
    }

    /// Notes that something changed in memory. It is published after the batch.
    pub fn note(&self, key: u64, revision: u64) {
        if let Some(changed) = &self.changed {
            changed.note(KeyedChange { key, revision });
        }
    }

    /// What has changed since it was published last.
    pub(super) fn changed(&self) -> Option<&Changed> {
        self.changed.as_ref()
    }
}
