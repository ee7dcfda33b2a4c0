//! Lists watched addresses, has others watched, and stops watching them.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use oxeye_db::{GuildId, GuildServer, UnwatchError, WatchTarget, WatchedAs, WatchedBy};
use oxeye_plugin_proto::ServerName;
use oxeye_text::WatchRefusal;

use super::parameters::{AnyGuild, NamedGuild, NamedServer};
use crate::api_messages::watching::{UnwatchAnswer, WatchAnswer, WatchOrder, WatchedLine};
use crate::http::app::App;
use crate::http::authentication::{Operator, Reader};
use crate::http::body::Json;
use crate::http::error::{ApiError, json_response};

/// `GET /api/watched`: the watched addresses of all guilds.
pub(crate) async fn all(State(app): State<Arc<App>>, _: Reader) -> Response {
    json_response(StatusCode::OK, &lines(&app, |_| true))
}

/// `GET /api/guilds/{guild_id}/watched`: the watched addresses of a guild.
pub(crate) async fn of_guild(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedGuild(guild): NamedGuild,
) -> Response {
    json_response(StatusCode::OK, &lines(&app, |of| of == guild))
}

fn lines(app: &App, is_wanted: impl Fn(GuildId) -> bool) -> Vec<WatchedLine> {
    let servers = app.database.known_servers(app.now());
    let wanted = servers.iter().filter(|server| is_wanted(server.guild));
    let watched = wanted.filter_map(|server| Some((server, app.database.watched(server.id)?)));
    watched
        .map(|(server, watched)| {
            WatchedLine::new(server, &watched, app.watching.last_failure(server.id))
        })
        .collect()
}

/// `POST /api/guilds/{guild_id}/watched`: asks an address once and watches it from now on.
pub(crate) async fn watch(
    State(app): State<Arc<App>>,
    _: Operator,
    AnyGuild(guild): AnyGuild,
    Json(order): Json<WatchOrder>,
) -> Result<Response, ApiError> {
    let target = match (order.name, order.server) {
        (Some(_), Some(_)) => return Err(WatchRefusal::NameAndServer.into()),
        (Some(name), None) => Some(WatchTarget::New(name)),
        (None, Some(name)) => Some(WatchTarget::Beside(server(&app, guild, &name)?)),
        (None, None) => None,
    };
    let by = WatchedBy::Operator;
    let watching = app.watching.watch(guild, &order.address, target, by);
    let watched = watching.await?;
    tracing::info!(%guild, "an address is watched, as the operator asked");
    let answer = WatchAnswer::new(guild, &watched);
    Ok(json_response(StatusCode::CREATED, &answer))
}

fn server(app: &App, guild: GuildId, name: &ServerName) -> Result<GuildServer, ApiError> {
    let found = app.database.find_server(guild, name);
    let (server, _) = found.ok_or_else(|| app.unknown_server(guild))?;
    Ok(server)
}

/// `DELETE /api/guilds/{guild_id}/watched/{server}`: stops watching the address of a server.
pub(crate) async fn unwatch(
    State(app): State<Arc<App>>,
    _: Operator,
    NamedServer { server, name }: NamedServer,
) -> Result<Response, ApiError> {
    let guild = server.guild();
    let watched = app.database.watched(server.id());
    let unwatched = app.database.unwatch(server, app.now()).await;
    unwatched.map_err(|error| match error {
        UnwatchError::NotWatched => ApiError::NotWatched,
        UnwatchError::Store(error) => error.into(),
    })?;
    tracing::info!(server = %server.id(), %guild, "an address is no longer watched, as the operator asked");
    let answer = UnwatchAnswer {
        guild_id: guild,
        server: name,
        has_plugin: watched.is_some_and(|watched| watched.watched_as == WatchedAs::Beside),
    };
    Ok(json_response(StatusCode::OK, &answer))
}
