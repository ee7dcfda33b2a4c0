//! The one thread that writes. It takes what is queued, up to a batch, into one transaction, and
//! answers each only when all of it is on disk: one fsync for many callers.

mod job;
mod load;
mod whole;

use parking_lot::Mutex;
use rusqlite::Connection;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;
use tokio::sync::{mpsc, oneshot};

use super::StoreError;
use super::connection::close_tidily;
pub(crate) use job::Job;
use job::Pending;
use load::Load;
pub use load::WriterLoad;
pub(crate) use whole::as_a_whole;
use whole::{execute, without_panic};

/// Jobs that may wait. Beyond that callers are told to come back later.
const QUEUE: usize = 4096;
/// Jobs in one transaction.
const BATCH: usize = 256;

#[derive(Debug)]
pub(super) struct Writer {
    queue: Mutex<Option<mpsc::Sender<Box<dyn Job>>>>,
    thread: Mutex<Option<JoinHandle<Connection>>>,
    load: Arc<Load>,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> std::io::Result<Self> {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let load = Arc::<Load>::default();
        let at_work = AtWork {
            connection,
            load: Arc::clone(&load),
            failures: 0,
            in_doubt: false,
        };
        let thread = std::thread::Builder::new()
            .name("oxeye-writer".to_owned())
            .spawn(move || at_work.write_batches(jobs))?;
        Ok(Self {
            queue: Mutex::new(Some(queue)),
            thread: Mutex::new(Some(thread)),
            load,
        })
    }

    pub(super) async fn write<T, R>(
        &self,
        write: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
        committed: impl FnOnce(T) -> R + Send + 'static,
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
    pub(super) fn enqueue(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        let queue = self.queue.lock();
        let sender = queue.as_ref().ok_or(StoreError::Closed)?;
        sender.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy,
            mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
        })
    }

    /// How busy it is.
    pub(super) fn load(&self) -> WriterLoad {
        let waiting = self
            .queue
            .lock()
            .as_ref()
            .map_or(0, |queue| QUEUE - queue.capacity());
        self.load.now(waiting)
    }

    /// Finishes what is queued and closes the file.
    pub(super) async fn close(&self) {
        drop(self.queue.lock().take());
        let thread = self.thread.lock().take();
        if let Some(thread) = thread {
            let end = move || thread.join().map(close_tidily);
            if !matches!(tokio::task::spawn_blocking(end).await, Ok(Ok(()))) {
                tracing::error!("the store's writer ended with a panic");
            }
        }
    }
}

/// What the thread holds.
struct AtWork {
    connection: Connection,
    load: Arc<Load>,
    /// Writes that were rolled back; numbers them.
    failures: u64,
    /// The last write failed: before anything else is tried, see whether the file takes writes.
    in_doubt: bool,
}

impl AtWork {
    fn write_batches(mut self, mut jobs: mpsc::Receiver<Box<dyn Job>>) -> Connection {
        let mut batch = Vec::with_capacity(BATCH);
        while jobs.blocking_recv_many(&mut batch, BATCH) > 0 {
            let mut waiting = VecDeque::from(std::mem::take(&mut batch));
            while !waiting.is_empty() {
                self.write_batch(&mut waiting);
            }
        }
        self.connection
    }

    /// Takes the jobs into one transaction: all of them, or those up to one whose failure ended it.
    fn write_batch(&mut self, waiting: &mut VecDeque<Box<dyn Job>>) {
        let begun = self
            .settle_doubt()
            .and_then(|()| self.execute("BEGIN IMMEDIATE"));
        if let Err(error) = begun {
            self.doubt(true);
            return refuse(waiting.drain(..), &error);
        }
        let mut written = Vec::with_capacity(waiting.len());
        while let Some(mut job) = waiting.pop_front() {
            match self.run(job.as_mut()) {
                Ok(()) => written.push(job),
                Err(error) => {
                    // SQLite ends the whole transaction when the disk is full or fails.
                    // <https://www.sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction>
                    if self.connection.is_autocommit() {
                        written.push(job);
                        return self.roll_back(written, &error);
                    }
                    self.undo(std::slice::from_mut(&mut job));
                    refuse([job], &error);
                }
            }
        }
        let begin = Instant::now();
        match self.execute("COMMIT") {
            Ok(()) => {
                self.load.committed(written.len(), begin.elapsed());
                for mut job in written {
                    job.after_commit(&self.connection);
                    answer(job, Ok(()));
                }
            }
            Err(error) => self.roll_back(written, &error),
        }
    }

    /// Runs one job so that its failure leaves the others of its batch untouched.
    fn run(&self, job: &mut dyn Job) -> rusqlite::Result<()> {
        if job.is_whole() {
            without_panic(|| job.run(&self.connection))
        } else {
            as_a_whole(&self.connection, || job.run(&self.connection))
        }
    }

    fn roll_back(&mut self, mut jobs: Vec<Box<dyn Job>>, error: &rusqlite::Error) {
        if !self.connection.is_autocommit()
            && let Err(error) = self.execute("ROLLBACK")
        {
            tracing::error!(%error, "the store could not roll back");
        }
        self.doubt(true);
        self.undo(&mut jobs);
        refuse(jobs, error);
    }

    fn doubt(&mut self, in_doubt: bool) {
        self.in_doubt = in_doubt;
        self.load.in_doubt(in_doubt);
    }

    /// Lets memory follow the file again: the last change is undone first.
    fn undo(&mut self, jobs: &mut [Box<dyn Job>]) {
        self.failures += 1;
        for job in jobs.iter_mut().rev() {
            let undo = AssertUnwindSafe(|| job.undo(&self.connection, self.failures));
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
            super::touch(&self.connection)?;
            self.doubt(false);
        }
        Ok(())
    }

    fn execute(&self, sql: &str) -> rusqlite::Result<()> {
        execute(&self.connection, sql)
    }
}

fn refuse(jobs: impl IntoIterator<Item = Box<dyn Job>>, error: &rusqlite::Error) {
    let mut refused = 0;
    for job in jobs {
        refused += 1;
        answer(job, Err(StoreError::Failed(copy_of(error))));
    }
    tracing::error!(%error, jobs = refused, "the store could not write");
}

fn answer(job: Box<dyn Job>, commit: Result<(), StoreError>) {
    if catch_unwind(AssertUnwindSafe(|| job.answer(commit))).is_err() {
        tracing::error!("what follows a write panicked; the write itself is as it was answered");
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
