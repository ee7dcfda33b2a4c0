//! What a player did, with the field names of the original design (`player_activity_service`), which its clients
//! read: `/api/guilds/{guild_id}/activity`.

mod figures;
mod ranked_days;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime};
use oxeye_db::GuildId;
use oxeye_db::activity::kinds::{ACTIONS, COMBAT_EVENTS, TRADE_VOLUME, TRADES};
use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use serde::{Deserialize, Serialize};
use serde_json::Number;
use serde_json::value::RawValue;

pub(crate) use ranked_days::{InvalidRankedDays, RankedDays};

/// The counters that the original design has under names of its own.
const ORIGINAL: [&str; 4] = [ACTIONS, TRADES, TRADE_VOLUME, COMBAT_EVENTS];

/// The session that is going on, or zeros.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ActivitySession {
    pub(crate) player_id: String,
    pub(crate) login_at: Option<String>,
    pub(crate) last_activity_at: Option<String>,
    pub(crate) actions_count: Number,
    pub(crate) trades_count: Number,
    pub(crate) trade_volume: Number,
    pub(crate) combat_events: Number,
    pub(crate) sectors_visited: Vec<String>,
    /// Whether the player is on.
    pub(crate) online: bool,
    /// The counters that the original design does not have.
    pub(crate) counters: BTreeMap<String, Number>,
}

/// The last 30 UTC days, today included.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ActivitySummary {
    pub(crate) player_id: String,
    pub(crate) total_sessions: u64,
    pub(crate) total_playtime_seconds: f64,
    pub(crate) total_actions: Number,
    pub(crate) total_trades: Number,
    pub(crate) total_trade_volume: Number,
    pub(crate) total_combat_events: Number,
    pub(crate) unique_sectors_visited: usize,
    /// Only where there is anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) all_sectors: Option<Vec<String>>,
    /// Only where there is anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) last_updated: Option<String>,
    /// The counters that the original design does not have.
    pub(crate) counters: BTreeMap<String, Number>,
}

/// One UTC day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ActivityDay {
    pub(crate) player_id: String,
    pub(crate) date: String,
    pub(crate) sessions: u64,
    pub(crate) playtime_seconds: f64,
    pub(crate) actions: Number,
    pub(crate) trades: Number,
    pub(crate) trade_volume: Number,
    pub(crate) combat_events: Number,
    /// The counters that the original design does not have.
    pub(crate) counters: BTreeMap<String, Number>,
}

/// The answer of `GET .../activity/players/{player}`: everything about a player at once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ActivityOverview {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    pub(crate) player: PlayerName,
    pub(crate) session: ActivitySession,
    pub(crate) today: ActivityDay,
    pub(crate) summary: ActivitySummary,
    /// The newest first.
    pub(crate) events: Vec<ActivityEventLine>,
}

/// One event.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ActivityEventLine {
    pub(crate) event_type: String,
    pub(crate) timestamp: String,
    pub(crate) details: Box<RawValue>,
}

/// The answer of `GET .../activity/online`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ActivityOnline {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    pub(crate) online_count: usize,
    pub(crate) players: Vec<PlayerName>,
}

/// The answer of `GET .../activity/top`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ActivityRanking {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    pub(crate) counter: String,
    /// The first and the last UTC day that count.
    pub(crate) first_date: String,
    pub(crate) last_date: String,
    /// The largest amount first.
    pub(crate) players: Vec<ActivityStanding>,
    /// Their number without a limit.
    pub(crate) player_count: usize,
}

/// One line of a ranking.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ActivityStanding {
    /// The newest name.
    pub(crate) player: PlayerName,
    /// The other names of the same account, the newest first.
    #[serde(default)]
    pub(crate) former_names: Vec<PlayerName>,
    /// If another account has the name now: when this one last did anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) until_at: Option<UnixSeconds>,
    pub(crate) amount: Number,
}

/// Returns a time as the original writes it: UTC without a zone, and without a fraction when that is 0.
pub(crate) fn naive_utc(at: UnixSeconds) -> String {
    let time = DateTime::from_timestamp(at.0, 0).unwrap_or_default();
    // chrono writes a naive time so when it debugs one: ISO 8601, and a fraction only if there is one.
    format!("{:?}", time.naive_utc())
}

/// Reads such a time.
pub(crate) fn from_naive_utc(text: &str) -> Option<UnixSeconds> {
    let time: NaiveDateTime = text.parse().ok()?;
    Some(UnixSeconds(time.and_utc().timestamp()))
}

/// Returns all counters with their amounts, those of the original design first.
fn amounts<'a>(
    original: [&'a Number; 4],
    others: &'a BTreeMap<String, Number>,
) -> Vec<(&'a str, f64)> {
    let others = others.iter().map(|(name, amount)| (name.as_str(), amount));
    let all = ORIGINAL.into_iter().zip(original).chain(others);
    all.map(|(name, amount)| (name, amount.as_f64().unwrap_or_default()))
        .collect()
}

impl ActivitySession {
    /// Returns all counters with their amounts.
    pub(crate) fn amounts(&self) -> Vec<(&str, f64)> {
        let original = [
            &self.actions_count,
            &self.trades_count,
            &self.trade_volume,
            &self.combat_events,
        ];
        amounts(original, &self.counters)
    }
}

impl ActivityDay {
    /// Returns all counters with their amounts.
    pub(crate) fn amounts(&self) -> Vec<(&str, f64)> {
        let original = [
            &self.actions,
            &self.trades,
            &self.trade_volume,
            &self.combat_events,
        ];
        amounts(original, &self.counters)
    }
}

impl ActivitySummary {
    /// Returns all counters with their amounts.
    pub(crate) fn amounts(&self) -> Vec<(&str, f64)> {
        let original = [
            &self.total_actions,
            &self.total_trades,
            &self.total_trade_volume,
            &self.total_combat_events,
        ];
        amounts(original, &self.counters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_and_read_without_a_zone() {
        let text = naive_utc(UnixSeconds(1_795_737_600));

        assert_eq!(text, "2026-11-27T00:00:00");
        assert_eq!(from_naive_utc(&text), Some(UnixSeconds(1_795_737_600)));
        assert_eq!(from_naive_utc("2026-11-27T00:00:00Z"), None);
    }
}
