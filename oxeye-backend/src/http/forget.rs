//! `DELETE /api/players/{player}`: a player who is to be forgotten, on all servers of all guilds.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use oxeye_plugin_proto::PlayerName;

use super::app::App;
use super::error::{ApiError, json_response};
use super::operator::Operator;
use crate::operator_messages::ForgetAnswer;

/// Answers when it is done, in memory and on disk. Since it cannot be taken back, nobody is forgotten who was named in
/// another case: a request that is sent twice would reach somebody else.
pub(crate) async fn forget(
    State(app): State<Arc<App>>,
    _: Operator,
    player: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let Path(player) =
        player.map_err(|_| ApiError::BadUrl("a player's name is UTF-8".to_owned()))?;
    let player = PlayerName::try_from(player.as_str())
        .map_err(|error| ApiError::BadUrl(error.to_string()))?;
    let forgotten = app
        .database
        .forget_player(player.clone(), app.now())
        .await?;
    let Some(forgotten) = forgotten else {
        let other = app.database.name_in_other_case(player).await?;
        return Err(ApiError::NobodyToForget(other));
    };
    let answer = ForgetAnswer::of(player, forgotten);
    Ok(json_response(StatusCode::OK, &answer))
}
