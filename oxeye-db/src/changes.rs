//! The change feed: which servers look different to people than they did before.
//!
//! The writer publishes after each transaction, once per server, and never waits for a listener.
//! What time alone changes is published by
//! [`Database::publish_time_changes`](crate::Database::publish_time_changes).

use oxeye_sqlite::{FeedMessage, Listener};

use crate::ids::ServerId;

/// What a listener learns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedEvent {
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
pub struct Changes(Listener);

impl Changes {
    pub(crate) fn of(listener: Listener) -> Self {
        Self(listener)
    }

    /// Waits for the next change; `None` once the store is closed.
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
