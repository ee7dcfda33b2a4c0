//! Somebody else who wants to write while a long job runs: the steps of the job are what they see.

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{Job, Store, StoreError, WriterThread};

/// Maximum number of turns, so that a test that fails ends.
const MAX_TURNS: usize = 100_000;

/// Counts the rows of a table each time its turn comes, until so many are left.
struct Watcher {
    table: &'static str,
    until: usize,
    turns: usize,
    /// The different counts, in order.
    counts: Vec<usize>,
    answer: oneshot::Sender<Vec<usize>>,
}

/// Watches the rows of a table from now on. Yields how many there were from step to step.
pub(crate) fn watch(
    store: &Store,
    table: &'static str,
    until: usize,
) -> oneshot::Receiver<Vec<usize>> {
    let (answer, counts) = oneshot::channel();
    let watcher = Watcher {
        table,
        until,
        turns: 0,
        counts: Vec::new(),
        answer,
    };
    let queued = store.enqueue(Box::new(watcher));
    queued.expect("the store is open");
    counts
}

impl Job for Watcher {
    fn run(&mut self, file: &Connection, _: &WriterThread) -> rusqlite::Result<()> {
        let sql = format!("SELECT count(*) FROM {}", self.table);
        self.counts
            .push(file.query_row(&sql, [], |row| row.get::<_, u32>(0))? as usize);
        self.counts.dedup();
        self.turns += 1;
        Ok(())
    }

    fn lane(&self) -> Option<u64> {
        Some(u64::MAX - 1)
    }

    fn is_finished(&self) -> bool {
        self.counts.last() == Some(&self.until) || self.turns >= MAX_TURNS
    }

    fn undo(&mut self, _: &Connection, _: u64, _: &WriterThread) {}

    fn answer(self: Box<Self>, _: Result<(), StoreError>, _: &WriterThread) {
        // The test may have failed already.
        let _ = self.answer.send(self.counts);
    }
}
