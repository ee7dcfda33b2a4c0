//! The lines about what players did.

use oxeye_db::activity::day::UtcDay;
use oxeye_db::{PortableActivity, PortableDeed, Uuid};
use oxeye_plugin_proto::{Details, EventType, PlayerName, UnixSeconds};
use serde::{Deserialize, Serialize};

use super::{BadLine, Line, ReadContext};
use crate::api_messages::guild_id::WrittenGuildId;

/// A player, with the account if it is known, and when they last did anything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PlayerLine {
    #[serde(flatten)]
    who: Who,
    uuid: Option<Uuid>,
    last_event_at: UnixSeconds,
}

/// How much one counter of a player rose on one UTC day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct CounterLine {
    #[serde(flatten)]
    who: Who,
    /// Such as `2026-11-28`.
    date: String,
    counter: String,
    amount: f64,
}

/// A value that a player collected, such as a visited sector.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ValueLine {
    #[serde(flatten)]
    who: Who,
    collection: String,
    value: String,
    at: UnixSeconds,
}

/// An event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct EventLine {
    #[serde(flatten)]
    who: Who,
    event_type: EventType,
    at: UnixSeconds,
    #[serde(default)]
    details: Details,
    /// 2 for the second of two equal events, and so on.
    #[serde(default = "first", skip_serializing_if = "is_first")]
    occurrence: u16,
}

/// A player of a guild.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Who {
    guild_id: WrittenGuildId,
    player: PlayerName,
}

impl From<PortableActivity> for Line {
    fn from(activity: PortableActivity) -> Line {
        let who = Who {
            guild_id: WrittenGuildId::Digits(activity.guild),
            player: activity.player,
        };
        match activity.what {
            PortableDeed::Player {
                uuid,
                last_event_at,
            } => Line::ActivityPlayer(PlayerLine {
                who,
                uuid,
                last_event_at,
            }),
            PortableDeed::Counter {
                day,
                counter,
                amount,
            } => Line::ActivityCounter(CounterLine {
                who,
                date: day.to_string(),
                counter,
                amount,
            }),
            PortableDeed::Value {
                collection,
                value,
                at,
            } => Line::ActivityValue(ValueLine {
                who,
                collection,
                value,
                at,
            }),
            PortableDeed::Event {
                event_type,
                at,
                details,
                occurrence,
            } => Line::ActivityEvent(EventLine {
                who,
                event_type,
                at,
                details,
                occurrence,
            }),
        }
    }
}

impl PlayerLine {
    pub(super) fn into_record(self, reading: &ReadContext) -> Result<PortableActivity, BadLine> {
        let what = PortableDeed::Player {
            uuid: self.uuid,
            last_event_at: self.last_event_at,
        };
        self.who.did(what, reading)
    }
}

impl CounterLine {
    pub(super) fn into_record(self, reading: &ReadContext) -> Result<PortableActivity, BadLine> {
        let day: UtcDay = self.date.parse().map_err(|error| format!("{error}"))?;
        let what = PortableDeed::Counter {
            day,
            counter: self.counter,
            amount: self.amount,
        };
        self.who.did(what, reading)
    }
}

impl ValueLine {
    pub(super) fn into_record(self, reading: &ReadContext) -> Result<PortableActivity, BadLine> {
        let what = PortableDeed::Value {
            collection: self.collection,
            value: self.value,
            at: self.at,
        };
        self.who.did(what, reading)
    }
}

impl EventLine {
    pub(super) fn into_record(self, reading: &ReadContext) -> Result<PortableActivity, BadLine> {
        let what = PortableDeed::Event {
            event_type: self.event_type,
            at: self.at,
            details: self.details,
            occurrence: self.occurrence,
        };
        self.who.did(what, reading)
    }
}

impl Who {
    fn did(self, what: PortableDeed, reading: &ReadContext) -> Result<PortableActivity, BadLine> {
        let activity = PortableActivity {
            guild: reading.guild(self.guild_id)?,
            player: self.player,
            what,
        };
        activity
            .checked(reading.now)
            .map_err(|error| error.to_string().into())
    }
}

fn first() -> u16 {
    1
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_first(occurrence: &u16) -> bool {
    *occurrence == first()
}
