//! The health of the whole installation, for operators and their monitoring.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use oxeye_db::{LimitedServer, LinkState, SessionHealth, UnixSeconds};

use super::health::{Both, STALE_AFTER, unavailable};
use crate::api_messages::analytics::services::Services;
use crate::api_messages::health::{
    AllowedWord, HealthReport, HealthWord, LimitedLine, WatchingLine,
};
use crate::api_messages::refusal::{ErrorAnswer, Refusal};
use crate::api_messages::warning::{Warning, WarningLine};
use crate::http::app::{App, DiscordReport};
use crate::http::authentication::Reader;
use crate::http::error::json_response;
use crate::http::health::DISCORD_OFF;
use crate::http::readiness::NotReady;
use crate::memory_use::memory_use;
use crate::redis_mirror::MirrorState;

/// The number of stale sessions above which we warn.
const STALE_SESSIONS_TOLERATED: usize = 5;

/// The error while the file of members' sessions cannot be written.
const PRESENCE_FAILS: &str = "Oxeye cannot write what Discord members do, in the file of presence beside its store; its operator can find in the log what to do.";

/// `GET /api/health`: reports the health of the whole installation and what an operator should look at; 503 while something
/// is lost, with the same report: events of servers are refused, or what members do cannot be written.
pub(crate) async fn health(State(app): State<Arc<App>>, _: Reader) -> Response {
    let now = app.now();
    let not_ready = app.readiness.of(&app.database).await.err();
    let store_ok = not_ready.is_none();
    let presence = app.database.presence_writer_load();
    let presence_ok = presence.is_none_or(|writer| !writer.is_failing);
    let discord = (app.discord)();
    let sessions = app.database.session_health(now);
    let servers = app.database.all_servers(now);
    let limited = app.database.limited_servers(now);
    let watching = app.watching.report();
    let mut warnings = warnings(store_ok, &discord, &sessions, &limited);
    if !presence_ok {
        warnings.push(Warning::PresenceNotWritable);
    }
    warnings.extend(other_warnings(&app, &watching, now));
    let is_ready = discord.up && discord.words != DISCORD_OFF;
    let members = app.database.presence().health(STALE_AFTER, now);
    let uptime = app.started.elapsed();
    let files_ok = store_ok && presence_ok;
    let services = Services::new(is_ready, files_ok, members, uptime, memory_use(), now);
    let report = HealthReport {
        status: match (files_ok, warnings.is_empty()) {
            (false, _) => HealthWord::Failing,
            (true, false) => HealthWord::Warning,
            (true, true) => HealthWord::Ok,
        },
        warnings: warnings.into_iter().map(WarningLine::from).collect(),
        store_ok,
        discord: discord.words,
        skipped_activity_count: discord.skipped_activities,
        skipped_session_count: members.over_quota,
        redis: app.redis_mirror.as_ref().map(MirrorState::words),
        server_count: servers
            .iter()
            .filter(|server| server.state != LinkState::Disconnected)
            .count(),
        active_session_count: sessions.active,
        watching,
        limited_servers: limited.iter().map(LimitedLine::from).collect(),
    };
    let report = Both {
        players: report,
        members: services,
    };
    let answer = match failure(not_ready, presence_ok) {
        None => json_response(StatusCode::OK, &report),
        Some((error, refusal)) => unavailable(&Both {
            players: ErrorAnswer {
                error,
                details: None,
                refusal: Some(refusal),
            },
            members: report,
        }),
    };
    let headers = [(CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (headers, answer).into_response()
}

/// Returns why something is lost now, in words and as a code; `None` if nothing is.
fn failure(not_ready: Option<NotReady>, presence_ok: bool) -> Option<(String, Refusal)> {
    match not_ready {
        Some(why) => Some((why.sentence, Refusal::StoreNotWritable)),
        // No plugin keeps what members do until it can be written, as it does with what players do.
        None if !presence_ok => Some((PRESENCE_FAILS.to_owned(), Refusal::PresenceNotWritable)),
        None => None,
    }
}

/// Collects what an operator should look at beside the store, Discord and servers with too much to say.
fn other_warnings(app: &App, watching: &WatchingLine, now: UnixSeconds) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let activity = app.database.activity_writer_load();
    if activity.is_some_and(|writer| writer.is_failing) {
        warnings.push(Warning::ActivityNotWritable);
    }
    let unknown = app.database.unknown_servers_in_kinds(now);
    if !unknown.is_empty() {
        warnings.push(Warning::UnknownServersInKinds { servers: unknown });
    }
    let redis = app.redis_mirror.as_ref();
    if let Some(reason) = redis.and_then(MirrorState::trouble) {
        warnings.push(Warning::RedisMirrorFailing { reason });
    }
    if watching.allowed == AllowedWord::Off && watching.watched_count > 0 {
        let watched_count = watching.watched_count;
        warnings.push(Warning::WatchingOff { watched_count });
    }
    warnings
}

/// Collects what an operator should look at. A server that is refused for hours is misconfigured, or
/// hostile.
fn warnings(
    store_ok: bool,
    discord: &DiscordReport,
    sessions: &SessionHealth,
    limited: &[LimitedServer],
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if !store_ok {
        warnings.push(Warning::StoreNotWritable);
    }
    if !discord.up {
        let state = discord.words.clone();
        warnings.push(Warning::DiscordNotConnected { state });
    }
    if discord.lacks_presence_intent {
        warnings.push(Warning::PresenceIntentMissing);
    }
    if sessions.stale > STALE_SESSIONS_TOLERATED {
        let quiet = sessions
            .servers
            .iter()
            .filter(|server| server.state == LinkState::Quiet);
        warnings.push(Warning::StaleSessions {
            stale_session_count: sessions.stale,
            servers: quiet.map(|server| server.name.clone()).collect(),
        });
    }
    if 2 * sessions.writer.waiting > sessions.writer.limit {
        warnings.push(Warning::StoreQueueFilling);
    }
    warnings.extend(limited.iter().map(Warning::from));
    warnings
}
