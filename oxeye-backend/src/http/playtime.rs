//! `POST /api/servers/{guild_id}/{name}/imported-playtime`: what players had played before Oxeye.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::app::App;
use super::body::Json;
use super::error::{ApiError, json_response};
use super::operator::Operator;
use super::question::NamedServer;
use crate::operator_messages::{PlaytimeAnswer, PlaytimeOrder};

/// Takes the place of what was imported for these players before.
pub(crate) async fn import(
    State(app): State<Arc<App>>,
    _: Operator,
    server: NamedServer,
    Json(order): Json<PlaytimeOrder>,
) -> Result<Response, ApiError> {
    let lines = order.players.into_iter();
    let players: Vec<_> = lines.map(|line| (line.player, line.seconds)).collect();
    let changed = app
        .database
        .import_playtime(server.id, &players, app.now())
        .await?;
    let answer = PlaytimeAnswer {
        players: players.len(),
        changed,
    };
    Ok(json_response(StatusCode::OK, &answer))
}
