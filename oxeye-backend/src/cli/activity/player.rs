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
mod tests {
    use oxeye_text::Locale;
    use serde_json::json;

    use super::*;

    const ENGLISH: Text = Text::of(Locale::English);
    const GERMAN: Text = Text::of(Locale::German);

    /// 2026-11-28, 12:00 UTC.
    const NOON: UnixSeconds = UnixSeconds(1_795_867_200);

    fn overview(changes: &[(&str, Value)]) -> ActivityOverview {
        let mut overview = json!({"guild_id": "0", "player": "jeb_",
        "session": {"player_id": "jeb_", "login_at": "2026-11-28T10:55:00", "last_activity_at": null,
            "actions_count": 3, "trades_count": 2, "trade_volume": 150.5, "combat_events": 0,
            "sectors_visited": ["12"], "online": true, "counters": {"deaths": 1, "quests": 0}},
        "today": {"player_id": "jeb_", "date": "2026-11-28", "sessions": 1, "playtime_seconds": 3900.0,
            "actions": 3, "trades": 2, "trade_volume": 150.5, "combat_events": 0,
            "counters": {"deaths": 1, "quests": 0}},
        "summary": {"player_id": "jeb_", "total_sessions": 12, "total_playtime_seconds": 90_000.0,
            "total_actions": 1_200, "total_trades": 2, "total_trade_volume": 150.5,
            "total_combat_events": 0, "unique_sectors_visited": 5, "last_updated": "2026-11-28T12:00:00",
            "counters": {"deaths": 3, "quests": 7, "kills": 0}},
        "events": [
            {"event_type": "trade_buy", "timestamp": "2026-11-28T11:58:00", "details": {"total_value": 150.5}},
            {"event_type": "mod:ritual", "timestamp": "2026-11-28T11:00:00", "details": {"a": "b\u{1b}[2J"}},
            {"event_type": "login", "timestamp": "2026-11-28T10:55:00", "details": {}},
            {"event_type": "logout", "timestamp": "2026-11-26T12:00:00", "details": {"duration_seconds": 7500.0}},
        ]});
        for (pointer, value) in changes {
            *overview.pointer_mut(pointer).unwrap() = value.clone();
        }
        // As in an answer: raw values cannot be read from a value in memory.
        serde_json::from_str(&overview.to_string()).unwrap()
    }

    #[test]
    fn what_a_player_did_is_shown_in_words() {
        assert_eq!(
            page(ENGLISH, &overview(&[]), NOON),
            "jeb_: online for 1h\n\n\
             \u{20}                this session  today  last 30 days\n\
             sessions                           1            12\n\
             playtime                       1h 5m         1d 1h\n\
             actions                     3      3         1,200\n\
             trades                      2      2             2\n\
             trade volume            150.5  150.5         150.5\n\
             deaths                      1      1             3\n\
             quests                      0      0             7\n\
             sectors visited             1                    5\n\
             Days end at midnight UTC.\n\n\
             Newest events:\n\
             2m ago  bought something (total_value: 150.5)\n\
             1h ago  mod:ritual (a: b\u{FFFD}[2J)\n\
             1h ago  joined\n\
             2d ago  left (2h 5m)"
        );
    }

    #[test]
    fn what_a_player_did_is_shown_in_german() {
        let away = overview(&[
            ("/session/login_at", Value::Null),
            ("/session/online", json!(false)),
        ]);

        assert_eq!(
            page(GERMAN, &away, NOON),
            "jeb_: nicht online, zuletzt aktiv vor 0 Sekunden\n\n\
             \u{20}                          heute  letzte 30 Tage\n\
             Sitzungen                      1              12\n\
             Spielzeit          1 Std. 5 Min.    1 Tag 1 Std.\n\
             Aktionen                       3           1.200\n\
             Geschäfte                      2               2\n\
             Handelsvolumen             150,5           150,5\n\
             Tode                           1               3\n\
             quests                         0               7\n\
             besuchte Sektoren                              5\n\
             Tage enden um Mitternacht UTC.\n\n\
             Neueste Ereignisse:\n\
             vor 2 Minuten  etwas gekauft (total_value: 150.5)\n\
             \u{20}vor 1 Stunde  mod:ritual (a: b\u{FFFD}[2J)\n\
             \u{20}vor 1 Stunde  gekommen\n\
             \u{20} vor 2 Tagen  gegangen (2 Std. 5 Min.)"
        );
    }

    #[test]
    fn a_player_who_did_nothing_lately_is_not_shown_as_a_table_of_zeros() {
        let nothing = overview(&[
            ("/session/login_at", Value::Null),
            ("/session/online", json!(false)),
            ("/summary/last_updated", Value::Null),
            ("/events", json!([])),
        ]);

        assert_eq!(
            page(ENGLISH, &nothing, NOON),
            "jeb_: not online\n\nNothing in the last 30 days."
        );
    }
}
