//! Fills the answers with the figures of the store.

use std::collections::BTreeMap;

use oxeye_db::GuildId;
use oxeye_db::activity::figures::{
    CounterRanking, Counters, DayFigures, PlayerEvent, SessionFigures, SummaryFigures,
};
use oxeye_db::activity::kinds::{ACTIONS, COMBAT_EVENTS, TRADE_VOLUME, TRADES};
use serde_json::value::RawValue;
use serde_json::{Number, Value};

use super::{
    ActivityDay, ActivityEventLine, ActivityRanking, ActivitySession, ActivityStanding,
    ActivitySummary, ORIGINAL, naive_utc,
};

/// Returns an amount as JSON has it: a whole number where it is one.
fn number(amount: f64) -> Number {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a whole number below 2^53 fits"
    )]
    let whole = amount as i64;
    if amount.fract() == 0.0 && amount.abs() < 9.0e15 {
        return Number::from(whole);
    }
    Number::from_f64(amount).unwrap_or_else(|| Number::from(0))
}

fn of(counters: &Counters, name: &str) -> Number {
    number(counters.get(name).copied().unwrap_or_default())
}

fn others(counters: &Counters) -> BTreeMap<String, Number> {
    let others = counters
        .iter()
        .filter(|(name, _)| !ORIGINAL.contains(&name.as_str()));
    others
        .map(|(name, amount)| (name.clone(), number(*amount)))
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "nobody plays for 2^53 seconds")]
fn seconds(playtime: u64) -> f64 {
    playtime as f64
}

impl From<SessionFigures> for ActivitySession {
    fn from(session: SessionFigures) -> Self {
        let counters = &session.counters;
        Self {
            player_id: session.player.id(),
            login_at: session.login_at.map(naive_utc),
            last_activity_at: session.last_activity_at.map(naive_utc),
            actions_count: of(counters, ACTIONS),
            trades_count: of(counters, TRADES),
            trade_volume: of(counters, TRADE_VOLUME),
            combat_events: of(counters, COMBAT_EVENTS),
            sectors_visited: session.sectors,
            online: session.login_at.is_some(),
            counters: others(counters),
        }
    }
}

impl From<SummaryFigures> for ActivitySummary {
    fn from(summary: SummaryFigures) -> Self {
        let counters = &summary.counters;
        let last_updated = summary.last_updated.map(naive_utc);
        Self {
            player_id: summary.player.id(),
            total_sessions: summary.sessions,
            total_playtime_seconds: seconds(summary.playtime),
            total_actions: of(counters, ACTIONS),
            total_trades: of(counters, TRADES),
            total_trade_volume: of(counters, TRADE_VOLUME),
            total_combat_events: of(counters, COMBAT_EVENTS),
            unique_sectors_visited: summary.sectors.len(),
            all_sectors: last_updated.is_some().then_some(summary.sectors),
            last_updated,
            counters: others(counters),
        }
    }
}

impl From<DayFigures> for ActivityDay {
    fn from(day: DayFigures) -> Self {
        let counters = &day.counters;
        Self {
            player_id: day.player.id(),
            date: day.day.to_string(),
            sessions: day.sessions,
            playtime_seconds: seconds(day.playtime),
            actions: of(counters, ACTIONS),
            trades: of(counters, TRADES),
            trade_volume: of(counters, TRADE_VOLUME),
            combat_events: of(counters, COMBAT_EVENTS),
            counters: others(counters),
        }
    }
}

impl From<PlayerEvent> for ActivityEventLine {
    fn from(event: PlayerEvent) -> Self {
        let details = RawValue::from_string(event.details);
        Self {
            event_type: event.event_type,
            timestamp: naive_utc(event.at),
            details: details.unwrap_or_else(|_| empty_object()),
        }
    }
}

fn empty_object() -> Box<RawValue> {
    serde_json::value::to_raw_value(&Value::Object(serde_json::Map::new())).unwrap_or_default()
}

impl ActivityRanking {
    pub(crate) fn new(guild_id: GuildId, counter: String, ranking: CounterRanking) -> Self {
        let (first, last) = ranking.days;
        let standings = ranking.standings.into_iter();
        Self {
            guild_id,
            counter,
            first_date: first.to_string(),
            last_date: last.to_string(),
            players: standings
                .map(|standing| ActivityStanding {
                    player: standing.player,
                    former_names: standing.former_names,
                    until_at: standing.until,
                    amount: number(standing.amount),
                })
                .collect(),
            player_count: ranking.players,
        }
    }
}
