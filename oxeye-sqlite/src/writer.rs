//! The only thread that writes. It runs a batch of queued jobs in one transaction and answers them once
//! the transaction is on disk: one fsync for many callers.
//!
//! The amount of work in a batch is limited. A job with more to do continues in a later batch, after
//! the jobs of others.

mod job;
mod load;
mod queue;
mod thread;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;

use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::connection::{close_with_checkpoint, touch};
use crate::error::{LostFile, StoreError};
use crate::feed::{Feed, Listener, Subscriptions};
use crate::identity::FileWatch;
use crate::log_throttle::LogThrottle;
pub use job::{Job, atomically};
use job::{Pending, catch_panic, execute};
use load::Load;
pub use load::WriterLoad;
use queue::{QUEUE_CAPACITY, Queue};
pub use thread::WriterThread;

/// Maximum number of jobs in one transaction.
const MAX_BATCH_JOBS: usize = 256;
/// Number of row changes after which a transaction is committed: about 10 ms of work.
const MAX_BATCH_WORK: usize = 2048;

pub(crate) struct Writer {
    queue: Arc<Queue>,
    thread: Mutex<Option<JoinHandle<WriterLoop>>>,
    load: Arc<Load>,
    subscriptions: Subscriptions,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

impl Writer {
    pub(crate) fn start(
        connection: Connection,
        watch: FileWatch,
        program: &str,
    ) -> std::io::Result<Self> {
        let queue = Arc::<Queue>::default();
        let load = Arc::<Load>::default();
        let feed = Feed::new();
        let subscriptions = feed.subscriptions();
        let writer_loop = WriterLoop {
            connection,
            thread: WriterThread::running(),
            feed,
            watch,
            queue: Arc::clone(&queue),
            load: Arc::clone(&load),
            failures: 0,
            is_failing: false,
            refused: LogThrottle::default(),
        };
        let thread = std::thread::Builder::new()
            .name(format!("{program}-writer"))
            .spawn(move || writer_loop.write_batches())?;
        Ok(Self {
            queue,
            thread: Mutex::new(Some(thread)),
            load,
            subscriptions,
        })
    }

    pub(crate) async fn write<T, R>(
        &self,
        write: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
        committed: impl FnOnce(T, &WriterThread) -> R + Send + 'static,
    ) -> Result<R, StoreError>
    where
        T: Send + 'static,
        R: Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        self.enqueue(Box::new(Pending::new(write, committed, answer)))?;
        answered.await.map_err(|_| StoreError::Closed)?
    }

    /// Queues a job, or refuses it immediately.
    pub(crate) fn enqueue(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        self.queue.enqueue(job)
    }

    /// Returns a listener for everything that is changed from now on.
    pub(crate) fn listen(&self) -> Listener {
        self.subscriptions.listen()
    }

    /// Returns how busy the writer is.
    pub(crate) fn load(&self) -> WriterLoad {
        self.load.now(self.queue.len())
    }

    /// Finishes the queued jobs and closes the file.
    pub(crate) async fn close(&self) {
        self.queue.close();
        let thread = self.thread.lock().take();
        if let Some(thread) = thread {
            let end = move || thread.join().map(WriterLoop::close);
            if !matches!(tokio::task::spawn_blocking(end).await, Ok(Ok(()))) {
                tracing::error!("the store's writer panicked");
            }
        }
    }
}

/// A writer that is dropped without being closed finishes the queued jobs and ends without a checkpoint.
impl Drop for Writer {
    fn drop(&mut self) {
        self.queue.close();
    }
}

/// The state of the writer's thread.
struct WriterLoop {
    connection: Connection,
    thread: WriterThread,
    feed: Feed,
    watch: FileWatch,
    queue: Arc<Queue>,
    load: Arc<Load>,
    /// Number of failures so far. Jobs that one failure undoes get the same number.
    failures: u64,
    /// The last write failed: check that the file accepts writes before running another job.
    is_failing: bool,
    /// Limits log lines: a full disk makes every job fail for a while.
    refused: LogThrottle,
}

impl WriterLoop {
    fn write_batches(mut self) -> Self {
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
    fn close(self) {
        if self.watch.may_checkpoint() {
            close_with_checkpoint(self.connection);
        }
    }

    /// Runs waiting jobs in one transaction: as many as fit, or up to a job whose failure ends the
    /// transaction.
    fn write_batch(&mut self) {
        if let Err(lost) = self.watch.check(&self.connection) {
            self.set_failing(true);
            return self.refuse_lost(self.take_waiting(), lost);
        }
        let begun = self
            .check_writable()
            .and_then(|()| self.execute("BEGIN IMMEDIATE"));
        if let Err(error) = begun {
            self.set_failing(true);
            let waiting = self.take_waiting();
            return self.refuse(waiting, &error);
        }
        let mut written = Vec::new();
        let mut work = 0;
        while written.len() < MAX_BATCH_JOBS && work < MAX_BATCH_WORK {
            let Some(mut job) = self.queue.take() else {
                break;
            };
            match self.run(job.as_mut()) {
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
        } else {
            self.queue.release(job.lane(), Some(job));
        }
    }

    /// Runs one job so that its failure does not affect the others in its batch.
    fn run(&self, job: &mut dyn Job) -> rusqlite::Result<()> {
        if job.is_atomic() {
            catch_panic(|| job.run(&self.connection, &self.thread))
        } else {
            atomically(&self.connection, || job.run(&self.connection, &self.thread))
        }
    }

    fn roll_back(&mut self, mut jobs: Vec<Box<dyn Job>>, error: &rusqlite::Error) {
        self.undo_transaction(&mut jobs);
        self.refuse(jobs, error);
    }

    fn roll_back_lost(&mut self, mut jobs: Vec<Box<dyn Job>>, lost: LostFile) {
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

    fn set_failing(&mut self, is_failing: bool) {
        self.is_failing = is_failing;
        self.load.set_failing(is_failing);
    }

    /// Undoes what the jobs changed in memory, in reverse order.
    fn undo(&mut self, jobs: &mut [Box<dyn Job>]) {
        self.failures += 1;
        for job in jobs.iter_mut().rev() {
            let undo = AssertUnwindSafe(|| job.undo(&self.connection, self.failures, &self.thread));
            if catch_unwind(undo).is_err() {
                tracing::error!("undoing a write panicked");
            }
        }
    }

    /// After a failure, checks that the file accepts writes before any job runs, so that no job has to
    /// be undone.
    fn check_writable(&mut self) -> rusqlite::Result<()> {
        if self.is_failing {
            if !self.connection.is_autocommit() {
                self.execute("ROLLBACK")?;
            }
            touch(&self.connection)?;
            self.set_failing(false);
        }
        Ok(())
    }

    fn refuse(&mut self, jobs: impl IntoIterator<Item = Box<dyn Job>>, error: &rusqlite::Error) {
        let mut refused = 0;
        for job in jobs {
            refused += 1;
            self.answer(job, Err(StoreError::Failed(clone_error(error))));
        }
        if let Some(jobs) = self.refused.count(refused, Instant::now()) {
            tracing::error!(%error, jobs, "the store could not write");
        }
    }

    fn execute(&self, sql: &str) -> rusqlite::Result<()> {
        execute(&self.connection, sql)
    }

    /// Refuses jobs because of a lost file. Logs nothing, because the loss itself has been logged.
    fn refuse_lost(&self, jobs: impl IntoIterator<Item = Box<dyn Job>>, lost: LostFile) {
        for job in jobs {
            self.answer(job, Err(StoreError::Lost(lost)));
        }
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

/// Copies an error, because each caller in a batch gets one and `rusqlite::Error` is not `Clone`.
fn clone_error(error: &rusqlite::Error) -> rusqlite::Error {
    let code = error.sqlite_error().copied();
    let code = code.unwrap_or(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_ERROR));
    rusqlite::Error::SqliteFailure(code, Some(error.to_string()))
}

#[cfg(test)]
mod tests;
