//! Keeps the events for one linked server on disk until the backend accepts them. Presence and activity
//! have an outbox each, so that activity never delays presence.
//!
//! Each outbox has a worker on a thread of its own, so that neither a slow disk nor a slow backend
//! delays anything else.

mod attempts;
#[cfg(test)]
pub(crate) mod backend;
mod outgoing;
mod resync_limit;
#[cfg(test)]
mod tests;
mod trouble_log;
mod worker;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, mpsc as blocking};
use std::thread;

use anyhow::Context;
use oxeye_plugin_client::{Spool, SpoolFound};
use oxeye_plugin_proto::{ApiKey, Event};
use oxeye_process::clock::Clock;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

pub(crate) use self::outgoing::Outgoing;
use self::worker::DeliveryWorker;

/// One end of a channel that is closed once the last event of an update has been handled. The log, which
/// waits until its events are on disk, holds the other end.
pub(crate) type Receipt = blocking::Sender<ReceiptStatus>;

/// What a receipt reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReceiptStatus {
    /// The update was processed. If this never arrives, it was neither processed nor saved.
    Accepted {
        /// Whether the source is the believed one, so that everything it knows has been reported.
        is_believed: bool,
        /// Whether the position behind the update was saved, and the reports with it.
        is_saved: bool,
    },
    /// An event could not be written.
    Lost,
}

/// An event on its way to the spool.
#[derive(Debug)]
struct Queued<E> {
    event: E,
    from_log: Option<FromLog>,
}

/// What an event that follows from the log has with it.
#[derive(Debug)]
struct FromLog {
    /// The number of the event, under which it is stored once however often it is queued. An event that
    /// could not be saved with the position has none.
    number: Option<u64>,
    /// Dropped when the event is on disk.
    receipt: Receipt,
}

/// What the rest of the agent must do because of the backend's answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BackendSignal {
    /// The backend asks for a full sync.
    FullSyncWanted,
    /// The key is no longer valid.
    NotLinked,
}

/// The queue of events for one linked server.
#[derive(Debug)]
pub(crate) struct Outbox<E = Event> {
    queue: Option<mpsc::UnboundedSender<Queued<E>>>,
    /// The highest number of any event in the spool when it was opened, or 0.
    last_number: u64,
    state: Arc<State>,
    /// Cancelled when there will be no more events.
    closing: CancellationToken,
    thread: Option<thread::JoinHandle<()>>,
}

/// The state shared by the outbox and its worker.
#[derive(Debug)]
struct State {
    /// The number of events that the backend has not accepted yet.
    waiting: AtomicUsize,
    /// Whether the last delivery failed, or events of an earlier run have not been sent yet.
    is_held_up: AtomicBool,
}

/// The settings of an outbox.
#[derive(Debug)]
pub(crate) struct OutboxSettings {
    /// The backend's address.
    pub(crate) backend: String,
    /// The linked server's key.
    pub(crate) key: ApiKey,
    /// Its name in log lines.
    pub(crate) name: String,
    /// The file in which events wait.
    pub(crate) spool: PathBuf,
}

impl<E: Outgoing> Outbox<E> {
    /// Opens the spool and starts its thread, which ends soon after the outbox is dropped. `signal` is
    /// called on that thread.
    ///
    /// # Errors
    ///
    /// When the spool cannot be used.
    pub(crate) fn open(
        settings: OutboxSettings,
        clock: Clock,
        signal: impl Fn(BackendSignal) + Send + 'static,
    ) -> anyhow::Result<Self> {
        let spool = open_spool::<E>(&settings.spool, clock)?;
        let state = Arc::new(State {
            waiting: AtomicUsize::new(spool.len()),
            is_held_up: AtomicBool::new(!spool.is_empty()),
        });
        let last_number = spool.source_number();
        let (queue, queued) = mpsc::unbounded_channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("cannot start the delivery of events")?;
        let closing = CancellationToken::new();
        let worker = DeliveryWorker::new(
            settings,
            spool,
            Arc::clone(&state),
            closing.clone(),
            Box::new(signal),
        );
        let thread = thread::Builder::new()
            .name("delivery".to_owned())
            .spawn(move || runtime.block_on(worker.work(queued)))
            .context("cannot start the delivery of events")?;
        Ok(Self {
            queue: Some(queue),
            last_number,
            state,
            closing,
            thread: Some(thread),
        })
    }

    /// Queues an event.
    pub(crate) fn push(&self, event: E) {
        self.queue(event, None);
    }

    /// Queues an event that follows from the log. It is on disk when its receipt is dropped. Numbers grow
    /// from one event to the next; an event whose number was stored before, also by an earlier run, is
    /// not stored again.
    pub(crate) fn push_once(&self, event: E, number: u64, receipt: Receipt) {
        let number = Some(number);
        self.queue(event, Some(FromLog { number, receipt }));
    }

    /// Queues an event that follows from the log, although the position behind it could not be saved. If
    /// it cannot be stored, it has to be read from the log again.
    pub(crate) fn push_unsaved(&self, event: E, receipt: Receipt) {
        let number = None;
        self.queue(event, Some(FromLog { number, receipt }));
    }

    /// Returns the highest number of any event of an earlier run, or 0.
    #[must_use]
    pub(crate) fn last_number(&self) -> u64 {
        self.last_number
    }

    fn queue(&self, event: E, from_log: Option<FromLog>) {
        self.state.waiting.fetch_add(1, Ordering::Relaxed);
        if let Some(queue) = &self.queue {
            // The thread ends only after this sender is gone.
            let _ = queue.send(Queued { event, from_log });
        }
    }

    /// Returns the number of events that the backend has not accepted yet.
    #[must_use]
    pub(crate) fn waiting(&self) -> usize {
        self.state.waiting.load(Ordering::Relaxed)
    }

    /// Whether the last delivery failed, or events of an earlier run have not been sent yet.
    #[must_use]
    pub(crate) fn is_held_up(&self) -> bool {
        self.state.is_held_up.load(Ordering::Relaxed)
    }
}

impl<E> Drop for Outbox<E> {
    /// Writes everything queued to disk and offers it to the backend once more.
    fn drop(&mut self) {
        drop(self.queue.take());
        self.closing.cancel();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn open_spool<E: Outgoing>(path: &Path, clock: Clock) -> anyhow::Result<Spool<E>> {
    let (spool, found) = Spool::open(path, clock(), E::limits())?;
    match found {
        SpoolFound::Nothing | SpoolFound::Intact | SpoolFound::TornLine => {}
        SpoolFound::Damaged { moved_to, why } => tracing::error!(
            "the {} that were waiting in {} are lost ({why}); the damaged file is now {}",
            E::SEVERAL,
            path.display(),
            moved_to.display()
        ),
    }
    Ok(spool)
}
