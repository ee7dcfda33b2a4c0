//! The disk below a store, for tests: it can be full, and have room again.

use rusqlite::Connection;

use super::FleetStore;

/// Keeps the file from growing, so that SQLite reports a full disk.
const FULL: &str = "PRAGMA max_page_count = 1";
const ROOM: &str = "PRAGMA max_page_count = 1000000";

/// Refuses rows that would fit into the pages that there are.
const REFUSE: &str = "
    CREATE TRIGGER no_insert BEFORE INSERT ON slots BEGIN SELECT RAISE(ABORT, 'disk full'); END;
    CREATE TRIGGER no_update BEFORE UPDATE ON slots BEGIN SELECT RAISE(ABORT, 'disk full'); END;
    CREATE TRIGGER no_delete BEFORE DELETE ON slots BEGIN SELECT RAISE(ABORT, 'disk full'); END;";
const ACCEPT: &str = "DROP TRIGGER no_insert; DROP TRIGGER no_update; DROP TRIGGER no_delete;";

/// The disk below an open store.
pub(crate) struct Disk {
    store: FleetStore,
}

impl Disk {
    pub(crate) fn below(store: &FleetStore) -> Self {
        Self {
            store: store.clone(),
        }
    }

    /// Fills the disk, so that SQLite finds no room as soon as the store needs more.
    pub(crate) async fn fill(&self) {
        self.run(FULL).await;
    }

    /// Deletes what fills the disk.
    pub(crate) async fn make_room(&self) {
        self.run(ROOM).await;
    }

    /// Refuses every row of a slot from now on.
    pub(crate) async fn refuse(&self) {
        self.run(REFUSE).await;
    }

    /// Accepts rows again.
    pub(crate) async fn accept(&self) {
        self.run(ACCEPT).await;
    }

    async fn run(&self, sql: &'static str) {
        let run = |file: &Connection| file.execute_batch(sql);
        self.store.store.write(run, |(), _| ()).await.unwrap();
    }
}
