//! What the events of each batch route have in common, and where they differ.

use std::fmt;

use oxeye_plugin_proto::{
    ActivityEvent, Event, SyncPlayer,
    limits::{MAX_ACTIVITY_BATCH_BYTES, MAX_EVENTS_BATCH_BYTES},
};
use serde::{Serialize, de::DeserializeOwned};

/// An event that can wait in a [`Spool`](crate::Spool): an [`Event`] for `POST /events`, or an
/// [`ActivityEvent`] for `POST /activity`. Each route has its own sequence, so each needs its own spool.
pub trait Spooled: Clone + fmt::Debug + Serialize + DeserializeOwned + private::Rules {}

impl Spooled for Event {}
impl Spooled for ActivityEvent {}

pub(crate) mod private {
    /// The rules that only this crate needs. Nobody else can implement them.
    pub trait Rules: Sized {
        /// The route that takes these events.
        const ROUTE: &'static str;
        /// Largest body of a batch in bytes.
        const MAX_BATCH_BYTES: usize;
        /// Whether the events say who is online, so that a lost one has to be made up for by a sync.
        const IS_PRESENCE: bool;

        /// Returns whether the event names everyone who is online.
        fn is_sync(&self) -> bool;

        /// Returns whether this event says the same as the earlier one, only later.
        fn repeats(&self, earlier: &Self) -> bool;

        /// Removes what matters less than the rest from an event that is too large for a batch.
        #[must_use]
        fn reduced(self) -> Self;
    }
}

impl private::Rules for Event {
    const ROUTE: &'static str = "/events";
    const MAX_BATCH_BYTES: usize = MAX_EVENTS_BATCH_BYTES;
    const IS_PRESENCE: bool = true;

    fn is_sync(&self) -> bool {
        matches!(self, Self::Sync { .. })
    }

    /// Only heartbeats repeat each other.
    fn repeats(&self, earlier: &Self) -> bool {
        let said = |event: &Self| match event {
            Self::Heartbeat {
                players,
                heartbeat_secs,
                server,
                since,
                at: _,
            } => Some((*players, *heartbeat_secs, *server, *since)),
            _ => None,
        };
        said(self).is_some() && said(self) == said(earlier) && self.at() >= earlier.at()
    }

    /// Removes skins and accounts from a sync.
    fn reduced(mut self) -> Self {
        if let Self::Sync { players, .. } = &mut self {
            let named = std::mem::take(players).valid;
            *players = named
                .into_iter()
                .map(|named| SyncPlayer::new(named.player))
                .collect();
        }
        self
    }
}

impl private::Rules for ActivityEvent {
    const ROUTE: &'static str = "/activity";
    const MAX_BATCH_BYTES: usize = MAX_ACTIVITY_BATCH_BYTES;
    const IS_PRESENCE: bool = false;

    fn is_sync(&self) -> bool {
        false
    }

    /// A player can do the same thing twice, and both times count.
    fn repeats(&self, _: &Self) -> bool {
        false
    }

    /// Every event fits, since its details are bounded.
    fn reduced(self) -> Self {
        self
    }
}
