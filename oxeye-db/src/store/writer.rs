//! The one thread that writes. It takes what is queued, up to a batch, into one transaction, and
//! answers each only when all of it is on disk: one fsync for many callers.

mod job;

use parking_lot::Mutex;
use rusqlite::Connection;
use std::thread::JoinHandle;
use tokio::sync::{mpsc, oneshot};

use super::StoreError;
use job::{Job, Pending};

/// Jobs that may wait. Beyond that callers are told to come back later.
const QUEUE: usize = 4096;
/// Jobs in one transaction.
const BATCH: usize = 256;

#[derive(Debug)]
pub(super) struct Writer {
    queue: Mutex<Option<mpsc::Sender<Box<dyn Job>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> std::io::Result<Self> {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("oxeye-writer".to_owned())
            .spawn(move || write_batches(&connection, jobs))?;
        Ok(Self {
            queue: Mutex::new(Some(queue)),
            thread: Mutex::new(Some(thread)),
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

    fn enqueue(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        let queue = self.queue.lock();
        let sender = queue.as_ref().ok_or(StoreError::Closed)?;
        sender.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy,
            mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
        })
    }

    /// Finishes what is queued.
    pub(super) async fn close(&self) {
        drop(self.queue.lock().take());
        let thread = self.thread.lock().take();
        if let Some(thread) = thread {
            let joined = tokio::task::spawn_blocking(move || thread.join()).await;
            if !matches!(joined, Ok(Ok(()))) {
                tracing::error!("the store's writer ended with a panic");
            }
        }
    }
}

fn write_batches(connection: &Connection, mut jobs: mpsc::Receiver<Box<dyn Job>>) {
    let mut batch = Vec::with_capacity(BATCH);
    while jobs.blocking_recv_many(&mut batch, BATCH) > 0 {
        let jobs = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
        write_batch(connection, jobs);
    }
}

fn write_batch(connection: &Connection, jobs: Vec<Box<dyn Job>>) {
    if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE") {
        return fail(jobs, &error);
    }
    let mut written = Vec::with_capacity(jobs.len());
    for mut job in jobs {
        match run(connection, job.as_mut()) {
            Ok(()) => written.push(job),
            Err(error) => fail(vec![job], &error),
        }
    }
    match connection.execute_batch("COMMIT") {
        Ok(()) => written.into_iter().for_each(|job| job.answer(Ok(()))),
        Err(error) => {
            if let Err(error) = connection.execute_batch("ROLLBACK") {
                tracing::warn!(%error, "the store had nothing to roll back");
            }
            fail(written, &error);
        }
    }
}

/// Runs one job so that its failure leaves the others of its batch untouched.
fn run(connection: &Connection, job: &mut dyn Job) -> rusqlite::Result<()> {
    connection.execute_batch("SAVEPOINT job")?;
    let outcome = job.run(connection);
    connection.execute_batch(match outcome {
        Ok(()) => "RELEASE job",
        Err(_) => "ROLLBACK TO job; RELEASE job",
    })?;
    outcome
}

fn fail(jobs: Vec<Box<dyn Job>>, error: &rusqlite::Error) {
    tracing::error!(%error, jobs = jobs.len(), "the store could not write");
    for job in jobs {
        job.answer(Err(StoreError::Failed(copy_of(error))));
    }
}

/// `rusqlite::Error` cannot be cloned, and each caller of a batch gets one.
fn copy_of(error: &rusqlite::Error) -> rusqlite::Error {
    let code = error.sqlite_error().copied();
    let code = code.unwrap_or(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_ERROR));
    rusqlite::Error::SqliteFailure(code, Some(error.to_string()))
}
