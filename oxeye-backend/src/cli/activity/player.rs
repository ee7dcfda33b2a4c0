//! What one player did, as text: now, today, in the last 30 days, and the newest events.

use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;
use oxeye_text::{Text, cut, neutralise};
use serde_json::{Map, Value};

use crate::api_messages::activity::{
    ActivityEventLine, ActivityOverview, RankedDays, from_naive_utc,
};
use crate::terminal::columns;

/// UTF-16 units of an event's details that are shown.
const DETAILS_WIDTH: usize = 72;

/// Shows everything about a player.
pub(super) fn page(text: Text, overview: &ActivityOverview, now: UnixSeconds) -> String {
    let player = neutralise(overview.player.as_str());
    let heading = text.activity_heading(&player, &state(text, overview, now));
    let figures = match overview.summary.last_updated {
        Some(_) => format!(
            "{}\n{}",
            columns(&figures(text, overview), &[1, 2, 3]),
            text.days_end_in_utc()
        ),
        None => text.activity_nothing(RankedDays::MAX.0),
    };
    let mut parts = vec![heading, figures];
    if !overview.events.is_empty() {
        let events = overview.events.iter().map(|event| row_of(text, event, now));
        let events: Vec<_> = events.collect();
        parts.push(format!(
            "{}\n{}",
            text.newest_events(),
            columns(&events, &[0])
        ));
    }
    parts.join("\n\n")
}

fn state(text: Text, overview: &ActivityOverview, now: UnixSeconds) -> String {
    let at = |time: &Option<String>| from_naive_utc(time.as_deref()?);
    if let Some(since) = at(&overview.session.login_at) {
        return text.activity_online(&text.time_since(since, now));
    }
    match at(&overview.summary.last_updated) {
        Some(at) => text.activity_last(&text.time_since(at, now)),
        None => text.activity_offline(),
    }
}

/// Returns a row per figure: in the session, today, in the last 30 days. Without a session, its column is left out.
fn figures(text: Text, overview: &ActivityOverview) -> Vec<Vec<String>> {
    let (session, today, summary) = (&overview.session, &overview.today, &overview.summary);
    let nothing = String::new;
    let mut rows = vec![
        [
            nothing(),
            text.this_session(),
            text.today(),
            text.last_days(RankedDays::MAX.0),
        ],
        [
            text.sessions(),
            nothing(),
            text.amount(count(today.sessions)),
            text.amount(count(summary.total_sessions)),
        ],
        [
            text.playtime(),
            nothing(),
            long(text, today.playtime_seconds),
            long(text, summary.total_playtime_seconds),
        ],
    ];
    let counters = [session.amounts(), today.amounts(), summary.amounts()];
    for name in names(&counters) {
        let [session, today, summary] = counters.each_ref().map(|amounts| {
            let found = amounts.iter().find(|(counter, _)| *counter == name);
            text.amount(found.map_or(0.0, |(_, amount)| *amount))
        });
        let name = text.counter_name(&neutralise(name));
        rows.push([name, session, today, summary]);
    }
    if summary.unique_sectors_visited > 0 {
        rows.push([
            text.sectors_visited(),
            text.amount(count(session.sectors_visited.len() as u64)),
            nothing(),
            text.amount(count(summary.unique_sectors_visited as u64)),
        ]);
    }
    let shown = |[name, in_session, today, in_all]: [String; 4]| match session.online {
        true => vec![name, in_session, today, in_all],
        false => vec![name, today, in_all],
    };
    rows.into_iter().map(shown).collect()
}

/// Returns the names of the counters that are not 0 everywhere, each once.
fn names<'a>(counters: &[Vec<(&'a str, f64)>; 3]) -> Vec<&'a str> {
    let mut names = Vec::new();
    // The last 30 days know most counters.
    for (name, amount) in counters.iter().rev().flatten() {
        if *amount > 0.0 && !names.contains(name) {
            names.push(*name);
        }
    }
    names
}

fn row_of(text: Text, event: &ActivityEventLine, now: UnixSeconds) -> Vec<String> {
    let at = from_naive_utc(&event.timestamp).unwrap_or(now);
    let words = text.event_in_words(&neutralise(&event.event_type));
    let details = details(text, event);
    let words = if details.is_empty() {
        words
    } else {
        text.event_with_details(&words, &details)
    };
    vec![text.ago(&text.time_since(at, now)), words]
}

fn details(text: Text, event: &ActivityEventLine) -> String {
    let details: Map<String, Value> = serde_json::from_str(event.details.get()).unwrap_or_default();
    let shown = details
        .iter()
        .map(|(key, value)| match (key.as_str(), value) {
            ("duration_seconds", Value::Number(seconds)) => {
                long(text, seconds.as_f64().unwrap_or_default())
            }
            (key, Value::String(value)) => format!("{key}: {value}"),
            (key, value) => format!("{key}: {value}"),
        });
    let shown: Vec<_> = shown.collect();
    cut(&neutralise(&shown.join(", ")), DETAILS_WIDTH)
}

fn long(text: Text, seconds: f64) -> String {
    text.long_duration(Duration::try_from_secs_f64(seconds).unwrap_or_default())
}

#[expect(clippy::cast_precision_loss, reason = "no count comes near 2^53")]
fn count(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests;
