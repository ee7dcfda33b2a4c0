//! The last picture of each server's roster.

use std::sync::Arc;

use tokio::sync::{Mutex, Semaphore};

use crate::ids::ServerId;

/// The last picture of each server. Each has a lock of its own that is held while it is drawn, so
/// that ten who ask at once get one drawing.
#[derive(Debug)]
pub(crate) struct Pictures {
    last: scc::HashMap<ServerId, Arc<Mutex<Option<Picture>>>>,
    /// Drawing takes some milliseconds of a thread and a canvas of some megabytes, so one picture
    /// is drawn at a time.
    pub(crate) drawing: Semaphore,
}

#[derive(Debug)]
pub(crate) struct Picture {
    pub(crate) revision: u64,
    pub(crate) png: Arc<[u8]>,
}

impl Default for Pictures {
    fn default() -> Self {
        Self {
            last: scc::HashMap::new(),
            drawing: Semaphore::new(1),
        }
    }
}

impl Pictures {
    /// Where the picture of a server is. That of a server that is not linked is not kept.
    pub(crate) fn slot(&self, server: ServerId, linked: bool) -> Arc<Mutex<Option<Picture>>> {
        if linked {
            Arc::clone(self.last.entry_sync(server).or_default().get())
        } else {
            Arc::default()
        }
    }

    /// The server is not linked any more: nobody may ever ask for its picture again.
    pub(crate) fn forget(&self, server: ServerId) {
        self.last.remove_sync(&server);
    }

    /// How many pictures are kept.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.last.len()
    }
}
