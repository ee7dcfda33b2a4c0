//! The health of the sessions and of the whole installation, for operators and their monitoring.

use std::num::NonZeroU32;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use oxeye_db::{LimitedServer, LinkState, SessionHealth, UnixSeconds};
use serde::{Deserialize, Serialize};

use super::parameters::{Parameters, as_text};
use crate::api_messages::analytics::counts::{MemberCleanUp, MemberSessionHealth};
use crate::api_messages::analytics::recovery::{
    GatewayNotReady, MembersRecovered, MembersToRecover,
};
use crate::api_messages::analytics::services::Services;
use crate::api_messages::health::{
    AllowedWord, CleanUpOrder, CleanUpReport, HealthReport, HealthWord, LimitedLine,
    RecoveryReport, SessionHealthReport,
};
use crate::api_messages::warning::{Warning, WarningLine};
use crate::http::app::{App, DiscordReport};
use crate::http::authentication::{Operator, Reader};
use crate::http::body::LenientJson;
use crate::http::error::{AlreadyLogged, ApiError, json_response};
use crate::http::health::DISCORD_OFF;
use crate::http::tokens::Holder;
use crate::redis_mirror::MirrorState;

/// The number of stale sessions above which we warn.
const STALE_SESSIONS_TOLERATED: usize = 5;

/// The same, as a time.
const STALE_AFTER: Duration = Duration::from_secs(60 * STALE_MINUTES.get() as u64);

/// When a session of a member counts as stale if `staleMinutes` is not given.
const STALE_MINUTES: NonZeroU32 = NonZeroU32::new(5).unwrap();

#[derive(Debug, Deserialize)]
pub(crate) struct SessionHealthParameters {
    #[serde(default, deserialize_with = "as_text")]
    details: Option<bool>,
    #[serde(default, rename = "staleMinutes", deserialize_with = "as_text")]
    stale_minutes: Option<StaleMinutes>,
}

/// Minutes after which a session is stale.
#[derive(Debug, Clone, Copy)]
struct StaleMinutes(NonZeroU32);

#[derive(Debug, thiserror::Error)]
#[error("staleMinutes is a whole number of minutes from 1 on")]
struct InvalidStaleMinutes;

impl FromStr for StaleMinutes {
    type Err = InvalidStaleMinutes;

    fn from_str(text: &str) -> Result<Self, InvalidStaleMinutes> {
        text.parse().map(Self).map_err(|_| InvalidStaleMinutes)
    }
}

/// An answer about the sessions of players, and of members beside it.
#[derive(Debug, Serialize)]
struct Both<P, M> {
    #[serde(flatten)]
    players: P,
    #[serde(flatten)]
    members: M,
}

fn both<P: Serialize, M: Serialize>(status: StatusCode, players: P, members: M) -> Response {
    json_response(status, &Both { players, members })
}

/// `GET /api/analytics/session-health[?details=true][&staleMinutes=]`: reports the health of the sessions. Only the
/// operator sees the details of members' sessions, which have the ids of their accounts.
pub(crate) async fn session_health(
    State(app): State<Arc<App>>,
    Reader(holder): Reader,
    Parameters(parameters): Parameters<SessionHealthParameters>,
) -> Response {
    let now = app.now();
    let with_details = parameters.details.unwrap_or_default();
    let minutes = parameters.stale_minutes;
    let minutes = minutes.map_or(STALE_MINUTES, |StaleMinutes(minutes)| minutes);
    let players = SessionHealthReport::new(&app.database.session_health(now), with_details);
    let presence = app.database.presence();
    let members = presence.health(Duration::from_secs(60 * u64::from(minutes.get())), now);
    let shows_members = with_details && holder == Holder::Operator;
    let open = shows_members.then(|| presence.open_sessions());
    let members = MemberSessionHealth::new(members, minutes, open.as_deref(), now);
    both(StatusCode::OK, players, members)
}

/// `POST /api/analytics/session-health`: closes the sessions of silent servers now, and those of members of which
/// nothing is heard, and reports how many.
pub(crate) async fn clean_up(
    State(app): State<Arc<App>>,
    _: Operator,
    LenientJson(order): LenientJson<CleanUpOrder>,
) -> Result<Response, ApiError> {
    let now = app.now();
    let timeout = order.timeout();
    let players = match timeout {
        Some(timeout) => app.database.close_sessions_silent_for(timeout, now).await?,
        None => app.database.close_stale_sessions(now).await?,
    };
    let presence = app.database.presence();
    let members = match timeout {
        Some(timeout) => presence.clean_up(timeout, now).await?,
        None => presence.checkpoint(now).await?,
    };
    let members = MemberCleanUp::new(members.open, members.stale, now);
    Ok(both(StatusCode::OK, CleanUpReport::from(players), members))
}

/// `GET /api/analytics/recover-sessions`: reports what a recovery would do.
pub(crate) async fn plan_recovery(
    State(app): State<Arc<App>>,
    _: Operator,
) -> Result<Response, ApiError> {
    let now = app.now();
    let plan = app.database.plan_recovery(now).await?;
    let players = RecoveryReport::new(&plan, false);
    if !(app.discord)().up {
        return Ok(without_gateway(players, now));
    }
    let presence = app.database.presence();
    let members = MembersToRecover::new(presence.users().len(), &presence.open_sessions(), now);
    Ok(both(StatusCode::OK, players, members))
}

/// `POST /api/analytics/recover-sessions`: carries out a recovery. That of players does not depend on Discord.
pub(crate) async fn recover(
    State(app): State<Arc<App>>,
    _: Operator,
) -> Result<Response, ApiError> {
    let now = app.now();
    let done = app.database.recover_sessions(now).await?;
    let players = RecoveryReport::new(&done, true);
    if !(app.discord)().up {
        return Ok(without_gateway(players, now));
    }
    let presence = app.database.presence();
    presence.checkpoint(now).await?;
    let members = MembersRecovered::new(presence.users().len(), &presence.open_sessions(), now);
    Ok(both(StatusCode::OK, players, members))
}

/// Answers about players alone, as an error about members.
fn without_gateway(players: RecoveryReport, now: UnixSeconds) -> Response {
    let mut answer = both(
        StatusCode::SERVICE_UNAVAILABLE,
        players,
        GatewayNotReady::new(now),
    );
    // The bot has logged it.
    answer.extensions_mut().insert(AlreadyLogged);
    ([(RETRY_AFTER, HeaderValue::from_static("5"))], answer).into_response()
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
    let is_ready = discord.up && discord.words != DISCORD_OFF;
    let members = app.database.presence().health(STALE_AFTER, now);
    let services = Services::new(is_ready, store_ok, members, app.started.elapsed(), now);
    let report = HealthReport {
        status: match (store_ok, warnings.is_empty()) {
            (false, _) => HealthWord::Failing,
            (true, false) => HealthWord::Warning,
            (true, true) => HealthWord::Ok,
        },
        warnings: warnings.into_iter().map(WarningLine::from).collect(),
        store_ok,
        discord: discord.words,
        skipped_activity_count: discord.skipped_activities,
        redis: redis.map(MirrorState::words),
        server_count: servers
            .iter()
            .filter(|server| server.state != LinkState::Disconnected)
            .count(),
        active_session_count: sessions.active,
        watching,
        limited_servers: limited.iter().map(LimitedLine::from).collect(),
    };
    let answer = both(StatusCode::OK, report, services);
    (
        [(CACHE_CONTROL, HeaderValue::from_static("no-store"))],
        answer,
    )
        .into_response()
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
