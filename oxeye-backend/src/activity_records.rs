//! What players did, as records under keys: the names, the JSON and the lifetimes that the original design
//! (`player_activity_service`) has in Redis, so that its clients read them unchanged.
//!
//! A record exists only where there is something to tell. Its lifetime follows from the data: it begins with the
//! last change, as if the record had been written then.

mod keys;
mod listed;

use std::collections::BTreeSet;
use std::time::Duration;

use oxeye_db::activity::figures::DayFigures;
use oxeye_db::activity::players::PlayerActivity;
use oxeye_db::{Database, GuildId, StoreError};
use oxeye_plugin_proto::{PlayerName, UnixSeconds};
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
    let records = records_of_players(database, key.guild, vec![player.name], now).await?;
    Ok(records.into_iter().find(|record| record.key == *key))
}

/// Returns all records of some players of a guild.
pub(crate) async fn records_of_players(
    database: &Database,
    guild: GuildId,
    players: Vec<PlayerName>,
    now: UnixSeconds,
) -> Result<Vec<Record>, StoreError> {
    let known = database.activity_of_players(guild, players, now).await?;
    let records = known
        .into_iter()
        .flat_map(|activity| records_of(guild, activity, now));
    Ok(records.collect())
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
    } = activity;
    let id = player.id();
    let last_updated = summary.last_updated;
    let mut found: Vec<(Subject, RecordValue, UnixSeconds)> = Vec::new();
    if session.login_at.is_some() {
        let subject = Subject::Session(id.clone());
        let text = json(&ActivitySession::from(session));
        found.push((subject, text, now.plus(SESSION_LIFETIME)));
    }
    if let Some(newest) = events.first().map(|event| event.at) {
        let lines = events.into_iter().map(ActivityEventLine::from);
        let lines = lines.filter_map(|line| serde_json::to_string(&line).ok());
        let list = RecordValue::List(lines.collect());
        found.push((
            Subject::Events(id.clone()),
            list,
            newest.plus(EVENTS_LIFETIME),
        ));
    }
    if let Some(at) = last_updated {
        let text = json(&ActivitySummary::from(summary));
        found.push((
            Subject::Summary(id.clone()),
            text,
            at.plus(SUMMARY_LIFETIME),
        ));
    }
    for day in days.into_iter().filter(has_anything) {
        let subject = Subject::Daily(id.clone(), day.day);
        let over = day.day.span().to;
        let changed = last_updated.map_or(over, |at| at.min(over));
        let text = json(&ActivityDay::from(day));
        found.push((subject, text, changed.plus(DAILY_LIFETIME)));
    }
    let alive = found
        .into_iter()
        .filter(|(_, _, expires_at)| *expires_at > now);
    let records = alive.map(|(subject, value, expires_at)| Record {
        key: RecordKey { guild, subject },
        value,
        expires_at: Some(expires_at),
    });
    records.collect()
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
