//! The change feed: which servers look different to people than before.
//!
//! The writer publishes after each transaction, once per server, and never waits for a listener.
//! Changes that the mere passing of time causes, such as a server that becomes quiet or a player
//! who leaves the window of last seen, are published by [`Database::publish_time_changes`].

use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;
use oxeye_sqlite::{FeedMessage, Listener};

use crate::database::Database;
use crate::ids::ServerId;
use crate::store::{self, StoreError, WriterThread};

/// What a listener of the change feed receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedEvent {
    /// One server changed, was added or was removed.
    Server(ServerChange),
    /// The listener was too slow and missed changes: any server may have changed.
    Everything,
}

/// A change of one server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerChange {
    /// The server.
    pub server: ServerId,
    /// A number that grows with each change of the server and starts over with the process.
    pub revision: u64,
}

/// A listener of the change feed. It receives changes from the moment it is made.
#[derive(Debug)]
pub struct Changes(Listener);

impl Changes {
    /// Waits for the next change. Returns `None` once the store is closed.
    pub async fn next(&mut self) -> Option<FeedEvent> {
        let change = match self.0.next().await? {
            FeedMessage::Changed(change) => FeedEvent::Server(ServerChange {
                server: ServerId::from_key(change.key),
                revision: change.revision,
            }),
            FeedMessage::Missed => FeedEvent::Everything,
        };
        Some(change)
    }
}

impl Database {
    /// Returns a listener for changes in what people see of servers, from now on.
    #[must_use]
    pub fn changes(&self) -> Changes {
        Changes(self.inner.store.listen())
    }

    /// Publishes the servers that look different now although nothing was reported. Can be
    /// repeated.
    ///
    /// # Errors
    /// When the store is busy or closed. What was not published is published the next time.
    pub async fn publish_time_changes(&self, now: UnixSeconds) -> Result<(), StoreError> {
        let changed = self
            .compute(move |database| database.changed_by_time(now))
            .await?;
        if changed.is_empty() {
            return Ok(());
        }
        let memory = Arc::clone(&self.inner.memory);
        let publish = move |writer: &WriterThread| {
            for server in changed {
                memory
                    .cache
                    .change(writer, server, |state| state.advance_to(now));
            }
        };
        store::in_turn(&self.inner.store, publish).await
    }

    fn changed_by_time(&self, now: UnixSeconds) -> Vec<ServerId> {
        let cache = &self.inner.memory.cache;
        let is_changed =
            |id: &ServerId| cache.read(*id, |state| state.looks_different(now)) == Some(true);
        cache.ids(None).into_iter().filter(is_changed).collect()
    }
}
