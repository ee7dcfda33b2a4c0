//! `POST /activity`: what players did in the game, one event or a batch with a sequence of its own.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::EventBatch;
use super::join::optional_uuid;
use crate::{Details, EventType, PlayerName, UnixSeconds, why_unreadable};

/// What a player did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityEvent {
    /// The player.
    pub player: PlayerName,
    /// The player's account, with or without dashes, if the plugin knows it.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "optional_uuid"
    )]
    pub uuid: Option<Uuid>,
    /// What the player did.
    pub event_type: EventType,
    /// More about it. The backend's kinds say which keys are counted.
    #[serde(
        default,
        skip_serializing_if = "Details::is_empty",
        deserialize_with = "optional_details"
    )]
    pub details: Details,
    /// When it happened; without it, when the backend received it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<UnixSeconds>,
}

fn optional_details<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Details, D::Error> {
    Ok(Option::<Details>::deserialize(deserializer)?.unwrap_or_default())
}

impl ActivityEvent {
    /// Returns an event without details, at the time when the backend receives it.
    #[must_use]
    pub fn new(player: PlayerName, event_type: EventType) -> Self {
        Self {
            player,
            uuid: None,
            event_type,
            details: Details::default(),
            at: None,
        }
    }
}

/// The body of `POST /activity`. An object with the key `events` is a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActivityRequest {
    /// One event.
    Single(ActivityEvent),
    /// Numbered events. Their numbers have nothing to do with those of `POST /events`.
    Batch(EventBatch<ActivityEvent>),
}

impl Serialize for ActivityRequest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Single(event) => event.serialize(serializer),
            Self::Batch(batch) => batch.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for ActivityRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// What tells the two forms apart.
        #[derive(Deserialize)]
        struct Form<'a> {
            #[serde(borrow)]
            events: Option<&'a RawValue>,
        }
        let body = Box::<RawValue>::deserialize(deserializer)?;
        let form: Form<'_> = read(&body)?;
        if form.events.is_some() {
            read(&body).map(Self::Batch)
        } else {
            read(&body).map(Self::Single)
        }
    }
}

fn read<'a, T: Deserialize<'a>, E: Error>(body: &'a RawValue) -> Result<T, E> {
    serde_json::from_str(body.get()).map_err(|error| E::custom(why_unreadable(&error)))
}

/// The answer 200 to a single event, given when it is durable. A batch is answered with an
/// [`EventsResponse`](super::EventsResponse) that never asks for a sync.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityResponse {
    /// The backend's clock, by which a plugin can tell that its own is wrong.
    pub server_time: UnixSeconds,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn single(body: &str) -> Result<ActivityEvent, String> {
        match serde_json::from_str(body) {
            Ok(ActivityRequest::Single(event)) => Ok(event),
            Ok(ActivityRequest::Batch(_)) => Err("this is a batch".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn batch(body: &str) -> Result<EventBatch<ActivityEvent>, String> {
        match serde_json::from_str(body) {
            Ok(ActivityRequest::Batch(batch)) => Ok(batch),
            Ok(ActivityRequest::Single(_)) => Err("this is a single event".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn what_is_optional_may_be_missing_or_null() {
        let alex = PlayerName::try_from("Alex").expect("a name");
        let warp = ActivityEvent::new(alex, "warp".parse().expect("a type"));

        assert_eq!(
            single(r#"{"player": "Alex", "event_type": "warp"}"#),
            Ok(warp.clone())
        );
        let nulls = r#"{"at": null, "details": null, "event_type": "warp", "uuid": null, "player": "Alex"}"#;
        assert_eq!(single(nulls), Ok(warp));
    }

    #[test]
    fn a_wrong_event_says_what_is_wrong() {
        let sentence = single(r#"{"player": "Alex"}"#).expect_err("no type");
        assert!(
            sentence.starts_with("`event_type` is missing"),
            "{sentence}"
        );
        let sentence =
            single(r#"{"player": "Alex", "event_type": "two words"}"#).expect_err("a blank");
        assert!(
            sentence.starts_with("event_type has only ASCII letters"),
            "{sentence}"
        );
        let list = r#"{"player": "Alex", "event_type": "warp", "details": [1]}"#;
        let sentence = single(list).expect_err("a list");
        assert!(
            sentence.starts_with("details are a JSON object"),
            "{sentence}"
        );
    }

    #[test]
    fn a_wrong_event_of_a_batch_is_refused_alone() {
        let body = r#"{"epoch": 5, "first_seq": 3, "events": [
            {"player": "Alex", "event_type": "warp"},
            {"player": "Alex", "event_type": "warp", "details": {"a": 1, "a": 2}},
            {"player": "Alex", "event_type": "dock", "at": 7}]}"#;

        let batch = batch(body).expect("a batch");

        assert_eq!(batch.count(), 3);
        assert_eq!(batch.events().len(), 2);
        let [refused] = batch.refused() else {
            panic!("one event is refused");
        };
        assert_eq!(
            (refused.seq.get(), refused.error.as_str()),
            (4, "details have a key twice")
        );
    }
}
