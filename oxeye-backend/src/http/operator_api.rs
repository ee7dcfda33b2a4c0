//! What the command line and scripts ask: `/api/...`.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use oxeye_db::{EventError, GuildId, LinkState, ServerId};
use oxeye_plugin_proto::ServerName;
use serde::Deserialize;

use super::app::App;
use super::body::Json;
use super::error::{ApiError, json_response};
use super::operator::Operator;
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
    place: Result<Path<(u64, String)>, PathRejection>,
    limit: Result<Query<Limit>, QueryRejection>,
) -> Result<Response, ApiError> {
    let (guild, _, server) = find(&app, place)?;
    let Query(Limit { limit }) =
        limit.map_err(|_| ApiError::BadUrl("limit must be a whole number".to_owned()))?;
    let limit = limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT);
    let status = app
        .database
        .status(guild, server, limit, app.now())
        .ok_or(ApiError::UnknownServer)?;
    Ok(json_response(StatusCode::OK, &ServerReport::from(&status)))
}

/// `GET /api/servers/{guild_id}/{name}/status.png`: the same as a picture.
pub(crate) async fn picture(
    State(app): State<Arc<App>>,
    _: Operator,
    place: Result<Path<(u64, String)>, PathRejection>,
) -> Result<Response, ApiError> {
    let (guild, _, server) = find(&app, place)?;
    let png = app
        .database
        .status_picture(guild, server, app.now())
        .await?
        .ok_or(ApiError::UnknownServer)?;
    let headers = [(CONTENT_TYPE, "image/png"), (CACHE_CONTROL, "no-store")];
    Ok((headers, Body::from(Bytes::from_owner(png))).into_response())
}

/// `DELETE /api/servers/{guild_id}/{name}`: its key stops working. What Discord's `/oxeye disconnect` does.
pub(crate) async fn unlink(
    State(app): State<Arc<App>>,
    _: Operator,
    place: Result<Path<(u64, String)>, PathRejection>,
) -> Result<Response, ApiError> {
    let (guild, name, server) = find(&app, place)?;
    let unlinked = app
        .database
        .disconnect(server, oxeye_db::Farewell::ByOperator, app.now())
        .await;
    unlinked.map_err(|error| match error {
        EventError::NotLinked => ApiError::UnknownServer,
        other => other.into(),
    })?;
    tracing::info!(%server, %guild, "a server was unlinked by the operator");
    let answer = UnlinkAnswer {
        guild_id: guild.0,
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
        .issue_link_code(GuildId(order.guild_id), order.name, app.now())
        .await?;
    let answer = LinkAnswer {
        code: issued.code.expose().to_owned(),
        expires_at: issued.expires_at,
    };
    Ok(json_response(StatusCode::CREATED, &answer))
}

/// The server that a URL names.
pub(super) fn find(
    app: &App,
    place: Result<Path<(u64, String)>, PathRejection>,
) -> Result<(GuildId, ServerName, ServerId), ApiError> {
    let Path((guild, name)) = place?;
    let name = ServerName::try_from(name).map_err(|error| ApiError::BadUrl(error.to_string()))?;
    let guild = GuildId(guild);
    let (server, name) = app
        .database
        .server_called(guild, &name)
        .ok_or(ApiError::UnknownServer)?;
    Ok((guild, name, server))
}
