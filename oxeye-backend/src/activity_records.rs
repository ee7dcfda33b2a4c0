//! What players did, as records under keys: the names, the JSON and the lifetimes that the original design
//! (`player_activity_service`) has in Redis, so that its clients read them unchanged.
//!
//! A record exists only where there is something to tell. Its lifetime follows from the data: it begins with the
//! last change, as if the record had been written then.

mod keys;
mod listed;

use std::collections::BTreeSet;
use std::time::Duration;

use oxeye_db::activity::day::UtcDay;
use oxeye_db::activity::figures::{DayFigures, PlayerEvent, SessionFigures, SummaryFigures};
use oxeye_db::activity::players::{LISTED_DAYS, PlayerActivity};
use oxeye_db::{Database, GuildId, StoreError};
use oxeye_plugin_proto::UnixSeconds;
use serde::Serialize;
use serde_json::Value;

use crate::api_messages::activity::{
    ActivityDay, ActivityEventLine, ActivitySession, ActivitySummary,
};
pub(crate) use keys::{RecordKey, Subject};
pub(crate) use listed::listed_keys;

const DAY: Duration = Duration::from_secs(86_400);
const SESSION_LIFETIME: Duration = DAY;
const EVENTS_LIFETIME: Duration = Duration::from_secs(7 * DAY.as_secs());
const SUMMARY_LIFETIME: Duration = Duration::from_secs(30 * DAY.as_secs());
const DAILY_LIFETIME: Duration = Duration::from_secs(14 * DAY.as_secs());

/// A key, its value, and how long it lives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) key: RecordKey,
    pub(crate) value: RecordValue,
    /// When the record ceases to exist; `None` if time alone does not end it.
    pub(crate) expires_at: Option<UnixSeconds>,
}

/// A value, of one of the types that Redis has. No list and no set is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RecordValue {
    /// JSON.
    Text(String),
    /// JSON texts.
    List(Vec<String>),
    /// Ids of players.
    Set(BTreeSet<String>),
}

/// Returns the record under a key; `None` if there is none.
pub(crate) async fn record(
    database: &Database,
    key: &RecordKey,
    now: UnixSeconds,
) -> Result<Option<Record>, StoreError> {
    let Some(id) = key.subject.player_id() else {
        return online_players(database, key.guild).await;
    };
    let Some(player) = database.activity_player(key.guild, id).await? else {
        return Ok(None);
    };
    let (guild, name) = (key.guild, player.name);
    // Only what this one record needs is read.
    let found = match &key.subject {
        Subject::Session(_) => session_of(database.activity_session(guild, name, now).await?, now),
        Subject::Events(_) => {
            let events = database.activity_events(guild, name, usize::MAX, now);
            events_of(id, events.await?)
        }
        Subject::Summary(_) => summary_of(database.activity_summary(guild, name, now).await?),
        Subject::Daily(_, day) if is_listed(*day, now) => {
            let summary = database.activity_summary(guild, name.clone(), now).await?;
            let day = database.activity_day(guild, name, *day, now).await?;
            day_of(day, summary.last_updated)
        }
        Subject::Daily(..) | Subject::OnlinePlayers => None,
    };
    Ok(found.and_then(|found| found.into_record(guild, now)))
}

fn is_listed(day: UtcDay, now: UnixSeconds) -> bool {
    let (first, last) = UtcDay::of(now).and_before(LISTED_DAYS);
    (first..=last).contains(&day)
}

/// Returns the record of a guild's players who are on; `None` if nobody is.
pub(crate) async fn online_players(
    database: &Database,
    guild: GuildId,
) -> Result<Option<Record>, StoreError> {
    let ids = database.activity_online_ids(guild).await?;
    Ok((!ids.is_empty()).then(|| Record {
        key: RecordKey::online_players(guild),
        value: RecordValue::Set(ids),
        expires_at: None,
    }))
}

/// Returns all records of a player.
pub(crate) fn records_of(
    guild: GuildId,
    activity: PlayerActivity,
    now: UnixSeconds,
) -> Vec<Record> {
    let PlayerActivity {
        player,
        session,
        summary,
        days,
        events,
        is_hidden: _,
    } = activity;
    let last_updated = summary.last_updated;
    let found = [
        session_of(session, now),
        events_of(&player.id(), events),
        summary_of(summary),
    ];
    let days = days.into_iter().map(|day| day_of(day, last_updated));
    let found = found.into_iter().chain(days).flatten();
    found
        .filter_map(|found| found.into_record(guild, now))
        .collect()
}

/// What there is to tell of a player, and when that ceases to be so.
struct Found {
    subject: Subject,
    value: RecordValue,
    expires_at: UnixSeconds,
}

impl Found {
    fn into_record(self, guild: GuildId, now: UnixSeconds) -> Option<Record> {
        let subject = self.subject;
        (self.expires_at > now).then_some(Record {
            key: RecordKey { guild, subject },
            value: self.value,
            expires_at: Some(self.expires_at),
        })
    }
}

fn session_of(session: SessionFigures, now: UnixSeconds) -> Option<Found> {
    session.login_at?;
    Some(Found {
        subject: Subject::Session(session.player.id()),
        value: json(&ActivitySession::from(session)),
        expires_at: now.plus(SESSION_LIFETIME),
    })
}

fn events_of(id: &str, events: Vec<PlayerEvent>) -> Option<Found> {
    let newest = events.first()?.at;
    let lines = events.into_iter().map(ActivityEventLine::from);
    let lines = lines.filter_map(|line| serde_json::to_string(&line).ok());
    Some(Found {
        subject: Subject::Events(id.to_owned()),
        value: RecordValue::List(lines.collect()),
        expires_at: newest.plus(EVENTS_LIFETIME),
    })
}

fn summary_of(summary: SummaryFigures) -> Option<Found> {
    let last_updated = summary.last_updated?;
    Some(Found {
        subject: Subject::Summary(summary.player.id()),
        value: json(&ActivitySummary::from(summary)),
        expires_at: last_updated.plus(SUMMARY_LIFETIME),
    })
}

fn day_of(day: DayFigures, last_updated: Option<UnixSeconds>) -> Option<Found> {
    let expires_at = day_expires_at(day.day, last_updated);
    has_anything(&day).then(|| Found {
        subject: Subject::Daily(day.player.id(), day.day),
        value: json(&ActivityDay::from(day)),
        expires_at,
    })
}

/// Returns when the record of a day ceases to exist. What happened later did not change it.
fn day_expires_at(day: UtcDay, last_updated: Option<UnixSeconds>) -> UnixSeconds {
    let over = day.span().to;
    let changed = last_updated.map_or(over, |at| at.min(over));
    changed.plus(DAILY_LIFETIME)
}

fn has_anything(day: &DayFigures) -> bool {
    day.sessions > 0 || day.playtime > 0 || day.counters.values().any(|amount| *amount != 0.0)
}

/// Returns an answer of the API as the original has it in Redis: what only we know is left out, unless there is
/// something to tell.
fn json(answer: &impl Serialize) -> RecordValue {
    let mut value = serde_json::to_value(answer).unwrap_or_default();
    if let Value::Object(fields) = &mut value {
        fields.remove("online");
        let counters = fields.get("counters").and_then(Value::as_object);
        let is_zero = |amount: &Value| amount.as_f64() == Some(0.0);
        if counters.is_some_and(|counters| counters.values().all(is_zero)) {
            fields.remove("counters");
        }
    }
    RecordValue::Text(value.to_string())
}

#[cfg(test)]
mod tests;
