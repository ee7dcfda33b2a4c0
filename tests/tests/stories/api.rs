//! The vocabulary of `/api`: every key of every JSON answer, and the kind of its value.

use std::collections::BTreeMap;

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::raw::Request;
use serde_json::{Value, json};

/// The kind of value under a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A string of digits.
    Digits,
    /// Any other string.
    Text,
    /// A whole number of seconds since 1970.
    Time,
    /// A number, whole or not.
    Number,
    Bool,
    List,
    Object,
}

use Kind::{Bool, Digits, List, Number, Object, Text, Time};

/// Every key of every answer, in alphabetical order. Each value may also be `null`.
const VOCABULARY: &[(&str, Kind)] = &[
    ("active_player_count", Number),
    ("active_session_count", Number),
    ("added_count", Number),
    ("at", Time),
    ("average_count", Number),
    ("average_session_secs", Number),
    ("changed_count", Number),
    ("closed_session_count", Number),
    ("closed_sessions", List),
    ("code", Text),
    ("commit_count", Number),
    ("continued_count", Number),
    ("day_count", Number),
    ("discord", Text),
    ("done", Bool),
    ("ended", Text),
    ("evidence_at", Time),
    ("expires_at", Time),
    ("exported_at", Time),
    ("first_reported_at", Time),
    ("first_seen_at", Time),
    ("forgotten_sessions", List),
    ("from_at", Time),
    ("guild_id", Digits),
    ("guilds", List),
    ("heard_at", Time),
    ("imported_playtime_count", Number),
    ("imported_secs", Number),
    ("joined_at", Time),
    ("kind", Text),
    ("known_until_at", Time),
    ("last_commit_secs", Number),
    ("last_days_secs", Number),
    ("last_reported_at", Time),
    ("last_seen_at", Time),
    ("last_seen_count", Number),
    ("last_seen_players", List),
    ("left_at", Time),
    ("limited_servers", List),
    ("longest_session_secs", Number),
    ("message", Text),
    ("month_secs", Number),
    ("next", Text),
    ("oldest_evidence_at", Time),
    ("online_count", Number),
    ("online_players", List),
    ("opened_sessions", List),
    ("oxeye", Number),
    ("peak_count", Number),
    ("player", Text),
    ("player_count", Number),
    ("players", List),
    ("playtime", Object),
    ("playtime_secs", Number),
    ("previous_server", Text),
    ("queue_limit", Number),
    ("queued_count", Number),
    ("range", Text),
    ("refused_count", Number),
    ("reported_count", Number),
    ("seen_at", Time),
    ("server", Text),
    ("server_count", Number),
    ("servers", List),
    ("session_count", Number),
    ("sessions", List),
    ("setting", Text),
    ("since_at", Time),
    ("skipped_count", Number),
    ("slowest_commit_secs", Number),
    ("stale_server_count", Number),
    ("stale_session_count", Number),
    ("state", Text),
    ("status", Text),
    ("step", Text),
    ("step_secs", Number),
    ("steps", List),
    ("store_ok", Bool),
    ("time_zone", Text),
    ("to_at", Time),
    ("today_secs", Number),
    ("total_secs", Number),
    ("type", Text),
    ("uuid", Text),
    ("uuids", List),
    ("warnings", List),
    ("week_secs", Number),
    ("weekdays", List),
    ("window_secs", Number),
    ("wiped", Bool),
    ("write_count", Number),
    ("writer", Object),
];

fn is_of(kind: Kind, value: &Value) -> bool {
    match (kind, value) {
        (Digits, Value::String(text)) => text.bytes().all(|byte| byte.is_ascii_digit()),
        (Time, Value::Number(number)) => number.is_u64(),
        (Text, Value::String(_))
        | (Number, Value::Number(_))
        | (Bool, Value::Bool(_))
        | (List, Value::Array(_))
        | (Object, Value::Object(_)) => true,
        _ => value.is_null(),
    }
}

/// The keys found in answers, and how often each was not `null`.
#[derive(Debug, Default)]
struct Met(BTreeMap<String, usize>);

impl Met {
    fn walk(&mut self, place: &str, value: &Value) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| self.walk(place, value)),
            Value::Object(fields) => {
                for (key, value) in fields {
                    let known = VOCABULARY.iter().find(|(known, _)| known == key);
                    let Some((_, kind)) = known else {
                        panic!("{place}: {key:?} is not in the vocabulary: {value}");
                    };
                    assert!(
                        is_of(*kind, value),
                        "{place}: {key} is not a {kind:?}: {value}"
                    );
                    *self.0.entry(key.clone()).or_default() += usize::from(!value.is_null());
                    self.walk(place, value);
                }
            }
            _ => {}
        }
    }

    async fn ask(&mut self, oxeye: &Oxeye, request: Request) -> Value {
        let asked = format!("{request:?}");
        let answer = oxeye.operator(request).await;
        assert!((200..300).contains(&answer.status), "{asked}: {answer}");
        let value = answer.json();
        self.walk(&asked, &value);
        value
    }

    async fn get(&mut self, oxeye: &Oxeye, path: &str) -> Value {
        self.ask(oxeye, Request::get(path)).await
    }
}

#[test]
fn the_ending_of_a_key_says_what_it_holds() {
    for (key, kind) in VOCABULARY {
        let snake = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
        assert!(key.bytes().all(snake), "{key}");
        let said = match key {
            key if key.ends_with("_at") => Time,
            key if key.ends_with("_secs") || key.ends_with("_count") => Number,
            _ => continue,
        };
        assert_eq!(*kind, said, "{key}");
    }
    assert!(VOCABULARY.is_sorted_by_key(|(key, _)| *key));
}

const SURVIVAL: &str = "/api/servers/0/survival";

/// Links two servers: one with a past, and one that has reported only how many are on.
async fn two_servers() -> Oxeye {
    let setup = Setup::new().set("MAX_NEW_PLAYERS_PER_HOUR", "3");
    let oxeye = setup.start().await;
    let survival = oxeye.linked("survival").await;
    survival.syncs(&["Alex", "Steve"]).await;
    survival.leaves("Steve").await;
    let account = json!({"player": "Alex", "uuid": "853c80ef3c3749fdaa49938b674adae6"});
    survival.ask(Request::post("/join").json(&account)).await;
    survival.joins("jeb_").await;
    let refused = survival.ask(Request::post("/join").json(&json!({"player": "Eve"})));
    assert_eq!(refused.await.status, 429);
    let creative = oxeye.linked("creative").await;
    let beat = json!({"players": 7, "heartbeat_secs": 15});
    creative.ask(Request::post("/heartbeat").json(&beat)).await;
    oxeye
}

/// Sends every request that changes nothing.
async fn ask_everything(oxeye: &Oxeye, met: &mut Met) {
    for path in [
        "/api/servers",
        "/api/servers?all=true",
        "/api/servers/0/creative/status",
        "/api/occupancy",
        "/api/guilds/0/occupancy",
        "/api/guilds/0/leaderboard?range=all",
        "/api/health",
        "/api/analytics/session-health?details=true",
        "/api/analytics/recover-sessions",
    ] {
        met.get(oxeye, path).await;
    }
    for path in [
        "status",
        "players?limit=1",
        "players/Alex",
        "players/Alex/sessions",
        "players/Steve/sessions",
        "leaderboard",
        "online",
        "headcount",
        "headcount?step=day",
        "busiest",
    ] {
        met.get(oxeye, &format!("{SURVIVAL}/{path}")).await;
    }
    let export = oxeye.command(&["export"]).await;
    for line in export.out.lines() {
        met.walk("an export", &serde_json::from_str(line).expect("JSON"));
    }
}

/// Sends every request that changes something, the removal last.
async fn change_everything(oxeye: &Oxeye, met: &mut Met) {
    let post = |path: &str, body: Value| Request::post(path).json(&body);
    let link = post("/api/links", json!({"server": "skyblock", "guild_id": "7"}));
    met.ask(oxeye, link).await;
    let playtime = json!({"players": [{"player": "Alex", "playtime_secs": 60}]});
    let import = post(&format!("{SURVIVAL}/imported-playtime"), playtime);
    met.ask(oxeye, import).await;
    let lines = "{\"oxeye\":3,\"exported_at\":1}\n";
    met.ask(oxeye, Request::post("/api/import").body(lines))
        .await;
    for path in [
        "/api/analytics/session-health",
        "/api/analytics/recover-sessions",
    ] {
        met.ask(oxeye, Request::post(path)).await;
    }
    met.ask(oxeye, Request::new("DELETE", "/api/players/Steve"))
        .await;
    let rename = post(&format!("{SURVIVAL}/rename"), json!({"server": "main"}));
    met.ask(oxeye, rename).await;
    met.ask(oxeye, Request::new("DELETE", "/api/servers/0/main"))
        .await;
    met.ask(oxeye, Request::post("/api/servers/0/main/remove"))
        .await;
}

#[tokio::test]
async fn every_answer_of_the_api_speaks_one_vocabulary() {
    let oxeye = two_servers().await;
    let mut met = Met::default();

    ask_everything(&oxeye, &mut met).await;
    change_everything(&oxeye, &mut met).await;

    for (key, _) in VOCABULARY {
        let times = met.0.get(*key).copied();
        assert!(
            times > Some(0),
            "no answer has a value under {key}: {times:?}"
        );
    }
}

#[tokio::test]
async fn the_error_for_an_unknown_guild_or_server_lists_those_that_exist() {
    let oxeye = Oxeye::start().await;
    oxeye.linked("survival").await;

    for path in [
        "/api/guilds/7/leaderboard",
        "/api/guilds/7/occupancy",
        "/api/servers/7/survival/status",
    ] {
        let answer = oxeye.operator(Request::get(path)).await;
        assert_eq!(answer.status, 404, "{path}: {answer}");
        let sentence = answer.error();
        assert!(
            sentence.ends_with("guilds with servers are: 0."),
            "{sentence}"
        );
    }
    let path = "/api/servers/0/creative/status";
    let answer = oxeye.operator(Request::get(path)).await;
    assert_eq!(answer.status, 404, "{answer}");
    let sentence = answer.error();
    assert!(
        sentence.ends_with("its servers are: survival."),
        "{sentence}"
    );
}

#[tokio::test]
async fn scripts_get_a_list_whether_there_is_one_server_or_two() {
    let oxeye = Oxeye::start().await;
    let list = async |arguments: &[&str]| {
        let printed = oxeye.command(arguments).await;
        let json: Value = serde_json::from_str(&printed.out).expect("JSON");
        json.as_array().expect("a list").len()
    };
    assert_eq!(list(&["status", "--json"]).await, 0);

    for servers in 1..=2 {
        let name = format!("server {servers}");
        oxeye.linked(&name).await.syncs(&["Alex"]).await;
        assert_eq!(list(&["status", "--json"]).await, servers);
        assert_eq!(list(&["status", &name, "--json"]).await, 1);
        assert_eq!(list(&["player", "Alex", "--json"]).await, servers);
        let of_one = ["sessions", "Alex", "--server", &name, "--json"];
        assert_eq!(list(&of_one).await, 1);
    }
}
