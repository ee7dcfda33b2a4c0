//! A write, and the caller who waits for its result.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::WriterThread;
use crate::error::StoreError;

/// A write. It runs in a transaction and then learns whether the transaction was committed.
pub trait Job: Send {
    /// Writes to the file. If it returns an error, what it wrote is rolled back.
    ///
    /// # Errors
    /// When the write fails.
    fn run(&mut self, connection: &Connection, writer: &WriterThread) -> rusqlite::Result<()>;
    /// The lane of the job, as a number that the program chooses; `None` for jobs that concern
    /// everybody. The jobs of a lane keep their order, and lanes take turns.
    fn lane(&self) -> Option<u64> {
        None
    }
    /// Number of row changes in its last run.
    fn work(&self) -> usize {
        1
    }
    /// Whether the job is done. If not, what it has written is committed, and it runs again in a later
    /// transaction, before the later jobs of its lane.
    fn is_finished(&self) -> bool {
        true
    }
    /// Whether the store may close before the job is finished, because it can be repeated. What its earlier runs wrote
    /// stays, and it is answered with [`StoreError::Closed`].
    fn may_be_cut_short(&self) -> bool {
        false
    }
    /// Whether the job guarantees its own atomicity. If not, it runs in a savepoint, or first in its transaction.
    fn is_atomic(&self) -> bool {
        false
    }
    /// Undoes what the job changed in memory, because what its last run wrote was rolled back. That run
    /// may have failed at any point, or never have begun its changes. Earlier runs, if
    /// [`Job::is_finished`] was false after them, are committed and stay.
    ///
    /// Runs on the writer's thread, before the job is answered and before any other job runs; if a whole
    /// transaction was rolled back, the last of its jobs is undone first. `connection` reads what is
    /// still there: the last commit, or the open transaction if only this job failed. `failure` counts
    /// the failures of this writer from 1, and is the same for all jobs undone together: what they share
    /// need be restored only once.
    fn undo(&mut self, connection: &Connection, failure: u64, writer: &WriterThread);
    /// Does what cannot be done in a transaction. Runs after the commit.
    fn after_commit(&mut self, _connection: &Connection) {}
    /// Answers the caller: after the commit, or with the reason why there was none.
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
        // Nothing to undo: only `committed` changes memory.
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>, writer: &WriterThread) {
        let Self {
            committed,
            written,
            answer,
            ..
        } = *self;
        let result = commit.and_then(|()| written.ok_or(StoreError::Closed));
        // `committed` runs even if the caller no longer waits.
        let _ = answer.send(result.map(|written| committed(written, writer)));
    }
}

/// A job that writes nothing in a transaction, and does `work` after the commit of the others. What that returns becomes
/// the answer.
pub(super) struct AfterCommit<W, T> {
    work: Option<W>,
    done: Option<T>,
    answer: oneshot::Sender<Result<T, StoreError>>,
}

impl<W, T> AfterCommit<W, T> {
    pub(super) fn new(work: W, answer: oneshot::Sender<Result<T, StoreError>>) -> Self {
        Self {
            work: Some(work),
            done: None,
            answer,
        }
    }
}

impl<W, T> Job for AfterCommit<W, T>
where
    W: FnOnce(&Connection) -> T + Send,
    T: Send,
{
    fn run(&mut self, _: &Connection, _: &WriterThread) -> rusqlite::Result<()> {
        Ok(())
    }

    fn undo(&mut self, _: &Connection, _: u64, _: &WriterThread) {}

    fn after_commit(&mut self, connection: &Connection) {
        self.done = self.work.take().map(|work| work(connection));
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>, _: &WriterThread) {
        let Self { done, answer, .. } = *self;
        // The work is done even if the caller no longer waits.
        let _ = answer.send(commit.and_then(|()| done.ok_or(StoreError::Closed)));
    }
}

/// Runs `write` within the open transaction, so that either all of its statements count or none does.
///
/// If it fails or panics, its changes to the file are undone; what the transaction wrote before is kept
/// and can still be committed. Where SQLite cannot undo them alone, for example after the disk was
/// full, the whole transaction is rolled back, and [`Connection::is_autocommit`] returns true. Changes
/// that `write` made in memory are up to the caller. Nothing is on disk before the transaction commits.
///
/// A single statement does not need this: SQLite statements are atomic. Calls may be nested.
///
/// # Errors
/// When `write` fails or panics.
pub fn atomically(
    connection: &Connection,
    write: impl FnOnce() -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    execute(connection, "SAVEPOINT job")?;
    let outcome = catch_panic(write).and_then(|()| execute(connection, "RELEASE job"));
    if outcome.is_err() && !connection.is_autocommit() {
        let undone = execute(connection, "ROLLBACK TO job")
            .and_then(|()| execute(connection, "RELEASE job"));
        if undone.is_err() {
            // Its changes can no longer be told apart from those of other jobs.
            execute(connection, "ROLLBACK")?;
        }
    }
    outcome
}

/// Turns a panic into an error. The panic hook has already logged its message.
pub(super) fn catch_panic(write: impl FnOnce() -> rusqlite::Result<()>) -> rusqlite::Result<()> {
    catch_unwind(AssertUnwindSafe(write)).unwrap_or_else(|_| {
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_INTERNAL);
        let what = Some("a write panicked".to_owned());
        Err(rusqlite::Error::SqliteFailure(code, what))
    })
}

pub(super) fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(|_| ())
}
