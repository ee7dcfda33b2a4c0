//! `POST /events` reports events in order. They are numbered, so each counts exactly once, however
//! often it is sent.

use std::fmt;
use std::marker::PhantomData;

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{Event, MissingSkin};
use crate::limits::MAX_EVENTS_PER_BATCH;
use crate::{Epoch, Seq, UnixSeconds, why_unreadable};

/// The body of `POST /events`.
pub type EventsRequest = EventBatch<Event>;

/// A batch of 1 to [`MAX_EVENTS_PER_BATCH`] events with consecutive sequence numbers.
///
/// An invalid event does not invalidate the batch. It keeps its number and is in
/// [`refused`](Self::refused), while the others are in [`events`](Self::events).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    try_from = "UncheckedBatch<E>",
    bound(deserialize = "E: DeserializeOwned")
)]
pub struct EventBatch<E> {
    epoch: Epoch,
    first_seq: Seq,
    events: Vec<E>,
    /// The invalid events, sorted by number. The sender's own batch has none.
    #[serde(skip)]
    refused: Vec<RefusedEvent>,
}

/// An event that was not accepted, or only in part, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedEvent {
    /// The number of the event.
    pub seq: Seq,
    /// The reason, as a sentence of at most [`MAX_REASON_CHARS`](crate::limits::MAX_REASON_CHARS) characters.
    pub error: String,
}

/// Why a list of events is not a batch.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBatch {
    /// There are no events.
    #[error("a batch needs at least one event")]
    Empty,
    /// More than [`MAX_EVENTS_PER_BATCH`].
    #[error("a batch has at most {MAX_EVENTS_PER_BATCH} events, but this one has more")]
    TooMany,
    /// The number of the last event would be too large.
    #[error(
        "a batch of {events} events cannot begin with the sequence number {first_seq}, since the largest is {}",
        i64::MAX
    )]
    NumbersRunOut {
        /// The number of the first event.
        first_seq: i64,
        /// Number of events.
        events: usize,
    },
}

impl<E> EventBatch<E> {
    /// Makes a batch whose first event has the number `first_seq`.
    ///
    /// # Errors
    ///
    /// When there are no events or too many, or when their numbers would be too large.
    pub fn new(epoch: Epoch, first_seq: Seq, events: Vec<E>) -> Result<Self, InvalidBatch> {
        check(first_seq, events.len())?;
        Ok(Self {
            epoch,
            first_seq,
            events,
            refused: Vec::new(),
        })
    }

    /// Returns the epoch that the batch belongs to.
    #[must_use]
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// Returns the number of the first event.
    #[must_use]
    pub fn first_seq(&self) -> Seq {
        self.first_seq
    }

    /// Returns the number of the last event.
    #[must_use]
    pub fn last_seq(&self) -> Seq {
        self.first_seq
            .checked_add(self.count() - 1)
            .expect("the constructor has checked the numbers")
    }

    /// Returns how many events were sent, including invalid ones.
    #[must_use]
    pub fn count(&self) -> usize {
        self.events.len() + self.refused.len()
    }

    /// Returns the valid events, in order.
    #[must_use]
    pub fn events(&self) -> &[E] {
        &self.events
    }

    /// Returns the invalid events, in order.
    #[must_use]
    pub fn refused(&self) -> &[RefusedEvent] {
        &self.refused
    }

    /// Returns each valid event with its number.
    pub fn numbered(&self) -> impl Iterator<Item = (Seq, &E)> {
        self.numbers().zip(&self.events)
    }

    /// Returns all events, valid or not, in the order of their numbers.
    pub fn into_entries(self) -> impl Iterator<Item = Result<E, RefusedEvent>> {
        let last = self.last_seq();
        let (mut seq, mut events) = (Some(self.first_seq), self.events.into_iter());
        let mut refused = self.refused.into_iter().peekable();
        std::iter::from_fn(move || {
            let this = seq.filter(|seq| *seq <= last)?;
            seq = this.checked_add(1);
            let wrong = refused.next_if(|refused| refused.seq == this).map(Err);
            wrong.or_else(|| events.next().map(Ok))
        })
    }

    /// Returns the numbers of the valid events.
    fn numbers(&self) -> impl Iterator<Item = Seq> {
        let mut refused = self.refused.iter().map(|refused| refused.seq).peekable();
        (0..self.count())
            .filter_map(|place| self.first_seq.checked_add(place))
            .filter(move |seq| refused.next_if_eq(seq).is_none())
    }
}

fn check(first_seq: Seq, events: usize) -> Result<(), InvalidBatch> {
    if events == 0 {
        return Err(InvalidBatch::Empty);
    }
    if events > MAX_EVENTS_PER_BATCH {
        return Err(InvalidBatch::TooMany);
    }
    if first_seq.checked_add(events - 1).is_none() {
        return Err(InvalidBatch::NumbersRunOut {
            first_seq: first_seq.get(),
            events,
        });
    }
    Ok(())
}

/// The body of a 200 answer, which is sent when everything up to `acked_seq` is durable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventsResponse {
    /// Everything up to this number is stored and need not be sent again.
    pub acked_seq: Seq,
    /// Events are missing, or the backend does not know who is online: send a full sync.
    pub resync: bool,
    /// The backend's clock. It lets a plugin notice that its own clock is wrong.
    pub server_time: UnixSeconds,
    /// Skins the backend would like to have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<MissingSkin>,
    /// Events that were not accepted, or a sync of which some players were skipped. They are
    /// acknowledged all the same: sending them again changes nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<RefusedEvent>,
}

/// The body of a 409 answer: the batch's epoch is over, or is too far ahead of the backend's clock.
///
/// The plugin puts all waiting events into a new epoch, whose number is the larger of `server_time`
/// and `newest_epoch + 1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpochResponse {
    /// What is wrong and what to do about it.
    pub error: String,
    /// The same for programs: `epoch_refused`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The newest epoch of this server that the backend accepts, or 0 if there is none yet.
    pub newest_epoch: Epoch,
    /// The backend's clock.
    pub server_time: UnixSeconds,
}

/// A batch as it was read, before its numbering was checked.
#[derive(Deserialize)]
#[serde(bound(deserialize = "E: DeserializeOwned"))]
struct UncheckedBatch<E> {
    epoch: Epoch,
    first_seq: Seq,
    events: Entries<E>,
}

impl<E> TryFrom<UncheckedBatch<E>> for EventBatch<E> {
    type Error = InvalidBatch;

    fn try_from(batch: UncheckedBatch<E>) -> Result<Self, InvalidBatch> {
        let Entries { events, invalid } = batch.events;
        check(batch.first_seq, events.len() + invalid.len())?;
        let refused = invalid.into_iter().filter_map(|(place, error)| {
            let seq = batch.first_seq.checked_add(place)?;
            Some(RefusedEvent { seq, error })
        });
        Ok(Self {
            epoch: batch.epoch,
            first_seq: batch.first_seq,
            events,
            refused: refused.collect(),
        })
    }
}

/// The entries of a batch, sorted into valid and invalid ones.
struct Entries<E> {
    events: Vec<E>,
    /// The index of each invalid entry and what is wrong with it.
    invalid: Vec<(usize, String)>,
}

impl<'de, E: DeserializeOwned> Deserialize<'de> for Entries<E> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(EntriesVisitor(PhantomData))
    }
}

struct EntriesVisitor<E>(PhantomData<E>);

impl<'de, E: DeserializeOwned> Visitor<'de> for EntriesVisitor<E> {
    type Value = Entries<E>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of events")
    }

    /// Stops at the first event beyond the limit, so a huge list costs no memory.
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Entries<E>, A::Error> {
        let mut entries = Entries {
            events: Vec::new(),
            invalid: Vec::new(),
        };
        for place in 0.. {
            let Some(entry) = list.next_element::<Box<RawValue>>()? else {
                break;
            };
            if place == MAX_EVENTS_PER_BATCH {
                return Err(A::Error::custom(InvalidBatch::TooMany));
            }
            match read_entry(&entry) {
                Ok(event) => entries.events.push(event),
                Err(why) => entries.invalid.push((place, why)),
            }
        }
        Ok(entries)
    }
}

/// Reads one event from its own text. What is wrong with one event does not end the reading of the others, and
/// nothing of an event is lost on the way, such as a key that comes twice.
fn read_entry<E: DeserializeOwned>(entry: &RawValue) -> Result<E, String> {
    // serde would take a list for a struct, its fields in order; no plugin means that.
    if !entry.get().starts_with('{') {
        return Err("an event is an object in braces".to_owned());
    }
    serde_json::from_str(entry.get()).map_err(|error| why_unreadable(&error))
}

#[cfg(test)]
mod tests;
