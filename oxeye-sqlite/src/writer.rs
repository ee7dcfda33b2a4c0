//! The one thread that writes. It takes what is queued, up to a batch, into one transaction, and
//! answers each only when all of it is on disk: one fsync for many callers.
//!
//! A batch is also limited in what it may write, and so is each job's part of it: a job with more to
//! do goes on in a later batch, after the jobs of others.

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

use crate::connection::{close_and_write_log_back, touch};
use crate::error::{LostFile, StoreError};
use crate::feed::{Feed, Listener, Subscriptions};
use crate::identity::FileWatch;
use crate::occasional::Occasional;
pub use job::{Job, as_a_whole};
use job::{Pending, execute, without_panic};
use load::Load;
pub use load::WriterLoad;
use queue::{QUEUE, Queue};
pub use thread::WriterThread;

/// Jobs in one transaction.
const BATCH: usize = 256;
/// Work in one transaction, in changes of rows, after which it is committed: some 10 ms.
const WORK: usize = 2048;

pub(crate) struct Writer {
    queue: Arc<Queue>,
    thread: Mutex<Option<JoinHandle<AtWork>>>,
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
        let at_work = AtWork {
            connection,
            thread: WriterThread::at_work(),
            feed,
            watch,
            queue: Arc::clone(&queue),
            load: Arc::clone(&load),
            failures: 0,
            in_doubt: false,
            refused: Occasional::default(),
        };
        let thread = std::thread::Builder::new()
            .name(format!("{program}-writer"))
            .spawn(move || at_work.write_batches())?;
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

    /// Queues a job, or refuses it at once.
    pub(crate) fn enqueue(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        self.queue.enqueue(job)
    }

    /// A listener that learns what is changed from now on.
    pub(crate) fn listen(&self) -> Listener {
        self.subscriptions.listen()
    }

    /// How busy the writer is.
    pub(crate) fn load(&self) -> WriterLoad {
        self.load.now(self.queue.len())
    }

    /// Finishes what is queued and closes the file.
    pub(crate) async fn close(&self) {
        self.queue.close();
        let thread = self.thread.lock().take();
        if let Some(thread) = thread {
            let end = move || thread.join().map(AtWork::close);
            if !matches!(tokio::task::spawn_blocking(end).await, Ok(Ok(()))) {
                tracing::error!("the store's writer ended with a panic");
            }
        }
    }
}

/// A writer that nobody closed finishes what is queued and ends, without writing the log back.
impl Drop for Writer {
    fn drop(&mut self) {
        self.queue.close();
    }
}

/// What the thread holds.
struct AtWork {
    connection: Connection,
    thread: WriterThread,
    feed: Feed,
    watch: FileWatch,
    queue: Arc<Queue>,
    load: Arc<Load>,
    /// Writes that were rolled back; numbers them.
    failures: u64,
    /// The last write failed: before anything else is tried, see whether the file takes writes.
    in_doubt: bool,
    /// A full disk refuses everything for a while: that is logged now and then, not for each job.
    refused: Occasional,
}

impl AtWork {
    fn write_batches(mut self) -> Self {
        while self.queue.wait() {
            self.write_batch();
            self.publish();
        }
        self
    }

    /// Publishes what a batch changed in memory, whether or not it was committed: undoing changes memory,
    /// too.
    fn publish(&self) {
        if let Some(changed) = self.thread.changed() {
            self.feed.publish(changed);
        }
    }

    /// Closes the file. One that somebody else has written into is left as it is.
    fn close(self) {
        if self.watch.may_write_log_back() {
            close_and_write_log_back(self.connection);
        }
    }

    /// Takes waiting jobs into one transaction: as many as fit, or those up to one whose failure
    /// ended it.
    fn write_batch(&mut self) {
        if let Err(lost) = self.watch.check(&self.connection) {
            self.doubt(true);
            return self.refuse_lost(self.waiting(), lost);
        }
        let begun = self
            .settle_doubt()
            .and_then(|()| self.execute("BEGIN IMMEDIATE"));
        if let Err(error) = begun {
            self.doubt(true);
            let waiting = self.waiting();
            return self.refuse(waiting, &error);
        }
        let mut written = Vec::new();
        let mut work = 0;
        while written.len() < BATCH && work < WORK {
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
                    // SQLite ends the whole transaction when the disk is full or fails.
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
                self.watch.remember();
                written.into_iter().for_each(|job| self.committed(job));
            }
            Err(error) => self.roll_back(written, &error),
        }
    }

    /// The jobs that wait now, to refuse them. One that comes while they are answered is not among
    /// them: what was wrong may be right again by then.
    fn waiting(&self) -> Vec<Box<dyn Job>> {
        std::iter::from_fn(|| self.queue.take())
            .take(BATCH)
            .collect()
    }

    /// Answers a job, or puts it back if it has more to do.
    fn committed(&self, job: Box<dyn Job>) {
        if job.is_finished() {
            self.answer(job, Ok(()));
        } else {
            self.queue.release(job.lane(), Some(job));
        }
    }

    /// Runs one job so that its failure leaves the others of its batch untouched.
    fn run(&self, job: &mut dyn Job) -> rusqlite::Result<()> {
        if job.is_whole() {
            without_panic(|| job.run(&self.connection, &self.thread))
        } else {
            as_a_whole(&self.connection, || job.run(&self.connection, &self.thread))
        }
    }

    fn roll_back(&mut self, mut jobs: Vec<Box<dyn Job>>, error: &rusqlite::Error) {
        self.take_back(&mut jobs);
        self.refuse(jobs, error);
    }

    fn roll_back_lost(&mut self, mut jobs: Vec<Box<dyn Job>>, lost: LostFile) {
        self.take_back(&mut jobs);
        // Says what happened, and saves what can be saved.
        let found = self.watch.look_closer(&self.connection);
        self.refuse_lost(jobs, found.err().unwrap_or(lost));
    }

    fn take_back(&mut self, jobs: &mut [Box<dyn Job>]) {
        if !self.connection.is_autocommit()
            && let Err(error) = self.execute("ROLLBACK")
        {
            tracing::error!(%error, "the store could not roll back");
        }
        self.doubt(true);
        self.undo(jobs);
        for job in jobs.iter().filter(|job| !job.is_finished()) {
            self.queue.release(job.lane(), None);
        }
    }

    fn doubt(&mut self, in_doubt: bool) {
        self.in_doubt = in_doubt;
        self.load.in_doubt(in_doubt);
    }

    /// Undoes what jobs changed in memory, the last change first.
    fn undo(&mut self, jobs: &mut [Box<dyn Job>]) {
        self.failures += 1;
        for job in jobs.iter_mut().rev() {
            let undo = AssertUnwindSafe(|| job.undo(&self.connection, self.failures, &self.thread));
            if catch_unwind(undo).is_err() {
                tracing::error!("undoing a write panicked");
            }
        }
    }

    /// After a failure nothing is tried, and so nothing has to be undone, before the file takes a
    /// write again.
    fn settle_doubt(&mut self) -> rusqlite::Result<()> {
        if self.in_doubt {
            if !self.connection.is_autocommit() {
                self.execute("ROLLBACK")?;
            }
            touch(&self.connection)?;
            self.doubt(false);
        }
        Ok(())
    }

    fn refuse(&mut self, jobs: impl IntoIterator<Item = Box<dyn Job>>, error: &rusqlite::Error) {
        let mut refused = 0;
        for job in jobs {
            refused += 1;
            self.answer(job, Err(StoreError::Failed(copy_of(error))));
        }
        if let Some(jobs) = self.refused.more(refused, Instant::now()) {
            tracing::error!(%error, jobs, "the store could not write");
        }
    }

    fn execute(&self, sql: &str) -> rusqlite::Result<()> {
        execute(&self.connection, sql)
    }

    /// Without a line in the log for each batch: what happened to the files was logged once.
    fn refuse_lost(&self, jobs: impl IntoIterator<Item = Box<dyn Job>>, lost: LostFile) {
        for job in jobs {
            self.answer(job, Err(StoreError::Lost(lost)));
        }
    }

    fn answer(&self, job: Box<dyn Job>, commit: Result<(), StoreError>) {
        let answer = AssertUnwindSafe(|| job.answer(commit, &self.thread));
        if catch_unwind(answer).is_err() {
            tracing::error!(
                "what follows a write panicked; the write itself is as it was answered"
            );
        }
    }
}

/// `rusqlite::Error` cannot be cloned, and each caller of a batch gets one.
fn copy_of(error: &rusqlite::Error) -> rusqlite::Error {
    let code = error.sqlite_error().copied();
    let code = code.unwrap_or(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_ERROR));
    rusqlite::Error::SqliteFailure(code, Some(error.to_string()))
}

#[cfg(test)]
mod tests;
