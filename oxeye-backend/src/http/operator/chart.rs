//! The players over time, on a server or on all servers of a guild together.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use oxeye_db::{GuildServers, Range, TimeZone};
use oxeye_plugin_proto::ServerName;
use serde::Deserialize;

use super::parameters::{NamedGuild, NamedServer, Parameters, as_text};
use crate::api_messages::chart::ChartReport;
use crate::http::app::App;
use crate::http::authentication::Reader;
use crate::http::error::{ApiError, json_response};

/// The range if `range` is not given.
const DEFAULT_RANGE: Range = Range::Days(7);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChartParameters {
    #[serde(default, deserialize_with = "as_text")]
    range: Option<Range>,
    #[serde(default, deserialize_with = "as_text")]
    tz: Option<TimeZone>,
}

/// `GET /api/servers/{guild_id}/{server}/chart?range=&tz=`: the players of a server over time.
pub(crate) async fn of_server(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedServer { server, name }: NamedServer,
    Parameters(parameters): Parameters<ChartParameters>,
) -> Result<Response, ApiError> {
    report(&app, GuildServers::One(server), Some(name), &parameters).await
}

/// `GET /api/guilds/{guild_id}/chart?range=&tz=`: the same for all servers of a guild together.
pub(crate) async fn of_guild(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedGuild(guild): NamedGuild,
    Parameters(parameters): Parameters<ChartParameters>,
) -> Result<Response, ApiError> {
    report(&app, GuildServers::All(guild), None, &parameters).await
}

async fn report(
    app: &App,
    servers: GuildServers,
    name: Option<ServerName>,
    parameters: &ChartParameters,
) -> Result<Response, ApiError> {
    let range = parameters.range.unwrap_or(DEFAULT_RANGE);
    let zone = parameters.tz.unwrap_or(app.time_zone);
    let chart = app
        .database
        .player_chart(servers, range, zone, app.now())
        .await?
        .ok_or_else(|| app.unknown_server(servers.guild()))?;
    let report = ChartReport::new(servers.guild(), name, &chart);
    Ok(json_response(StatusCode::OK, &report))
}
