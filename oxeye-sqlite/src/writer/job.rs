//! One thing to write, and whoever waits for it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::WriterThread;
use crate::error::StoreError;

/// A write. It runs in a transaction, then learns whether that was committed.
pub trait Job: Send {
    /// Writes. On an error what it wrote is rolled back.
    ///
    /// # Errors
    /// When it could not be written.
    fn run(&mut self, connection: &Connection, writer: &WriterThread) -> rusqlite::Result<()>;
    /// Whom it concerns, as a number of the program's choice; `None` when it concerns everybody.
    /// Jobs of a lane keep their order, and lanes take turns.
    fn lane(&self) -> Option<u64> {
        None
    }
    /// How much it wrote when it ran last, in changes of rows.
    fn work(&self) -> usize {
        1
    }
    /// Whether it is done. If not, it runs again in a later transaction, before the
    /// jobs of its lane that came after it; what it wrote until then is committed.
    fn is_finished(&self) -> bool {
        true
    }
    /// Whether the job guarantees its own atomicity. If not, it runs within a savepoint.
    fn is_whole(&self) -> bool {
        false
    }
    /// Undoes what it changed elsewhere, since what it wrote was rolled back. All jobs that one failure
    /// undoes get the same number.
    fn undo(&mut self, connection: &Connection, failure: u64, writer: &WriterThread);
    /// Does what cannot be done within a transaction, once what it wrote is committed.
    fn after_commit(&mut self, _connection: &Connection) {}
    /// Answers the caller, after the commit or with the reason why there was none.
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

/// Runs `write`, which may be several statements. If it fails or panics, what it wrote is undone and
/// what others wrote before stays; where that is no longer possible, the transaction is over.
///
/// One statement alone needs none of this: SQLite takes it as a whole or not at all.
///
/// # Errors
/// When `write` failed or panicked.
pub fn as_a_whole(
    connection: &Connection,
    write: impl FnOnce() -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    execute(connection, "SAVEPOINT whole")?;
    let outcome = without_panic(write).and_then(|()| execute(connection, "RELEASE whole"));
    if outcome.is_err() && !connection.is_autocommit() {
        let undone = execute(connection, "ROLLBACK TO whole")
            .and_then(|()| execute(connection, "RELEASE whole"));
        if undone.is_err() {
            // What it wrote can no longer be told apart from what the others wrote.
            execute(connection, "ROLLBACK")?;
        }
    }
    outcome
}

/// A panic is a failure like others. What it said is in the log already.
pub(super) fn without_panic(write: impl FnOnce() -> rusqlite::Result<()>) -> rusqlite::Result<()> {
    catch_unwind(AssertUnwindSafe(write)).unwrap_or_else(|_| {
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_INTERNAL);
        let what = Some("a write panicked".to_owned());
        Err(rusqlite::Error::SqliteFailure(code, what))
    })
}

pub(super) fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(|_| ())
}
