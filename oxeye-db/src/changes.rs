//! The change feed: which servers look different to people than they did before.
//!
//! The writer publishes after each transaction, once per server, and never waits for a listener.
//! What time alone changes is published by
//! [`Database::publish_time_changes`](crate::Database::publish_time_changes).

use std::cell::RefCell;
use tokio::sync::broadcast::{self, error::RecvError};

use crate::ids::ServerId;

/// Changes kept for a listener that is slow. One that is slower looks at everything.
const KEPT: usize = 1024;

/// What a listener learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// One server changed, was added or was removed.
    Server(ServerChange),
    /// Changes were missed because the listener was too slow: any server may have changed.
    Everything,
}

/// A change of one server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerChange {
    /// The server.
    pub server: ServerId,
    /// Grows with each change of the server; starts again with the process.
    pub revision: u64,
}

/// A listener. It learns of changes from the moment it was made.
#[derive(Debug)]
pub struct Changes(broadcast::Receiver<ServerChange>);

impl Changes {
    /// Waits for the next change; `None` once the store is closed.
    pub async fn next(&mut self) -> Option<Change> {
        match self.0.recv().await {
            Ok(change) => Some(Change::Server(change)),
            Err(RecvError::Lagged(_)) => {
                // What is still kept belongs to everything, too.
                self.0 = self.0.resubscribe();
                Some(Change::Everything)
            }
            Err(RecvError::Closed) => None,
        }
    }
}

/// The sending end, held by the writer.
#[derive(Debug)]
pub(crate) struct ChangeFeed(broadcast::Sender<ServerChange>);

impl ChangeFeed {
    pub(crate) fn new() -> Self {
        Self(broadcast::Sender::new(KEPT))
    }

    /// Makes listeners, and does not keep the feed open.
    pub(crate) fn subscriptions(&self) -> Subscriptions {
        Subscriptions(self.0.downgrade())
    }

    /// Publishes what a transaction changed.
    pub(crate) fn publish(&self, changed: &Changed) {
        let mut changed = changed.0.borrow_mut();
        if self.0.receiver_count() > 0 {
            changed.sort_by_key(|change| (change.server, change.revision));
            for of_server in changed.chunk_by(|one, other| one.server == other.server) {
                if let Some(newest) = of_server.last() {
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
pub(crate) struct Subscriptions(broadcast::WeakSender<ServerChange>);

impl Subscriptions {
    /// A new listener. After the store was closed it learns of nothing.
    pub(crate) fn listen(&self) -> Changes {
        let feed = self.0.upgrade();
        let feed = feed.unwrap_or_else(|| broadcast::Sender::new(1));
        Changes(feed.subscribe())
    }
}

/// What has changed since the last transaction.
#[derive(Debug, Default)]
pub(crate) struct Changed(RefCell<Vec<ServerChange>>);

impl Changed {
    /// Notes a change, in place of the one before if that was of the same server.
    pub(crate) fn note(&self, change: ServerChange) {
        let mut changed = self.0.borrow_mut();
        match changed.last_mut() {
            Some(last) if last.server == change.server => *last = change,
            _ => changed.push(change),
        }
    }
}
