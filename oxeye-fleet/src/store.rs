//! The rows that survive a restart, in one SQLite file: slots and sessions.

use std::path::Path;

use oxeye_sqlite::{OpenError, StoreError};

use crate::rules::{SessionRow, SlotRow, Write};

/// The open file.
#[derive(Debug)]
pub struct FleetStore {}

/// What the file holds.
#[derive(Debug, Default)]
pub struct Kept {
    /// All slots.
    pub slots: Vec<SlotRow>,
    /// Their sessions.
    pub sessions: Vec<SessionRow>,
}

impl FleetStore {
    /// Opens the file, or makes it, and returns what it holds.
    ///
    /// # Errors
    /// When the file cannot be used, or another process uses it.
    pub fn open(_path: &Path) -> Result<(Self, Kept), OpenError> {
        todo!()
    }

    /// Writes the changes of one step in one transaction, and returns once they are on disk.
    ///
    /// # Errors
    /// When they cannot be written. Then none of them is.
    pub async fn write(&self, _writes: Vec<Write>) -> Result<(), StoreError> {
        todo!()
    }

    /// Queues changes that may be lost. If the queue is full, they are.
    pub fn write_later(&self, _writes: Vec<Write>) {
        todo!()
    }

    /// Finishes the queued writes and closes the file.
    pub async fn close(&self) {
        todo!()
    }
}
