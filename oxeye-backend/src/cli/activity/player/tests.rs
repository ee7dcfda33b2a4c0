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
