//! What players did, as one store exports it and another imports it: the counters of each day, collected values, and
//! the newest events. The counters of the session that is going on stay behind, because sessions are not moved open.

use oxeye_plugin_proto::{Details, EventType, PlayerName, UnixSeconds, limits};
use uuid::Uuid;

use super::day::UtcDay;
use super::fold::MAX_VALUE_CHARS;
use super::kinds::{is_derived, is_stored_name};
use super::lifetimes::Edges;
use crate::ids::GuildId;

/// The most that a counter of one day can have been raised to, and more than any game counts.
const MAX_TOTAL: f64 = 1e24;

/// Something that a player did.
#[derive(Debug, Clone, PartialEq)]
pub struct PortableActivity {
    /// The guild.
    pub guild: GuildId,
    /// The player's name.
    pub player: PlayerName,
    /// What the player did.
    pub what: PortableDeed,
}

/// What a player did.
#[derive(Debug, Clone, PartialEq)]
pub enum PortableDeed {
    /// Who the player is, and when they last did anything.
    Player {
        /// The account, if it is known.
        uuid: Option<Uuid>,
        /// The time of the latest event.
        last_event_at: UnixSeconds,
    },
    /// How much one counter rose on one UTC day.
    Counter {
        /// The day.
        day: UtcDay,
        /// The name of the counter, such as `trades`.
        counter: String,
        /// The amount: 0 or more.
        amount: f64,
    },
    /// A value that was collected, such as a visited sector.
    Value {
        /// The name of the collection, such as `sectors`.
        collection: String,
        /// The value, of 1 to 64 characters.
        value: String,
        /// When it was last collected on its day.
        at: UnixSeconds,
    },
    /// An event.
    Event {
        /// Its type.
        event_type: EventType,
        /// When it happened.
        at: UnixSeconds,
        /// Its details.
        details: Details,
        /// How many equal events of the player there are up to this one: 1 for the first.
        occurrence: u16,
    },
}

/// Why a record of activity is not valid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidActivity {
    /// The record lies in the future, beyond the usual difference between clocks.
    #[error("the activity is in the future; perhaps a clock is wrong")]
    InTheFuture,
    /// The amount is negative or too large.
    #[error("an amount is a number from 0 to 1e24")]
    Amount,
    /// No kind of event can have such a counter or collection.
    #[error("{0:?} cannot be the name of a counter or a collection")]
    Name(String),
    /// The value is empty or too long.
    #[error("a collected value has 1 to {MAX_VALUE_CHARS} characters")]
    Value,
    /// The type follows from joins and leaves, and is never stored.
    #[error("{0} follows from joins and leaves and is not imported")]
    Derived(EventType),
}

impl PortableActivity {
    /// Returns the record if it is valid.
    ///
    /// # Errors
    /// When it lies in the future, or holds something that is never stored.
    pub fn checked(self, now: UnixSeconds) -> Result<Self, InvalidActivity> {
        let latest = now.plus(limits::EARLY_EVENT_LIMIT);
        match &self.what {
            PortableDeed::Counter { counter: name, .. }
            | PortableDeed::Value {
                collection: name, ..
            } if !is_stored_name(name) => Err(InvalidActivity::Name(name.clone())),
            PortableDeed::Counter { amount, .. } if !(0.0..=MAX_TOTAL).contains(amount) => {
                Err(InvalidActivity::Amount)
            }
            PortableDeed::Value { value, .. }
                if !(1..=MAX_VALUE_CHARS).contains(&value.chars().count()) =>
            {
                Err(InvalidActivity::Value)
            }
            PortableDeed::Event { event_type, .. } if is_derived(event_type) => {
                Err(InvalidActivity::Derived(event_type.clone()))
            }
            _ if self.what.at() > latest => Err(InvalidActivity::InTheFuture),
            _ => Ok(self),
        }
    }
}

impl PortableDeed {
    /// Returns when it was done; of a counter, when its day began.
    pub(super) fn at(&self) -> UnixSeconds {
        match self {
            Self::Counter { day, .. } => day.begin(),
            Self::Player {
                last_event_at: at, ..
            }
            | Self::Value { at, .. }
            | Self::Event { at, .. } => *at,
        }
    }

    /// Whether it is so old that it is no longer kept.
    pub(super) fn is_expired(&self, edges: Edges) -> bool {
        match self {
            Self::Player { .. } | Self::Counter { .. } | Self::Value { .. } => {
                UtcDay::of(self.at()) < edges.day
            }
            Self::Event { at, .. } => *at < edges.event,
        }
    }
}
