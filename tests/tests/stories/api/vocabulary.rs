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
    /// Several of these, in different places.
    Various,
}

use Kind::{Bool, Digits, List, Number, Object, Text, Time, Various};

/// Every key of every answer, in alphabetical order. Each value may also be `null`.
pub(super) const VOCABULARY: &[(&str, Kind)] = &[
    ("about", Object),
    ("activity_left_out_count", Number),
    ("added_at", Time),
    ("added_count", Number),
    ("address", Text),
    ("answered_at", Time),
    ("application_id", Digits),
    ("artist", Text),
    ("artists", List),
    ("at", Time),
    ("average_count", Number),
    ("average_session_secs", Number),
    ("changed_count", Number),
    ("channel", Text),
    ("channel_id", Digits),
    ("code", Text),
    ("confirmed_by_user_id", Digits),
    ("day_count", Number),
    ("down_secs", Number),
    ("edition", Text),
    ("ended", Text),
    ("ended_at", Time),
    ("expires_at", Time),
    ("exported_at", Time),
    ("figures", List),
    ("first_reported_at", Time),
    ("first_seen_at", Time),
    ("found", Object),
    ("from_at", Time),
    ("game", Text),
    ("games", List),
    ("gap_count", Number),
    ("gap_secs", Number),
    ("gaps", List),
    ("guild_id", Digits),
    ("guilds", List),
    ("has_camera", Bool),
    ("has_plugin", Bool),
    ("heard_at", Time),
    ("hidden_since_at", Time),
    ("imported_playtime_count", Number),
    ("imported_secs", Number),
    ("in_voice_count", Number),
    ("is_estimated", Bool),
    ("joined_at", Time),
    ("kind", Text),
    ("kinds", List),
    ("known_by", Text),
    ("known_until_at", Time),
    ("last_days_secs", Number),
    ("last_reported_at", Time),
    ("last_seen_at", Time),
    ("last_seen_count", Number),
    ("last_seen_players", List),
    ("left_at", Time),
    ("linked_at", Time),
    ("longest_session_secs", Number),
    ("max_players", Number),
    ("member_count", Number),
    ("members", List),
    ("month_secs", Number),
    ("motd", Text),
    ("names_everybody", Bool),
    ("next", Text),
    ("online_count", Number),
    ("online_players", List),
    ("outage_count", Number),
    ("outages", List),
    ("oxeye", Number),
    ("peak_count", Number),
    ("played_together", List),
    ("player", Text),
    ("player_count", Number),
    ("players", List),
    ("playtime", Object),
    ("playtime_secs", Number),
    ("previous_server", Text),
    ("range", Text),
    ("reported_count", Number),
    ("seen_at", Time),
    ("server", Text),
    ("server_count", Number),
    ("servers", List),
    ("session_count", Number),
    ("sessions", List),
    ("shares_screen", Bool),
    ("since_at", Time),
    ("skipped_count", Number),
    ("software", Text),
    ("started_at", Time),
    ("state", Text),
    ("state_since_at", Time),
    ("step", Text),
    ("step_secs", Number),
    ("steps", List),
    ("time_zone", Text),
    ("title", Text),
    ("to_at", Time),
    ("today_secs", Number),
    ("tops", List),
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
    ("watched", Text),
    ("week_secs", Number),
    ("weekdays", List),
    ("window_secs", Number),
    ("wiped", Bool),
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

/// The keys of the answers about members under `/api/analytics`, and of `/api/health`: those of the original design, and
/// ours beside them. The same key can have values of several kinds there.
pub(super) const ANALYTICS_VOCABULARY: &[(&str, Kind)] = &[
    ("achievements", List),
    ("achievementsEarned", Number),
    ("active", Object),
    ("activeSessions", Various),
    ("activeUserDetails", List),
    ("activeUsers", Number),
    ("active_player_count", Number),
    ("active_session_count", Number),
    ("activities", List),
    ("activityPatterns", Object),
    ("album", Text),
    ("allowed", Text),
    ("analytics_active_users", Number),
    ("analytics_db", Text),
    ("analytics_sessions", Number),
    ("analytics_validation", Text),
    ("application_id", Digits),
    ("artist", Text),
    ("artistsListened", Number),
    ("avg_minutes", Number),
    ("cameras", Number),
    ("channel_id", Digits),
    ("channel_name", Text),
    ("closed_session_count", Number),
    ("closed_sessions", List),
    ("commit_count", Number),
    ("continued_count", Number),
    ("couldRecoverGame", Bool),
    ("couldRecoverSpotify", Bool),
    ("couldRecoverVoice", Bool),
    ("created_at", Text),
    ("currentGame", Text),
    ("currentSpotify", Object),
    ("dailyActivity", List),
    ("dailySnapshots", List),
    ("data", Object),
    ("dateRange", Object),
    ("details", Various),
    ("discord", Text),
    ("discord_gateway", Text),
    ("discord_stats", Text),
    ("displayName", Text),
    ("done", Bool),
    ("duration_minutes", Number),
    ("duration_secs", Number),
    ("endDate", Text),
    ("end_time", Text),
    ("endedSessions", Number),
    ("evidence_at", Time),
    ("exportedAt", Text),
    ("files", Object),
    ("first_played", Text),
    ("forgotten_sessions", List),
    ("format", Text),
    ("gameSessionId", Number),
    ("gameSessions", List),
    ("game_name", Text),
    ("game_sessions", Various),
    ("game_sessions.csv", Text),
    ("games", Various),
    ("gamesPlayed", Number),
    ("gap_secs", Number),
    ("guild_id", Digits),
    ("guild_limit", Number),
    ("heard_at", Time),
    ("hourlyActivity", List),
    ("id", Various),
    ("isInVoice", Bool),
    ("isStreaming", Bool),
    ("last_commit_secs", Number),
    ("last_played", Text),
    ("last_updated", Text),
    ("limited_servers", List),
    ("member_count", Number),
    ("message", Text),
    ("metadata", Object),
    ("name", Text),
    ("oldest_evidence_at", Time),
    ("onlineMembers", Number),
    ("opened_sessions", List),
    ("play_count", Number),
    ("plays_count", Number),
    ("potentialGameSessions", Number),
    ("potentialSessions", List),
    ("potentialSpotifySessions", Number),
    ("potentialVoiceSessions", Number),
    ("progressUpdated", Bool),
    ("queue_limit", Number),
    ("queued_count", Number),
    ("recentSessions", List),
    ("recoveredSessions", Number),
    ("refused_count", Number),
    ("results", Object),
    ("screenShares", Number),
    ("screen_share_minutes", Number),
    ("screen_share_secs", Number),
    ("server", Text),
    ("server_count", Number),
    ("servers", List),
    ("services", Object),
    ("session_count", Number),
    ("session_recovery", Text),
    ("setting", Text),
    ("since_at", Time),
    ("slowest_commit_secs", Number),
    ("spotify", Various),
    ("spotifyActivity", List),
    ("spotifySessionId", Number),
    ("spotify_sessions", Various),
    ("spotify_sessions.csv", Text),
    ("stale", Object),
    ("staleSessions", Object),
    ("staleSessionsCleaned", Bool),
    ("staleThresholdMinutes", Number),
    ("stale_server_count", Number),
    ("stale_session_count", Number),
    ("startDate", Text),
    ("start_time", Text),
    ("state", Text),
    ("status", Text),
    ("store_ok", Bool),
    ("stream_name", Text),
    ("streaming", Bool),
    ("streaming_sessions", Various),
    ("streaming_sessions.csv", Text),
    ("streams", Various),
    ("success", Bool),
    ("summary", Object),
    ("tableRecordCounts", Object),
    ("tables", List),
    ("timeRange", Text),
    ("timestamp", Text),
    ("topTracks", List),
    ("total", Number),
    ("totalGameTime", Number),
    ("totalMembers", Number),
    ("totalOnlineTime", Number),
    ("totalRecords", Number),
    ("totalScreenShareTime", Number),
    ("totalSongsPlayed", Number),
    ("totalVoiceTime", Number),
    ("total_limit", Number),
    ("total_minutes", Number),
    ("total_secs", Number),
    ("totals", Object),
    ("track", Text),
    ("track_id", Text),
    ("track_name", Text),
    ("type", Various),
    ("unique_tracks", Number),
    ("uptime", Number),
    ("url", Text),
    ("userId", Digits),
    ("user_id", Digits),
    ("validationPerformed", Bool),
    ("version", Text),
    ("voice", Various),
    ("voiceActivity", List),
    ("voiceChannel", Object),
    ("voiceChannelsUsed", Number),
    ("voiceSessionId", Number),
    ("voice_sessions", Various),
    ("voice_sessions.csv", Text),
    ("warnings", List),
    ("watched_count", Number),
    ("watching", Object),
    ("write_count", Number),
    ("writer", Object),
];

/// Keys under which others choose the keys, in the answers about activity.
pub(super) const OPEN: &[&str] = &["counters", "details"];

fn is_of(kind: Kind, value: &Value) -> bool {
    match (kind, value) {
        (Digits, Value::String(text)) => text.bytes().all(|byte| byte.is_ascii_digit()),
        (Time, Value::Number(number)) => number.is_u64(),
        (Text, Value::String(_))
        | (Number, Value::Number(_))
        | (Bool, Value::Bool(_))
        | (List, Value::Array(_))
        | (Object, Value::Object(_))
        | (Various, _) => true,
        _ => value.is_null(),
    }
}

/// The keys found in answers, and how often each was not `null`.
#[derive(Debug)]
pub(super) struct Met {
    vocabulary: &'static [(&'static str, Kind)],
    /// Keys under which others choose the keys.
    open: &'static [&'static str],
    keys: BTreeMap<String, usize>,
    requests: Vec<Request>,
}

impl Met {
    pub(super) fn new(
        vocabulary: &'static [(&'static str, Kind)],
        open: &'static [&'static str],
    ) -> Self {
        Self {
            vocabulary,
            open,
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
                    if !self.open.contains(&key.as_str()) {
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
