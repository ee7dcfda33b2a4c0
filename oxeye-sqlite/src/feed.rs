//! The change feed: what the jobs of the writer changed in memory.
//!
//! The writer publishes after each batch, once for each thing that changed, and never waits for a
//! listener.

use std::cell::RefCell;

use tokio::sync::broadcast::{self, error::RecvError};

/// Changes kept for a listener that is slow. One that is slower misses some.
const KEPT: usize = 1024;

/// A change of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyedChange {
    /// What changed: a number of the program's choice.
    pub key: u64,
    /// As the program counts the changes of that thing.
    pub revision: u64,
}

/// What a listener learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedMessage {
    /// One thing changed.
    Changed(KeyedChange),
    /// Changes were missed because the listener was too slow: anything may have changed.
    Missed,
}

/// A listener. It learns of changes from the moment it was made.
#[derive(Debug)]
pub struct Listener(broadcast::Receiver<KeyedChange>);

impl Listener {
    /// Waits for the next change; `None` once the store is closed.
    pub async fn next(&mut self) -> Option<FeedMessage> {
        match self.0.recv().await {
            Ok(change) => Some(FeedMessage::Changed(change)),
            Err(RecvError::Lagged(_)) => {
                // What is still kept was missed, too.
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
        Self(broadcast::Sender::new(KEPT))
    }

    /// Makes listeners, and does not keep the feed open.
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
                    // The last listener may just have gone.
                    let _ = self.0.send(*newest);
                }
            }
        }
        changed.clear();
    }
}

/// Where listeners come from.
#[derive(Debug, Clone)]
pub(crate) struct Subscriptions(broadcast::WeakSender<KeyedChange>);

impl Subscriptions {
    /// A new listener. After the store was closed it learns of nothing.
    pub(crate) fn listen(&self) -> Listener {
        let feed = self.0.upgrade();
        let feed = feed.unwrap_or_else(|| broadcast::Sender::new(1));
        Listener(feed.subscribe())
    }
}

/// What has changed since the last batch.
#[derive(Debug, Default)]
pub(crate) struct Changed(RefCell<Vec<KeyedChange>>);

impl Changed {
    /// Notes a change, in place of the one before if that was of the same thing.
    pub(crate) fn note(&self, change: KeyedChange) {
        let mut changed = self.0.borrow_mut();
        match changed.last_mut() {
            Some(last) if last.key == change.key => *last = change,
            _ => changed.push(change),
        }
    }
}
