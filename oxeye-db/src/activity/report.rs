//! A report of what players did, and what became of it.

use oxeye_plugin_proto::{ActivityEvent, EventBatch};

use crate::epochs::{EpochError, RefusedEvent};
use crate::rate_limits::TooManyNewPlayers;
use crate::store::StoreError;

/// What a server reports about what players did.
#[derive(Debug, Clone, PartialEq)]
pub enum ActivityReport {
    /// One event.
    Single {
        /// The event.
        event: ActivityEvent,
        /// By which the event is recognised when it is sent again within a day.
        idempotency_key: Option<String>,
    },
    /// Numbered events.
    Batch(EventBatch<ActivityEvent>),
}

impl ActivityReport {
    /// Returns how many events were sent, invalid ones included.
    #[must_use]
    pub fn count(&self) -> usize {
        match self {
            Self::Single { .. } => 1,
            Self::Batch(batch) => batch.count(),
        }
    }
}

/// The answer to a report.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ActivityAnswer {
    /// Events of the batch up to this number need not be sent again; 0 for a single event.
    pub acked_seq: u64,
    /// The events of the batch that were refused. They need not be sent again either.
    pub refused: Vec<RefusedEvent>,
}

/// Why a whole report was refused.
#[derive(Debug, thiserror::Error)]
pub enum TakeActivityError {
    /// The operator has turned activity off.
    #[error("this Oxeye keeps no activity (ACTIVITY=off)")]
    Off,
    /// A single event that cannot be used; holds the reason, as a sentence.
    #[error("{0}")]
    Refused(String),
    /// The player of a single event is new, and the server has reported too many new ones. It may be sent again
    /// later.
    #[error(transparent)]
    TooManyNewPlayers(#[from] TooManyNewPlayers),
    /// The server was disconnected, perhaps just now.
    #[error("this server is not linked")]
    NotLinked,
    /// The epoch of the batch may not continue.
    #[error(transparent)]
    Epoch(#[from] EpochError),
    /// The store could not record it.
    #[error(transparent)]
    Store(#[from] StoreError),
}
