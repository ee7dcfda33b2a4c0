//! Proof that code runs where memory may change, and what has changed there.

use crate::changes::{Changed, ServerChange};
use crate::ids::ServerId;

/// Only the store makes one: for the writer's thread, and for whoever opens the store before that
/// thread has anything to do. It is lent by reference, and a reference to it cannot be sent to
/// another thread.
#[derive(Debug)]
pub(crate) struct WriterThread {
    /// `None` while the store is opened: nobody listens yet.
    changed: Option<Changed>,
}

impl WriterThread {
    pub(in crate::store) fn at_work() -> Self {
        Self {
            changed: Some(Changed::default()),
        }
    }

    pub(in crate::store) fn opening() -> Self {
        Self { changed: None }
    }

    /// People see something else of a server.
    pub(crate) fn note(&self, server: ServerId, revision: u64) {
        if let Some(changed) = &self.changed {
            changed.note(ServerChange { server, revision });
        }
    }

    /// What has changed since it was published last.
    pub(super) fn changed(&self) -> Option<&Changed> {
        self.changed.as_ref()
    }
}
