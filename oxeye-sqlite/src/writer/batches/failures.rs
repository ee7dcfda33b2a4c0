//! What happens when a transaction fails or the file is lost: everything is undone, and its jobs are
//! refused.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use super::super::job::Job;
use super::WriterLoop;
use crate::error::{LostFile, StoreError};

impl WriterLoop {
    pub(super) fn roll_back(&mut self, mut jobs: Vec<Box<dyn Job>>, error: &rusqlite::Error) {
        self.undo_transaction(&mut jobs);
        self.refuse(jobs, error);
    }

    /// Rolls back the transaction of a job before which nothing was written. Unless that fails, the fault is the
    /// job's own, and the file accepts writes.
    pub(super) fn roll_back_first(&mut self, mut job: Box<dyn Job>, error: &rusqlite::Error) {
        if self.execute("ROLLBACK").is_err() {
            return self.roll_back(vec![job], error);
        }
        self.undo(std::slice::from_mut(&mut job));
        self.refuse([job], error);
    }

    pub(super) fn roll_back_lost(&mut self, mut jobs: Vec<Box<dyn Job>>, lost: LostFile) {
        self.undo_transaction(&mut jobs);
        // This logs what happened, and saves what can be saved.
        let found = self.watch.check_fully(&self.connection);
        self.refuse_lost(jobs, found.err().unwrap_or(lost));
    }

    /// Rolls back the transaction and undoes what its jobs changed in memory.
    fn undo_transaction(&mut self, jobs: &mut [Box<dyn Job>]) {
        if !self.connection.is_autocommit()
            && let Err(error) = self.execute("ROLLBACK")
        {
            tracing::error!(%error, "could not roll back a transaction");
        }
        self.set_failing(true);
        self.undo(jobs);
        for job in jobs.iter().filter(|job| !job.is_finished()) {
            self.queue.release(job.lane(), None);
        }
    }

    pub(super) fn set_failing(&mut self, is_failing: bool) {
        self.is_failing = is_failing;
        self.load.set_failing(is_failing);
    }

    /// Undoes what the jobs changed in memory, in reverse order.
    pub(super) fn undo(&mut self, jobs: &mut [Box<dyn Job>]) {
        self.failures += 1;
        for job in jobs.iter_mut().rev() {
            let undo = AssertUnwindSafe(|| job.undo(&self.connection, self.failures, &self.thread));
            if catch_unwind(undo).is_err() {
                tracing::error!("undoing a write panicked");
            }
        }
    }

    pub(super) fn refuse(
        &mut self,
        jobs: impl IntoIterator<Item = Box<dyn Job>>,
        error: &rusqlite::Error,
    ) {
        let mut refused = 0;
        for job in jobs {
            refused += 1;
            self.answer(job, Err(StoreError::Failed(clone_error(error))));
        }
        if let Some(jobs) = self.refused.count(refused, Instant::now()) {
            let store = self.watch.path();
            tracing::error!(store = %store.display(), %error, jobs, "the store could not write");
        }
    }

    /// Refuses jobs because of a lost file. Logs nothing, because the loss itself has been logged.
    pub(super) fn refuse_lost(&self, jobs: impl IntoIterator<Item = Box<dyn Job>>, lost: LostFile) {
        for job in jobs {
            self.answer(job, Err(StoreError::Lost(lost)));
        }
    }
}

/// Copies an error, because each caller in a batch gets one and `rusqlite::Error` is not `Clone`.
fn clone_error(error: &rusqlite::Error) -> rusqlite::Error {
    let code = error.sqlite_error().copied();
    let code = code.unwrap_or(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_ERROR));
    rusqlite::Error::SqliteFailure(code, Some(error.to_string()))
}
