//! Keeps the last picture of each server's roster.

use std::sync::Arc;

use tokio::sync::{Mutex, Semaphore};

use crate::drawn::DrawnPictures;
use crate::ids::ServerId;

/// The place for the last picture of a server.
pub(crate) type PictureSlot = Arc<Mutex<Option<Picture>>>;

/// The last picture of each server. Each picture has its own lock, which is held while it is drawn, so
/// that ten simultaneous requests cause one drawing.
#[derive(Debug)]
pub(crate) struct Pictures {
    last: scc::HashMap<ServerId, PictureSlot>,
    /// Permit to draw. Drawing takes a thread for some milliseconds and a canvas of some megabytes, so
    /// only one picture is drawn at a time.
    pub(crate) drawing: Semaphore,
    /// Permit to draw a figure, so that the picture of a roster never waits for one.
    pub(crate) charts: Semaphore,
    /// The pictures of figures that were drawn lately.
    pub(crate) drawn: DrawnPictures,
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
            charts: Semaphore::new(1),
            drawn: DrawnPictures::default(),
        }
    }
}

impl Pictures {
    /// Returns the slot for a server's picture. The slot of a disconnected server is not kept.
    pub(crate) fn slot(&self, server: ServerId, linked: bool) -> PictureSlot {
        if linked {
            Arc::clone(self.last.entry_sync(server).or_default().get())
        } else {
            Arc::default()
        }
    }

    /// Drops the picture of a server that is no longer linked, since nobody may ever ask for it again, or on which
    /// a player is forgotten; and all pictures of figures.
    pub(crate) fn forget(&self, server: ServerId) {
        self.drawn.clear();
        self.last.remove_sync(&server);
    }

    /// Returns the number of pictures.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.last.len()
    }
}
