//! What the command line and scripts ask: `/api/...`.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use oxeye_db::{EventError, LinkState};
use serde::Deserialize;

use super::app::App;
use super::body::Json;
use super::error::{ApiError, json_response};
use super::operator::Operator;
use super::question::NamedServer;
use crate::operator_messages::{LinkAnswer, LinkOrder, ServerLine, ServerReport, UnlinkAnswer};

/// Players last seen in an answer when `limit` is not given.
const DEFAULT_LIMIT: usize = 100;

/// The largest `limit`; more than a window of any real server holds.
const MAX_LIMIT: usize = 10_000;

#[derive(Debug, Deserialize)]
pub(crate) struct Limit {
    limit: Option<usize>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    #[serde(default)]
    all: bool,
}

/// `GET /api/servers?all=`: those of all guilds; with `all=true` also those that were disconnected long ago.
pub(crate) async fn servers(
    State(app): State<Arc<App>>,
    _: Operator,
    which: Result<Query<Which>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(Which { all }) =
        which.map_err(|_| ApiError::BadUrl("all is true or false".to_owned()))?;
    let servers = match all {
        true => app.database.known_servers(app.now()),
        false => app.database.all_servers(app.now()),
    };
    let servers: Vec<ServerLine> = servers.iter().map(ServerLine::from).collect();
    Ok(json_response(StatusCode::OK, &servers))
}

/// `GET /api/servers/{guild_id}/{name}/status`: who is on one of them, and who was.
pub(crate) async fn status(
    State(app): State<Arc<App>>,
    _: Operator,
    server: NamedServer,
    limit: Result<Query<Limit>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(Limit { limit }) =
        limit.map_err(|_| ApiError::BadUrl("limit must be a whole number".to_owned()))?;
    let limit = limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT);
    let status = app
        .database
        .status(server.guild, server.id, limit, app.now())
        .ok_or(ApiError::UnknownServer)?;
    Ok(json_response(StatusCode::OK, &ServerReport::from(&status)))
}

/// `GET /api/servers/{guild_id}/{name}/status.png`: the same as a picture.
pub(crate) async fn picture(
    State(app): State<Arc<App>>,
    _: Operator,
    server: NamedServer,
) -> Result<Response, ApiError> {
    let png = app
        .database
        .status_picture(server.guild, server.id, app.now())
        .await?
        .ok_or(ApiError::UnknownServer)?;
    let headers = [(CONTENT_TYPE, "image/png"), (CACHE_CONTROL, "no-store")];
    Ok((headers, Body::from(Bytes::from_owner(png))).into_response())
}

/// `DELETE /api/servers/{guild_id}/{name}`: its key stops working. What Discord's `/oxeye disconnect` does.
pub(crate) async fn unlink(
    State(app): State<Arc<App>>,
    _: Operator,
    server: NamedServer,
) -> Result<Response, ApiError> {
    let NamedServer { guild, name, id } = server;
    let unlinked = app
        .database
        .disconnect(id, oxeye_db::Farewell::ByOperator, app.now())
        .await;
    unlinked.map_err(|error| match error {
        EventError::NotLinked => ApiError::UnknownServer,
        other => other.into(),
    })?;
    tracing::info!(server = %id, %guild, "a server was unlinked by the operator");
    let answer = UnlinkAnswer {
        guild_id: guild,
        name,
        state: LinkState::Disconnected,
    };
    Ok(json_response(StatusCode::OK, &answer))
}

/// `POST /api/links`: a link code for a new server.
pub(crate) async fn issue_link_code(
    State(app): State<Arc<App>>,
    _: Operator,
    Json(order): Json<LinkOrder>,
) -> Result<Response, ApiError> {
    let issued = app
        .database
        .issue_link_code(order.guild_id, order.name, app.now())
        .await?;
    let answer = LinkAnswer {
        code: issued.code.expose().to_owned(),
        expires_at: issued.expires_at,
    };
    Ok(json_response(StatusCode::CREATED, &answer))
}
