//! What one linked server is to be told waits on disk, and is sent as soon as the backend takes it.
//!
//! Each outbox has a thread of its own, on which its postman works: neither a slow disk nor a slow
//! backend holds up anything else.

#[cfg(test)]
pub(crate) mod backend;
mod postman;
#[cfg(test)]
mod tests;
mod wishes;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc as blocking;
use std::thread;

use anyhow::Context;
use oxeye_plugin_client::{Spool, SpoolFound, SpoolLimits};
use oxeye_plugin_proto::{ApiKey, Event};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use self::postman::Postman;
use crate::clock::Clock;

/// Who waits until events are on disk holds the other end of this channel, which is closed when the
/// last of them was handled.
pub type Receipt = blocking::Sender<Handled>;

/// What comes through a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handled {
    /// Somebody works on it. Without this word, nobody did.
    Taken {
        /// The source is the one that is believed, so all it knows has been told.
        is_believed: bool,
    },
    /// An event could not be written.
    Lost,
}

/// Something to tell.
#[derive(Debug)]
pub struct Told {
    /// What.
    pub event: Event,
    /// Dropped when the event is on disk.
    pub receipt: Option<Receipt>,
}

/// What an outbox has to say to the rest of the agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// The backend wants to know everybody who is on.
    ResyncWanted,
    /// The key is not valid any more.
    NotLinked,
}

/// Where one linked server's events go.
#[derive(Debug)]
pub struct Outbox {
    told: Option<mpsc::UnboundedSender<Told>>,
    state: Arc<State>,
    /// Nothing more will be told.
    closing: CancellationToken,
    thread: Option<thread::JoinHandle<()>>,
}

/// What the outbox and its postman both know.
#[derive(Debug)]
struct State {
    /// How many events the backend has not taken yet.
    waiting: AtomicUsize,
    is_held_up: AtomicBool,
}

/// What an outbox needs.
#[derive(Debug)]
pub struct OutboxSettings {
    /// The backend's address.
    pub backend: String,
    /// The linked server's key.
    pub key: ApiKey,
    /// Its name in log lines.
    pub name: String,
    /// The file in which events wait.
    pub spool: PathBuf,
}

impl Outbox {
    /// Opens the spool and starts its thread, which ends soon after the outbox is dropped. `word` is
    /// called on that thread.
    ///
    /// # Errors
    ///
    /// When the spool cannot be used.
    pub fn open(
        settings: OutboxSettings,
        clock: Clock,
        word: impl Fn(Word) + Send + 'static,
    ) -> anyhow::Result<Self> {
        let spool = open_spool(&settings.spool, clock)?;
        let state = Arc::new(State {
            waiting: AtomicUsize::new(spool.len()),
            is_held_up: AtomicBool::new(!spool.is_empty()),
        });
        let (sender, told) = mpsc::unbounded_channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("cannot start the delivery of events")?;
        let closing = CancellationToken::new();
        let postman = Postman::new(
            settings,
            spool,
            Arc::clone(&state),
            closing.clone(),
            Box::new(word),
        );
        let thread = thread::Builder::new()
            .name("delivery".to_owned())
            .spawn(move || runtime.block_on(postman.work(told)))
            .context("cannot start the delivery of events")?;
        Ok(Self {
            told: Some(sender),
            state,
            closing,
            thread: Some(thread),
        })
    }

    /// Hands over something to tell. It is on disk when its receipt is dropped.
    pub fn tell(&self, told: Told) {
        self.state.waiting.fetch_add(1, Ordering::Relaxed);
        if let Some(sender) = &self.told {
            // The thread ends only after this sender is gone.
            let _ = sender.send(told);
        }
    }

    /// How many events the backend has not taken yet.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.state.waiting.load(Ordering::Relaxed)
    }

    /// The last delivery failed, or there was none yet of what waits from an earlier run.
    #[must_use]
    pub fn is_held_up(&self) -> bool {
        self.state.is_held_up.load(Ordering::Relaxed)
    }
}

impl Drop for Outbox {
    /// Everything handed over is on disk afterwards, and was offered to the backend once more.
    fn drop(&mut self) {
        drop(self.told.take());
        self.closing.cancel();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn open_spool(path: &Path, clock: Clock) -> anyhow::Result<Spool> {
    let (spool, found) = Spool::open(path, clock(), SpoolLimits::default())?;
    match found {
        SpoolFound::Nothing | SpoolFound::Intact | SpoolFound::TornLine => {}
        SpoolFound::Damaged { moved_to, why } => tracing::error!(
            "the events that waited in {} are lost ({why}); what was left of them is in {}",
            path.display(),
            moved_to.display()
        ),
    }
    Ok(spool)
}
