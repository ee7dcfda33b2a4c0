//! The change feed: what the jobs of the writer changed in memory.
//!
//! After each batch the writer publishes one change for each thing that changed. It never waits for
//! listeners.

use std::cell::RefCell;

use tokio::sync::broadcast::{self, error::RecvError};

/// Number of changes kept for slow listeners. A listener that falls further behind misses some.
const CAPACITY: usize = 1024;

/// A change of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyedChange {
    /// What changed, as a number that the program chooses.
    pub key: u64,
    /// The program's own count of changes to that thing.
    pub revision: u64,
}

/// What a listener receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedMessage {
    /// One thing changed.
    Changed(KeyedChange),
    /// Changes were missed because the listener was too slow: anything may have changed.
    Missed,
}

/// Receives the changes published after it was created.
#[derive(Debug)]
pub struct Listener(broadcast::Receiver<KeyedChange>);

impl Listener {
    /// Waits for the next change; `None` once the store is closed.
    pub async fn next(&mut self) -> Option<FeedMessage> {
        match self.0.recv().await {
            Ok(change) => Some(FeedMessage::Changed(change)),
            Err(RecvError::Lagged(_)) => {
                // The program has to look at everything anyway, so skip what is still in the buffer.
                self.0 = self.0.resubscribe();
                Some(FeedMessage::Missed)
            }
            Err(RecvError::Closed) => None,
        }
    }
}

/// The sending end, held by the writer.
#[derive(Debug)]
pub(crate) struct Feed(broadcast::Sender<KeyedChange>);

impl Feed {
    pub(crate) fn new() -> Self {
        Self(broadcast::Sender::new(CAPACITY))
    }

    /// Returns a source of listeners that does not keep the feed open.
    pub(crate) fn subscriptions(&self) -> Subscriptions {
        Subscriptions(self.0.downgrade())
    }

    /// Publishes what a batch changed.
    pub(crate) fn publish(&self, changed: &Changed) {
        let mut changed = changed.0.borrow_mut();
        if self.0.receiver_count() > 0 {
            changed.sort_by_key(|change| (change.key, change.revision));
            for of_one in changed.chunk_by(|one, other| one.key == other.key) {
                if let Some(newest) = of_one.last() {
                    // The last listener may have just been dropped.
                    let _ = self.0.send(*newest);
                }
            }
        }
        changed.clear();
    }
}

/// Creates listeners.
#[derive(Debug, Clone)]
pub(crate) struct Subscriptions(broadcast::WeakSender<KeyedChange>);

impl Subscriptions {
    /// Creates a listener. Once the store is closed it receives nothing.
    pub(crate) fn listen(&self) -> Listener {
        let feed = self.0.upgrade();
        let feed = feed.unwrap_or_else(|| broadcast::Sender::new(1));
        Listener(feed.subscribe())
    }
}

/// The changes noted since the last batch.
#[derive(Debug, Default)]
pub(crate) struct Changed(RefCell<Vec<KeyedChange>>);

impl Changed {
    /// Notes a change. It replaces the previous one if that was about the same thing.
    pub(crate) fn note(&self, change: KeyedChange) {
        let mut changed = self.0.borrow_mut();
        match changed.last_mut() {
            Some(last) if last.key == change.key => *last = change,
            _ => changed.push(change),
        }
    }
}
