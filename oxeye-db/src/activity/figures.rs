//! What is known of what a player did: the figures that people and programs ask for.

use std::collections::BTreeMap;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use uuid::Uuid;

use super::day::UtcDay;
use crate::store::StoreError;

/// Amounts by the name of the counter. Counters of all kinds are there, if only with 0.
pub type Counters = BTreeMap<String, f64>;

/// A player of a guild, as keys and JSON name them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityPlayer {
    /// The name, as it is known.
    pub name: PlayerName,
    /// The account, if one was sent with what the player did, or reported with joins under the name.
    pub uuid: Option<Uuid>,
}

impl ActivityPlayer {
    /// Returns the id of the player in keys and JSON: the UUID if it is known, else the name as sent.
    #[must_use]
    pub fn id(&self) -> String {
        match self.uuid {
            Some(uuid) => uuid.to_string(),
            None => self.name.to_string(),
        }
    }
}

/// The session that is going on, or zeros.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionFigures {
    /// The player.
    pub player: ActivityPlayer,
    /// When the session began; `None` if the player is not on.
    pub login_at: Option<UnixSeconds>,
    /// The player's last event in the session, or else the login.
    pub last_activity_at: Option<UnixSeconds>,
    /// What the player did in the session.
    pub counters: Counters,
    /// The sectors visited in the session, the one visited last at the end; at most 100.
    pub sectors: Vec<String>,
}

/// The last 30 UTC days, today included.
#[derive(Debug, Clone, PartialEq)]
pub struct SummaryFigures {
    /// The player.
    pub player: ActivityPlayer,
    /// Sessions that began on these days.
    pub sessions: u64,
    /// Seconds on a server.
    pub playtime: u64,
    /// What the player did.
    pub counters: Counters,
    /// The different sectors visited, the one visited last at the end.
    pub sectors: Vec<String>,
    /// When the summary last changed; `None` if there is nothing in it.
    pub last_updated: Option<UnixSeconds>,
}

/// One UTC day.
#[derive(Debug, Clone, PartialEq)]
pub struct DayFigures {
    /// The player.
    pub player: ActivityPlayer,
    /// The day.
    pub day: UtcDay,
    /// Sessions that began on the day.
    pub sessions: u64,
    /// Seconds on a server.
    pub playtime: u64,
    /// What the player did.
    pub counters: Counters,
}

/// An event, reported or derived from a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayerEvent {
    /// What the player did.
    pub event_type: String,
    /// When.
    pub at: UnixSeconds,
    /// More about it, as a JSON object.
    pub details: String,
}

/// A person's place in a ranking by a counter.
#[derive(Debug, Clone, PartialEq)]
pub struct CounterStanding {
    /// The player, by their newest name.
    pub player: PlayerName,
    /// The other names of the same account, the newest first.
    pub former_names: Vec<PlayerName>,
    /// If another account has the name now: when this one last did anything.
    pub until: Option<UnixSeconds>,
    /// What they did under all their names.
    pub amount: f64,
}

/// The persons of a guild who have the largest amounts of a counter.
#[derive(Debug, Clone, PartialEq)]
pub struct CounterRanking {
    /// The first and the last day that count.
    pub days: (UtcDay, UtcDay),
    /// The persons, the largest amount first; by name where amounts are equal.
    pub standings: Vec<CounterStanding>,
    /// How many persons have any.
    pub players: usize,
}

/// Why there is no ranking.
#[derive(Debug, thiserror::Error)]
pub enum RankingError {
    /// There is no such counter.
    #[error("there is no counter {name:?}; the counters are {}", .known.join(", "))]
    UnknownCounter {
        /// What was asked for.
        name: String,
        /// All counters.
        known: Vec<String>,
    },
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}
