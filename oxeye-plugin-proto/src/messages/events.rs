//! `POST /events`: what happened, in order and numbered, so that each event counts exactly once
//! however often it is sent.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, SeqAccess, Visitor},
};
use serde_json::Value;

use super::{Event, MissingSkin};
use crate::{Epoch, Seq, UnixSeconds, limits::MAX_EVENTS_PER_BATCH};

/// A batch: from 1 to [`MAX_EVENTS_PER_BATCH`] events whose sequence numbers follow each other.
///
/// A wrong event refuses the batch; the error says which one, counted from 0, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "UncheckedBatch")]
pub struct EventsRequest {
    epoch: Epoch,
    first_seq: Seq,
    events: Vec<Event>,
}

/// Why events are not a batch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBatch {
    /// There is nothing to tell.
    #[error("a batch needs at least one event")]
    Empty,
    /// More than [`MAX_EVENTS_PER_BATCH`].
    #[error("a batch has at most {MAX_EVENTS_PER_BATCH} events, but this one has more")]
    TooMany,
    /// The last event would have a number that cannot be.
    #[error(
        "a batch of {events} events cannot begin with the sequence number {first_seq}, since the last there can be is {}",
        i64::MAX
    )]
    NumbersRunOut {
        /// The number of the first event.
        first_seq: i64,
        /// How many events there are.
        events: usize,
    },
}

impl EventsRequest {
    /// A batch whose first event has this number.
    ///
    /// # Errors
    ///
    /// When there are no events or too many, or their numbers would pass the last there can be.
    pub fn new(epoch: Epoch, first_seq: Seq, events: Vec<Event>) -> Result<Self, InvalidBatch> {
        if events.is_empty() {
            return Err(InvalidBatch::Empty);
        }
        if events.len() > MAX_EVENTS_PER_BATCH {
            return Err(InvalidBatch::TooMany);
        }
        if first_seq.checked_add(events.len() - 1).is_none() {
            return Err(InvalidBatch::NumbersRunOut {
                first_seq: first_seq.get(),
                events: events.len(),
            });
        }
        Ok(Self {
            epoch,
            first_seq,
            events,
        })
    }

    /// The list of events that this batch is a part of.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// The number of the first event.
    #[must_use]
    pub fn first_seq(&self) -> Seq {
        self.first_seq
    }

    /// The number of the last event.
    #[must_use]
    pub fn last_seq(&self) -> Seq {
        self.first_seq
            .checked_add(self.events.len() - 1)
            .expect("the constructor has seen that the numbers suffice")
    }

    /// The events in order, never none.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The events in order, for who wants to keep them.
    #[must_use]
    pub fn into_events(self) -> Vec<Event> {
        self.events
    }

    /// Each event with its number.
    pub fn numbered(&self) -> impl Iterator<Item = (Seq, &Event)> {
        self.events
            .iter()
            .enumerate()
            .filter_map(|(place, event)| Some((self.first_seq.checked_add(place)?, event)))
    }
}

/// The answer 200, given when everything up to `acked_seq` is durable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventsResponse {
    /// Everything up to this number is remembered and need not be sent again.
    pub acked_seq: Seq,
    /// Something is missing, or the backend does not know who is online: send a full sync.
    pub resync: bool,
    /// The backend's clock, by which a plugin can tell that its own is wrong.
    pub server_time: UnixSeconds,
    /// Skins the backend would like to have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<MissingSkin>,
}

/// A batch as read, before its number of events and its numbering were looked at together.
#[derive(Deserialize)]
struct UncheckedBatch {
    epoch: Epoch,
    first_seq: Seq,
    #[serde(deserialize_with = "read_events")]
    events: Vec<Event>,
}

impl TryFrom<UncheckedBatch> for EventsRequest {
    type Error = InvalidBatch;

    fn try_from(batch: UncheckedBatch) -> Result<Self, InvalidBatch> {
        Self::new(batch.epoch, batch.first_seq, batch.events)
    }
}

fn read_events<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Event>, D::Error> {
    deserializer.deserialize_seq(EventsVisitor)
}

struct EventsVisitor;

impl<'de> Visitor<'de> for EventsVisitor {
    type Value = Vec<Event>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of events")
    }

    /// Stops reading at the first event too many, so a huge list costs no memory.
    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Vec<Event>, A::Error> {
        let mut events = Vec::new();
        while let Some(entry) = entries.next_element::<Value>()? {
            if events.len() == MAX_EVENTS_PER_BATCH {
                return Err(A::Error::custom(InvalidBatch::TooMany));
            }
            let event = Event::deserialize(entry)
                .map_err(|why| A::Error::custom(format_args!("events[{}]: {why}", events.len())))?;
            events.push(event);
        }
        Ok(events)
    }
}

#[cfg(test)]
mod tests;
