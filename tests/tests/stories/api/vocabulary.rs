//! Every key that an answer of the API may have, and a walk through answers that finds others.

use std::collections::BTreeMap;

use oxeye_tests::backend::Oxeye;
use oxeye_tests::raw::Request;
use serde_json::Value;

/// The kind of value under a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
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
pub(super) const VOCABULARY: &[(&str, Kind)] = &[
    ("about", Object),
    ("active_player_count", Number),
    ("active_session_count", Number),
    ("activity_left_out_count", Number),
    ("added_at", Time),
    ("added_count", Number),
    ("address", Text),
    ("allowed", Text),
    ("answered_at", Time),
    ("at", Time),
    ("average_count", Number),
    ("average_session_secs", Number),
    ("changed_count", Number),
    ("closed_session_count", Number),
    ("closed_sessions", List),
    ("code", Text),
    ("commit_count", Number),
    ("confirmed_by_user_id", Digits),
    ("continued_count", Number),
    ("day_count", Number),
    ("discord", Text),
    ("done", Bool),
    ("down_secs", Number),
    ("edition", Text),
    ("ended", Text),
    ("evidence_at", Time),
    ("expires_at", Time),
    ("exported_at", Time),
    ("first_reported_at", Time),
    ("first_seen_at", Time),
    ("forgotten_sessions", List),
    ("found", Object),
    ("from_at", Time),
    ("gap_count", Number),
    ("gaps", List),
    ("guild_id", Digits),
    ("guild_limit", Number),
    ("guilds", List),
    ("has_plugin", Bool),
    ("heard_at", Time),
    ("hidden_since_at", Time),
    ("imported_playtime_count", Number),
    ("imported_secs", Number),
    ("joined_at", Time),
    ("kind", Text),
    ("known_by", Text),
    ("known_until_at", Time),
    ("last_commit_secs", Number),
    ("last_days_secs", Number),
    ("last_reported_at", Time),
    ("last_seen_at", Time),
    ("last_seen_count", Number),
    ("last_seen_players", List),
    ("left_at", Time),
    ("limited_servers", List),
    ("linked_at", Time),
    ("longest_session_secs", Number),
    ("max_players", Number),
    ("message", Text),
    ("month_secs", Number),
    ("motd", Text),
    ("names_everybody", Bool),
    ("next", Text),
    ("oldest_evidence_at", Time),
    ("online_count", Number),
    ("online_players", List),
    ("opened_sessions", List),
    ("outage_count", Number),
    ("outages", List),
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
    ("software", Text),
    ("stale_server_count", Number),
    ("stale_session_count", Number),
    ("state", Text),
    ("state_since_at", Time),
    ("status", Text),
    ("step", Text),
    ("step_secs", Number),
    ("steps", List),
    ("store_ok", Bool),
    ("time_zone", Text),
    ("to_at", Time),
    ("today_secs", Number),
    ("total_limit", Number),
    ("total_secs", Number),
    ("type", Text),
    ("unanswered", Text),
    ("unknown_secs", Number),
    ("up_percent", Number),
    ("up_secs", Number),
    ("user_id", Digits),
    ("uuid", Text),
    ("uuids", List),
    ("version", Text),
    ("warnings", List),
    ("watched", Text),
    ("watched_count", Number),
    ("watching", Object),
    ("week_secs", Number),
    ("weekdays", List),
    ("window_secs", Number),
    ("wiped", Bool),
    ("write_count", Number),
    ("writer", Object),
];

/// The keys of the answers about activity, which are those of the original design. A time there is a text without a
/// zone, and `details` are a plugin's own.
pub(super) const ACTIVITY_VOCABULARY: &[(&str, Kind)] = &[
    ("actions", Number),
    ("actions_count", Number),
    ("all_sectors", List),
    ("amount", Number),
    ("combat_events", Number),
    ("counter", Text),
    ("counters", Object),
    ("date", Text),
    ("details", Object),
    ("event_type", Text),
    ("events", List),
    ("first_date", Text),
    ("guild_id", Digits),
    ("last_activity_at", Text),
    ("last_date", Text),
    ("last_updated", Text),
    ("login_at", Text),
    ("online", Bool),
    ("online_count", Number),
    ("player", Text),
    ("player_count", Number),
    ("player_id", Text),
    ("players", List),
    ("playtime_seconds", Number),
    ("sectors_visited", List),
    ("session", Object),
    ("sessions", Number),
    ("summary", Object),
    ("timestamp", Text),
    ("today", Object),
    ("total_actions", Number),
    ("total_combat_events", Number),
    ("total_playtime_seconds", Number),
    ("total_sessions", Number),
    ("total_trade_volume", Number),
    ("total_trades", Number),
    ("trade_volume", Number),
    ("trades", Number),
    ("trades_count", Number),
    ("unique_sectors_visited", Number),
];

/// Keys under which others choose the keys.
const OPEN: &[&str] = &["counters", "details"];

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
#[derive(Debug)]
pub(super) struct Met {
    vocabulary: &'static [(&'static str, Kind)],
    keys: BTreeMap<String, usize>,
    requests: Vec<Request>,
}

impl Met {
    pub(super) fn new(vocabulary: &'static [(&'static str, Kind)]) -> Self {
        Self {
            vocabulary,
            keys: BTreeMap::new(),
            requests: Vec::new(),
        }
    }

    /// Returns the requests that were sent.
    pub(super) fn requests(&self) -> &[Request] {
        &self.requests
    }

    pub(super) fn walk(&mut self, place: &str, value: &Value) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| self.walk(place, value)),
            Value::Object(fields) => {
                for (key, value) in fields {
                    let known = self.vocabulary.iter().find(|(known, _)| known == key);
                    let Some((_, kind)) = known else {
                        panic!("{place}: {key:?} is not in the vocabulary: {value}");
                    };
                    assert!(
                        is_of(*kind, value),
                        "{place}: {key} is not a {kind:?}: {value}"
                    );
                    *self.keys.entry(key.clone()).or_default() += usize::from(!value.is_null());
                    if !OPEN.contains(&key.as_str()) {
                        self.walk(place, value);
                    }
                }
            }
            _ => {}
        }
    }

    pub(super) async fn ask(&mut self, oxeye: &Oxeye, request: Request) -> Value {
        let asked = format!("{request:?}");
        self.requests.push(request.clone());
        let answer = oxeye.operator(request).await;
        assert!((200..300).contains(&answer.status), "{asked}: {answer}");
        let value = answer.json();
        self.walk(&asked, &value);
        value
    }

    pub(super) async fn get(&mut self, oxeye: &Oxeye, path: &str) -> Value {
        self.ask(oxeye, Request::get(path)).await
    }

    /// Checks that an answer had a value under each key.
    pub(super) fn has_met_everything(&self) {
        for (key, _) in self.vocabulary {
            let times = self.keys.get(*key).copied();
            assert!(
                times > Some(0),
                "no answer has a value under {key}: {times:?}"
            );
        }
    }
}
