//! One thing to write, and who waits for it.

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::WriterThread;
use crate::ids::ServerId;
use crate::store::StoreError;

/// Runs in a transaction, then is told whether that was committed.
pub(crate) trait Job: Send {
    /// Writes. On an error what it wrote is rolled back.
    fn run(&mut self, connection: &Connection, writer: &WriterThread) -> rusqlite::Result<()>;
    /// The server that it concerns, if it is one alone. Jobs of a server keep their order.
    fn lane(&self) -> Option<ServerId> {
        None
    }
    /// How much it wrote when it ran last, in changes of rows.
    fn work(&self) -> usize {
        1
    }
    /// Whether it has done all it has to. If not, it runs again in a later transaction, before the
    /// jobs of its server that came after it; what it wrote until then is committed.
    fn is_finished(&self) -> bool {
        true
    }
    /// Whether it sees by itself to it that it writes as a whole or not at all.
    fn is_whole(&self) -> bool {
        false
    }
    /// What it wrote was rolled back, as the failure of this number: what it changed elsewhere must
    /// follow.
    fn undo(&mut self, connection: &Connection, failure: u64, writer: &WriterThread);
    /// What it wrote is committed; no transaction is open. For what cannot be done within one.
    fn after_commit(&mut self, _connection: &Connection) {}
    /// Answers who waits, after the commit or with the reason why there was none.
    fn answer(self: Box<Self>, commit: Result<(), StoreError>, writer: &WriterThread);
}

/// A job whose result `T` becomes the answer `R` once it is committed.
pub(super) struct Pending<W, C, T, R> {
    write: Option<W>,
    committed: C,
    written: Option<T>,
    answer: oneshot::Sender<Result<R, StoreError>>,
}

impl<W, C, T, R> Pending<W, C, T, R> {
    pub(super) fn new(
        write: W,
        committed: C,
        answer: oneshot::Sender<Result<R, StoreError>>,
    ) -> Self {
        Self {
            write: Some(write),
            committed,
            written: None,
            answer,
        }
    }
}

impl<W, C, T, R> Job for Pending<W, C, T, R>
where
    W: FnOnce(&Connection) -> rusqlite::Result<T> + Send,
    C: FnOnce(T, &WriterThread) -> R + Send,
    T: Send,
    R: Send,
{
    fn run(&mut self, connection: &Connection, _: &WriterThread) -> rusqlite::Result<()> {
        if let Some(write) = self.write.take() {
            self.written = Some(write(connection)?);
        }
        Ok(())
    }

    fn undo(&mut self, _: &Connection, _: u64, _: &WriterThread) {
        // What it changes elsewhere is changed by `committed`.
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>, writer: &WriterThread) {
        let Self {
            committed,
            written,
            answer,
            ..
        } = *self;
        let result = commit.and_then(|()| written.ok_or(StoreError::Closed));
        // The caller may have gone; what is committed is committed, and `committed` runs anyway.
        let _ = answer.send(result.map(|written| committed(written, writer)));
    }
}
