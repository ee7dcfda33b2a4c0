//! The health of the sessions, for operators and their monitoring.

use std::num::NonZeroU32;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use oxeye_db::UnixSeconds;
use serde::{Deserialize, Serialize};

use super::parameters::{Parameters, as_bool, as_text};
use crate::api_messages::analytics::counts::{MemberCleanUp, MemberSessionHealth};
use crate::api_messages::analytics::recovery::{
    GatewayNotReady, MembersRecovered, MembersToRecover,
};
use crate::api_messages::health::{
    CleanUpOrder, CleanUpReport, RecoveryReport, SessionHealthReport,
};
use crate::http::app::App;
use crate::http::authentication::{Operator, Reader};
use crate::http::body::LenientJson;
use crate::http::error::{AlreadyLogged, ApiError, json_response};
use crate::http::tokens::Holder;

/// When a session of a member counts as stale if `staleMinutes` is not given.
const STALE_MINUTES: NonZeroU32 = NonZeroU32::new(5).unwrap();

/// The same, as a time.
pub(super) const STALE_AFTER: Duration = Duration::from_secs(60 * STALE_MINUTES.get() as u64);

#[derive(Debug, Deserialize)]
pub(crate) struct SessionHealthParameters {
    #[serde(default, deserialize_with = "as_bool")]
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

/// Two answers in one, such as about the sessions of players, and of members beside it.
#[derive(Debug, Serialize)]
pub(super) struct Both<P, M> {
    #[serde(flatten)]
    pub(super) players: P,
    #[serde(flatten)]
    pub(super) members: M,
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

/// `GET /api/analytics/status`: how many sessions of members are open.
pub(crate) async fn status(State(app): State<Arc<App>>, _: Reader) -> Response {
    let now = app.now();
    let members = app.database.presence().health(STALE_AFTER, now);
    let members = MemberSessionHealth::new(members, STALE_MINUTES, None, now);
    json_response(StatusCode::OK, &members)
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
    let members = GatewayNotReady::new(now);
    unavailable(&Both { players, members })
}

/// Answers 503 with a body that says more than an error does. What is wrong has been logged when it was noticed.
pub(super) fn unavailable(body: &impl Serialize) -> Response {
    let mut answer = json_response(StatusCode::SERVICE_UNAVAILABLE, body);
    answer.extensions_mut().insert(AlreadyLogged);
    ([(RETRY_AFTER, HeaderValue::from_static("5"))], answer).into_response()
}
