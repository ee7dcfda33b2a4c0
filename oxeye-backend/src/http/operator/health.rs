//! The health of the sessions and of the whole installation, for operators and their monitoring.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use oxeye_db::{LimitedServer, LinkState, SessionHealth};
use serde::Deserialize;

use crate::api_messages::health::{
    AllowedWord, CleanUpOrder, CleanUpReport, HealthReport, HealthWord, LimitedLine,
    RecoveryReport, SessionHealthReport,
};
use crate::api_messages::warning::{Warning, WarningLine};
use crate::http::app::{App, DiscordReport};
use crate::http::authentication::{Operator, Reader};
use crate::http::body::OptionalJson;
use crate::http::error::{ApiError, RequestError, json_response};
use crate::redis_mirror::MirrorState;

/// The number of stale sessions above which we warn.
const STALE_SESSIONS_TOLERATED: usize = 5;

#[derive(Debug, Deserialize)]
pub(crate) struct Details {
    #[serde(default)]
    details: bool,
}

/// `GET /api/analytics/session-health[?details=true]`: reports the health of the sessions.
pub(crate) async fn session_health(
    State(app): State<Arc<App>>,
    _: Reader,
    details: Result<Query<Details>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(Details { details }) =
        details.map_err(|_| RequestError::BadUrl("details is true or false".to_owned()))?;
    let health = app.database.session_health(app.now());
    let report = SessionHealthReport::new(&health, details);
    Ok(json_response(StatusCode::OK, &report))
}

/// `POST /api/analytics/session-health`: closes the sessions of silent servers now and reports how many.
pub(crate) async fn clean_up(
    State(app): State<Arc<App>>,
    _: Operator,
    OptionalJson(order): OptionalJson<CleanUpOrder>,
) -> Result<Response, ApiError> {
    let now = app.now();
    let done = match order.unwrap_or_default().timeout() {
        Some(timeout) => app.database.close_sessions_silent_for(timeout, now).await?,
        None => app.database.close_stale_sessions(now).await?,
    };
    Ok(json_response(StatusCode::OK, &CleanUpReport::from(done)))
}

/// `GET /api/analytics/recover-sessions`: reports what a recovery would do.
pub(crate) async fn plan_recovery(
    State(app): State<Arc<App>>,
    _: Reader,
) -> Result<Response, ApiError> {
    let plan = app.database.plan_recovery(app.now()).await?;
    let report = RecoveryReport::new(&plan, false);
    Ok(json_response(StatusCode::OK, &report))
}

/// `POST /api/analytics/recover-sessions`: carries out a recovery.
pub(crate) async fn recover(
    State(app): State<Arc<App>>,
    _: Operator,
) -> Result<Response, ApiError> {
    let done = app.database.recover_sessions(app.now()).await?;
    let report = RecoveryReport::new(&done, true);
    Ok(json_response(StatusCode::OK, &report))
}

/// `GET /api/health`: reports the health of the whole installation and what an operator should look at.
pub(crate) async fn health(State(app): State<Arc<App>>, _: Reader) -> Response {
    let now = app.now();
    let store_ok = app.readiness.of(&app.database).await.is_ok();
    let discord = (app.discord)();
    let sessions = app.database.session_health(now);
    let servers = app.database.all_servers(now);
    let limited = app.database.limited_servers(now);
    let mut warnings = warnings(store_ok, &discord, &sessions, &limited);
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
    let watching = app.watching.report();
    if watching.allowed == AllowedWord::Off && watching.watched_count > 0 {
        let watched_count = watching.watched_count;
        warnings.push(Warning::WatchingOff { watched_count });
    }
    let report = HealthReport {
        status: match (store_ok, warnings.is_empty()) {
            (false, _) => HealthWord::Failing,
            (true, false) => HealthWord::Warning,
            (true, true) => HealthWord::Ok,
        },
        warnings: warnings.into_iter().map(WarningLine::from).collect(),
        store_ok,
        discord: discord.words,
        redis: redis.map(MirrorState::words),
        server_count: servers
            .iter()
            .filter(|server| server.state != LinkState::Disconnected)
            .count(),
        active_session_count: sessions.active,
        watching,
        limited_servers: limited.iter().map(LimitedLine::from).collect(),
    };
    json_response(StatusCode::OK, &report)
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
