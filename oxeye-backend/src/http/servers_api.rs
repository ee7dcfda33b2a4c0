//! A server that is renamed, and one that is removed.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use oxeye_db::RenameError;

use super::app::App;
use super::body::Json;
use super::error::{ApiError, json_response};
use super::operator::Operator;
use super::question::NamedServer;
use crate::operator_messages::{RemoveAnswer, RenameAnswer, RenameOrder};

/// `POST /api/servers/{guild_id}/{name}/rename`: the same server under another name.
pub(crate) async fn rename(
    State(app): State<Arc<App>>,
    _: Operator,
    server: NamedServer,
    Json(order): Json<RenameOrder>,
) -> Result<Response, ApiError> {
    let renamed = app
        .database
        .rename_server(server.guild, server.id, order.name.clone())
        .await;
    renamed.map_err(|error| match error {
        RenameError::Unknown => ApiError::UnknownServer,
        RenameError::NameTaken => ApiError::NameInUse,
        RenameError::Store(error) => error.into(),
    })?;
    tracing::info!(server = %server.id, guild = %server.guild, "a server was renamed by the operator");
    let answer = RenameAnswer {
        guild_id: server.guild,
        name: order.name,
        previous_name: server.name,
    };
    Ok(json_response(StatusCode::OK, &answer))
}

/// `POST /api/servers/{guild_id}/{name}/remove`: its key, its sessions and all else that is known of it go.
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    _: Operator,
    server: NamedServer,
) -> Result<Response, ApiError> {
    let removed = app
        .database
        .remove_server(server.guild, server.id, app.now())
        .await?
        .ok_or(ApiError::UnknownServer)?;
    tracing::info!(server = %server.id, guild = %server.guild, "a server was removed by the operator");
    let answer = RemoveAnswer {
        guild_id: server.guild,
        name: server.name,
        session_count: removed.sessions,
        player_count: removed.players,
        wiped: removed.is_wiped,
    };
    Ok(json_response(StatusCode::OK, &answer))
}
