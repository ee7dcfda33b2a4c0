//! Joins, heartbeats and leaves.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::HeaderMap;

use super::app::App;
use super::body::Fields;
use super::error::ApiError;
use super::messages::{JoinAnswer, Success};
use super::server::Peer;
use crate::ids::{PlayerId, SessionId};

/// `POST /api/player/join`: gives a player a server.
pub(crate) async fn join(
    State(app): State<Arc<App>>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Json<JoinAnswer>, ApiError> {
    app.may_join(peer.ip(), &headers)?;
    let player = player_id(fields.text("playerId")?)?;
    let joined = app.fleet.join(player).await?;
    let answer = JoinAnswer::of(&joined, &app.wording);
    answer.map(Json).ok_or(ApiError::ServerUnavailable)
}

/// `POST /api/player/heartbeat`: keeps a session alive.
pub(crate) async fn heartbeat(
    State(app): State<Arc<App>>,
    fields: Fields,
) -> Result<Json<Success>, ApiError> {
    let session = session_id(&fields)?;
    match app.fleet.heartbeat(session).await? {
        true => Ok(Json(Success::ANSWER)),
        false => Err(ApiError::UnknownSession),
    }
}

/// `POST /api/player/leave`: ends a session.
pub(crate) async fn leave(
    State(app): State<Arc<App>>,
    fields: Fields,
) -> Result<Json<Success>, ApiError> {
    let session = session_id(&fields)?;
    match app.fleet.leave(session).await? {
        true => Ok(Json(Success::ANSWER)),
        false => Err(ApiError::UnknownSession),
    }
}

/// Parses the id of a player who has one.
pub(crate) fn player_id(text: Option<&str>) -> Result<Option<PlayerId>, ApiError> {
    Ok(text.map(str::parse).transpose()?)
}

fn session_id(fields: &Fields) -> Result<SessionId, ApiError> {
    match fields.text("sessionId")? {
        // A text that cannot be an id of ours is the id of no session.
        Some(text) => parse_session(text).ok_or(ApiError::UnknownSession),
        None => Err(ApiError::Malformed("sessionId is missing".to_owned())),
    }
}

/// Parses the id of a session.
pub(crate) fn parse_session(text: &str) -> Option<SessionId> {
    text.parse().ok().map(SessionId)
}
