//! Lists servers and who is on them; links, unlinks, renames and removes them, and gives them new keys.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use oxeye_db::{EventError, IssuedCode, LinkState, RenameError, RotateKeyError};
use serde::Deserialize;

use super::parameters::NamedServer;
use crate::api_messages::servers::{
    LinkAnswer, LinkOrder, RemoveAnswer, RenameAnswer, RenameOrder, ServerLine, ServerReport,
    UnlinkAnswer,
};
use crate::http::app::App;
use crate::http::authentication::{Operator, Reader};
use crate::http::body::Json;
use crate::http::error::{ApiError, RequestError, Unknown, json_response};

/// The most players in `last_seen_players` if `limit` is not given.
const DEFAULT_LIMIT: usize = 100;

/// The largest `limit`, which is more than any real server has within the window.
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

/// `GET /api/servers?all=`: the servers of all guilds; with `all=true` also those that were disconnected long ago.
pub(crate) async fn servers(
    State(app): State<Arc<App>>,
    _: Reader,
    which: Result<Query<Which>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(Which { all }) =
        which.map_err(|_| RequestError::BadUrl("all is true or false".into()))?;
    let servers = match all {
        true => app.database.known_servers(app.now()),
        false => app.database.all_servers(app.now()),
    };
    let servers: Vec<ServerLine> = servers.iter().map(ServerLine::from).collect();
    Ok(json_response(StatusCode::OK, &servers))
}

/// `GET /api/servers/{guild_id}/{server}/status`: who is online and who was recently.
pub(crate) async fn status(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedServer { server, .. }: NamedServer,
    limit: Result<Query<Limit>, QueryRejection>,
) -> Result<Response, ApiError> {
    let Query(Limit { limit }) =
        limit.map_err(|_| RequestError::BadUrl("limit must be a whole number".into()))?;
    let limit = limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT);
    let status = app
        .database
        .whole_status(server, limit, app.now())
        .ok_or_else(|| app.unknown_server(server.guild()))?;
    Ok(json_response(StatusCode::OK, &ServerReport::from(&status)))
}

/// `GET /api/servers/{guild_id}/{server}/status.png`: the same as a picture.
pub(crate) async fn picture(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedServer { server, .. }: NamedServer,
) -> Result<Response, ApiError> {
    let png = app
        .database
        .status_picture(server)
        .await?
        .ok_or_else(|| app.unknown_server(server.guild()))?;
    Ok(png_response(png))
}

/// `GET /api/servers/{guild_id}/{server}/icon.png`: the server's icon.
pub(crate) async fn icon(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedServer { server, .. }: NamedServer,
) -> Result<Response, ApiError> {
    let about = app
        .database
        .about(server)
        .ok_or_else(|| app.unknown_server(server.guild()))?;
    let icon = about.icon.as_ref().ok_or(Unknown::NoIcon)?;
    Ok(png_response(Arc::clone(icon.png())))
}

fn png_response(png: Arc<[u8]>) -> Response {
    let headers = [(CONTENT_TYPE, "image/png"), (CACHE_CONTROL, "no-store")];
    (headers, Body::from(Bytes::from_owner(png))).into_response()
}

/// `DELETE /api/servers/{guild_id}/{server}`: revokes the server's key, like `/oxeye disconnect` in Discord.
pub(crate) async fn unlink(
    State(app): State<Arc<App>>,
    _: Operator,
    NamedServer { server, name }: NamedServer,
) -> Result<Response, ApiError> {
    let guild = server.guild();
    let unlinked = app.database.disconnect(server, app.now()).await;
    unlinked.map_err(|error| match error {
        EventError::NotLinked => ApiError::AlreadyUnlinked,
        other => other.into(),
    })?;
    tracing::info!(server = %server.id(), %guild, "a server was unlinked by the operator");
    let answer = UnlinkAnswer {
        guild_id: guild,
        server: name,
        state: LinkState::Disconnected,
    };
    Ok(json_response(StatusCode::OK, &answer))
}

/// `POST /api/links`: issues a link code for a new server.
pub(crate) async fn issue_link_code(
    State(app): State<Arc<App>>,
    _: Operator,
    Json(order): Json<LinkOrder>,
) -> Result<Response, ApiError> {
    let issued = app
        .database
        .issue_link_code(order.guild_id, order.server, app.now())
        .await?;
    Ok(code_response(&issued))
}

/// `POST /api/servers/{guild_id}/{server}/rotate-key`: issues a code for a new key, like `/oxeye rotate-key` in Discord.
pub(crate) async fn rotate_key(
    State(app): State<Arc<App>>,
    _: Operator,
    NamedServer { server, .. }: NamedServer,
) -> Result<Response, ApiError> {
    let issued = app.database.rotate_key(server, app.now()).await;
    let issued = issued.map_err(|error| match error {
        RotateKeyError::Unknown => app.unknown_server(server.guild()),
        RotateKeyError::NoKey => ApiError::NoKey,
        // An operator's code does not depend on the bot.
        RotateKeyError::BotRemoved => ApiError::Internal(error.to_string()),
        RotateKeyError::Store(error) => error.into(),
    })?;
    tracing::info!(server = %server.id(), guild = %server.guild(), "a code for a new key was issued by the operator");
    Ok(code_response(&issued))
}

fn code_response(issued: &IssuedCode) -> Response {
    let answer = LinkAnswer {
        code: issued.code.expose().to_owned(),
        expires_at: issued.expires_at,
    };
    json_response(StatusCode::CREATED, &answer)
}

/// `POST /api/servers/{guild_id}/{server}/rename`: renames a server.
pub(crate) async fn rename(
    State(app): State<Arc<App>>,
    _: Operator,
    NamedServer { server, name }: NamedServer,
    Json(order): Json<RenameOrder>,
) -> Result<Response, ApiError> {
    let renamed = app
        .database
        .rename_server(server, order.server.clone())
        .await;
    renamed.map_err(|error| match error {
        RenameError::Unknown => app.unknown_server(server.guild()),
        RenameError::NameTaken => ApiError::NameInUse,
        RenameError::Store(error) => error.into(),
    })?;
    tracing::info!(server = %server.id(), guild = %server.guild(), "a server was renamed by the operator");
    let answer = RenameAnswer {
        guild_id: server.guild(),
        server: order.server,
        previous_server: name,
    };
    Ok(json_response(StatusCode::OK, &answer))
}

/// `POST /api/servers/{guild_id}/{server}/remove`: deletes a server: its key, its sessions and all else known about
/// it.
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    _: Operator,
    NamedServer { server, name }: NamedServer,
) -> Result<Response, ApiError> {
    let removed = app
        .database
        .remove_server(server, app.now())
        .await?
        .ok_or_else(|| app.unknown_server(server.guild()))?;
    tracing::info!(server = %server.id(), guild = %server.guild(), "a server was removed by the operator");
    let answer = RemoveAnswer {
        guild_id: server.guild(),
        server: name,
        session_count: removed.sessions,
        player_count: removed.players,
        wiped: removed.is_wiped,
    };
    Ok(json_response(StatusCode::OK, &answer))
}
