//! The only thread that writes. It runs a batch of queued jobs in one transaction and answers them once
//! the transaction is on disk: one fsync for many callers.
//!
//! The amount of work in a batch is limited. A job with more to do continues in a later batch, after
//! the jobs of others.

mod batches;
mod job;
mod load;
mod queue;
mod thread;

use std::sync::Arc;
use std::thread::JoinHandle;

use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::error::StoreError;
use crate::feed::{Feed, Listener, Subscriptions};
use crate::identity::FileWatch;
use batches::WriterLoop;
use job::{AfterCommit, Pending};
pub use job::{Job, atomically};
use load::Load;
pub use load::WriterLoad;
use queue::{QUEUE_CAPACITY, Queue};
pub use thread::WriterThread;

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
        let writer_loop = WriterLoop::new(
            connection,
            feed,
            watch,
            Arc::clone(&queue),
            Arc::clone(&load),
        );
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

    /// Does `work` between two transactions on the writer's thread. See [`crate::Store::between_transactions`].
    pub(crate) async fn between_transactions<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.enqueue(Box::new(AfterCommit::new(work, answer)))?;
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

#[cfg(test)]
mod tests;
