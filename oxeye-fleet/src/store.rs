//! The rows that survive a restart, in one SQLite file: slots, sessions, where worlds lie, and what is known of
//! workers.

#[cfg(test)]
mod disk;
mod gathered;
mod rows;

use std::path::Path;
use std::sync::Arc;

use oxeye_sqlite::{Job, OpenError, Schema, Store, StoreError, WriterThread, atomically, touch};
use rusqlite::Connection;

#[cfg(test)]
pub(crate) use self::disk::Disk;
pub(crate) use self::gathered::Gathered;
pub use crate::rules::Kept;
use crate::rules::Write;

const SCHEMA: Schema = Schema {
    program: "oxeye-fleet",
    // "Oxfl"
    application_id: 0x4f78_666c,
    migrations: &[
        include_str!("../migrations/0001_slots.sql"),
        include_str!("../migrations/0002_crashes.sql"),
        include_str!("../migrations/0003_workers.sql"),
        include_str!("../migrations/0004_worker_worlds.sql"),
        include_str!("../migrations/0005_worker_draining.sql"),
        include_str!("../migrations/0006_made_worlds.sql"),
    ],
    unchecked_tables: &[],
};

/// Connections for reading. Everything is read once, at the start.
const READERS: usize = 1;

/// The open file. Clones share it.
#[derive(Debug, Clone)]
pub struct FleetStore {
    store: Arc<Store>,
}

impl FleetStore {
    /// Opens the file, or makes it, and returns what it holds. Blocks.
    ///
    /// # Errors
    /// When the file cannot be used, or another process uses it.
    pub fn open(path: &Path) -> Result<(Self, Kept), OpenError> {
        let (store, loading, _) = Store::open(path, &SCHEMA, READERS)?;
        let kept = Kept {
            slots: rows::slots(&loading)?,
            sessions: rows::sessions(&loading)?,
            homes: rows::homes(&loading)?,
            workers: rows::workers(&loading)?,
        };
        let store = Arc::new(store);
        Ok((Self { store }, kept))
    }

    /// Writes the changes of one step in one transaction, and returns once they are on disk.
    ///
    /// # Errors
    /// When they cannot be written. Then none of them is.
    pub async fn write(&self, writes: Vec<Write>) -> Result<(), StoreError> {
        let write = move |file: &Connection| atomically(file, || rows::apply(file, &writes));
        self.store.write(write, |(), _| ()).await
    }

    /// Writes something that changes nothing, to see whether the disk takes it.
    ///
    /// # Errors
    /// When it does not.
    pub async fn check_writable(&self) -> Result<(), StoreError> {
        self.store.write(touch, |(), _| ()).await
    }

    /// Queues changes that may be lost. If the queue is full, they are.
    pub fn write_later(&self, writes: Vec<Write>) {
        if let Err(error) = self.store.enqueue(Box::new(Later { writes })) {
            tracing::debug!(%error, "changes of sessions were not kept");
        }
    }

    /// Finishes the queued writes and closes the file.
    pub async fn close(&self) {
        self.store.close().await;
    }
}

/// Changes that nobody waits for.
struct Later {
    writes: Vec<Write>,
}

impl Job for Later {
    fn run(&mut self, file: &Connection, _: &WriterThread) -> rusqlite::Result<()> {
        rows::apply(file, &self.writes)
    }

    fn undo(&mut self, _: &Connection, _: u64, _: &WriterThread) {}

    fn answer(self: Box<Self>, commit: Result<(), StoreError>, _: &WriterThread) {
        if let Err(error) = commit {
            tracing::debug!(%error, "changes of sessions were not kept");
        }
    }
}

#[cfg(test)]
mod tests;
