//! What memory holds: who joined, and their sessions that are open or may go on. Changes on the writer's thread only.

use parking_lot::RwLock;

use super::consents::Consents;
use super::tracks::Tracks;
use crate::store::WriterThread;

/// Who joined, and their sessions that are open or may go on.
#[derive(Debug, Default)]
pub(crate) struct Live {
    pub(super) consents: Consents,
    pub(super) tracks: Tracks,
}

/// [`Live`] behind its lock.
#[derive(Debug, Default)]
pub(crate) struct SharedLive(RwLock<Live>);

impl SharedLive {
    pub(super) fn new(live: Live) -> Self {
        Self(RwLock::new(live))
    }

    /// Reads memory, for a moment.
    pub(super) fn read<R>(&self, read: impl FnOnce(&Live) -> R) -> R {
        read(&self.0.read())
    }

    /// Changes memory, for a moment.
    pub(super) fn change<R>(&self, _: &WriterThread, change: impl FnOnce(&mut Live) -> R) -> R {
        change(&mut self.0.write())
    }
}
