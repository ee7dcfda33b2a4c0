//! What the writer's thread does: it takes jobs from the queue and runs as many as fit in one transaction.

mod beginning;
mod failures;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use rusqlite::{Connection, ffi};

use self::beginning::NotBegun;
use super::WriterThread;
use super::job::{Job, atomically, catch_panic, execute};
use super::load::Load;
use super::queue::Queue;
use crate::connection::close_with_checkpoint;
use crate::error::StoreError;
use crate::feed::Feed;
use crate::identity::FileWatch;
use crate::log_throttle::LogThrottle;

/// Maximum number of jobs in one transaction.
const MAX_BATCH_JOBS: usize = 256;
/// Number of row changes after which a transaction is committed: about 10 ms of work.
pub(super) const MAX_BATCH_WORK: usize = 2048;

/// The state of the writer's thread.
pub(super) struct WriterLoop {
    pub(super) connection: Connection,
    thread: WriterThread,
    feed: Feed,
    watch: FileWatch,
    pub(super) queue: Arc<Queue>,
    load: Arc<Load>,
    /// Number of failures so far. Jobs that one failure undoes get the same number.
    failures: u64,
    /// The last write failed: check that the file accepts writes before running another job.
    pub(super) is_failing: bool,
    /// Limits log lines: a full disk makes every job fail for a while.
    refused: LogThrottle,
}

impl WriterLoop {
    pub(super) fn new(
        connection: Connection,
        feed: Feed,
        watch: FileWatch,
        queue: Arc<Queue>,
        load: Arc<Load>,
    ) -> Self {
        Self {
            connection,
            thread: WriterThread::running(),
            feed,
            watch,
            queue,
            load,
            failures: 0,
            is_failing: false,
            refused: LogThrottle::default(),
        }
    }

    /// Writes until the queue is closed and empty.
    pub(super) fn write_batches(mut self) -> Self {
        while self.queue.wait() {
            self.write_batch();
            self.publish();
        }
        self
    }

    /// Publishes what a batch changed in memory, whether or not it was committed: undoing changes memory
    /// as well.
    fn publish(&self) {
        if let Some(changed) = self.thread.changed() {
            self.feed.publish(changed);
        }
    }

    /// Closes the file. A file that another program wrote to is left as it is.
    pub(super) fn close(self) {
        if self.watch.may_checkpoint() {
            close_with_checkpoint(self.connection);
        }
    }

    /// Runs waiting jobs in one transaction: as many as fit, or up to a job whose failure ends the
    /// transaction.
    pub(super) fn write_batch(&mut self) {
        if let Err(not_begun) = self.begin() {
            self.set_failing(true);
            let waiting = self.take_waiting();
            return match not_begun {
                NotBegun::Lost(lost) => self.refuse_lost(waiting, lost),
                NotBegun::Failed(error) => self.refuse(waiting, &error),
            };
        }
        let mut written = Vec::new();
        let mut work = 0;
        while written.len() < MAX_BATCH_JOBS && work < MAX_BATCH_WORK {
            let Some(mut job) = self.queue.take() else {
                break;
            };
            let is_first = written.is_empty();
            match self.run(job.as_mut(), is_first) {
                Ok(()) => {
                    work += job.work();
                    if !job.is_finished() {
                        self.queue.hold(job.lane());
                    }
                    written.push(job);
                }
                Err(error) => {
                    // SQLite rolls back the whole transaction when the disk is full or fails.
                    // <https://www.sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction>
                    if self.connection.is_autocommit() {
                        written.push(job);
                        return self.roll_back(written, &error);
                    }
                    if is_first && !job.is_atomic() {
                        return self.roll_back_first(job, &error);
                    }
                    self.undo(std::slice::from_mut(&mut job));
                    self.refuse([job], &error);
                }
            }
        }
        if let Err(lost) = self.watch.check_before_commit() {
            return self.roll_back_lost(written, lost);
        }
        let begin = Instant::now();
        match self.execute("COMMIT") {
            Ok(()) => {
                self.load.committed(written.len(), begin.elapsed());
                for job in written.iter_mut().filter(|job| job.is_finished()) {
                    job.after_commit(&self.connection);
                }
                self.watch.take_snapshots();
                written.into_iter().for_each(|job| self.committed(job));
            }
            Err(error) => self.roll_back(written, &error),
        }
    }

    /// Takes the jobs that are waiting, so that they can be refused. Jobs that arrive while these are
    /// being answered get another chance, because the file may accept writes again by then.
    fn take_waiting(&self) -> Vec<Box<dyn Job>> {
        std::iter::from_fn(|| self.queue.take())
            .take(MAX_BATCH_JOBS)
            .collect()
    }

    /// Answers a job, or puts it back in the queue if it has more to do.
    fn committed(&self, job: Box<dyn Job>) {
        if job.is_finished() {
            self.answer(job, Ok(()));
        } else if job.may_be_cut_short() && self.queue.is_closed() {
            self.queue.release(job.lane(), None);
            self.answer(job, Err(StoreError::Closed));
        } else {
            self.queue.release(job.lane(), Some(job));
        }
    }

    /// Runs one job so that its failure does not affect the others in its batch. The first needs no savepoint,
    /// for which SQLite would copy every page that the job changes: if it fails, the transaction is rolled back.
    fn run(&self, job: &mut dyn Job, is_first: bool) -> rusqlite::Result<()> {
        if is_first || job.is_atomic() {
            catch_panic(|| job.run(&self.connection, &self.thread))?;
            match self.connection.is_autocommit() {
                true => Err(rusqlite::Error::SqliteFailure(
                    ffi::Error::new(ffi::SQLITE_ABORT_ROLLBACK),
                    Some("a write ended the transaction".to_owned()),
                )),
                false => Ok(()),
            }
        } else {
            atomically(&self.connection, || job.run(&self.connection, &self.thread))
        }
    }

    fn execute(&self, sql: &str) -> rusqlite::Result<()> {
        execute(&self.connection, sql)
    }

    fn answer(&self, job: Box<dyn Job>, commit: Result<(), StoreError>) {
        let answer = AssertUnwindSafe(|| job.answer(commit, &self.thread));
        if catch_unwind(answer).is_err() {
            tracing::error!(
                "the code that runs after a write panicked; the write itself is not affected"
            );
        }
    }
}
