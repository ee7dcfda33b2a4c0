//! The players over time, on a server or on all servers of a guild together.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use oxeye_db::record::chart::PlayerChart;
use oxeye_db::{GuildServers, Range, TimeZone};
use oxeye_plugin_proto::ServerName;
use oxeye_text::Text;
use serde::Deserialize;

use super::parameters::{NamedGuild, NamedServer, Parameters, as_text};
use super::pictures::{PNG, SVG, picture_response};
use crate::api_messages::chart::ChartReport;
use crate::http::app::App;
use crate::http::authentication::Reader;
use crate::http::error::{ApiError, Unknown, json_response};

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

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PictureParameters {
    #[serde(default, deserialize_with = "as_text")]
    range: Option<Range>,
    #[serde(default, deserialize_with = "as_text")]
    tz: Option<TimeZone>,
    /// The language of the words, such as `de`; English unless it is given.
    #[serde(default)]
    lang: String,
}

impl PictureParameters {
    fn of_chart(&self) -> ChartParameters {
        ChartParameters {
            range: self.range,
            tz: self.tz,
        }
    }

    fn text(&self) -> Text {
        Text::of_tag(&self.lang)
    }
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

/// `GET /api/servers/{guild_id}/{server}/chart.png?range=&tz=&lang=`: the picture that members see.
pub(crate) async fn picture_of_server(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedServer { server, .. }: NamedServer,
    asked: HeaderMap,
    Parameters(parameters): Parameters<PictureParameters>,
) -> Result<Response, ApiError> {
    png(&app, GuildServers::One(server), &parameters, &asked).await
}

/// `GET /api/guilds/{guild_id}/chart.png?range=&tz=&lang=`: the same for all servers of a guild together.
pub(crate) async fn picture_of_guild(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedGuild(guild): NamedGuild,
    asked: HeaderMap,
    Parameters(parameters): Parameters<PictureParameters>,
) -> Result<Response, ApiError> {
    png(&app, GuildServers::All(guild), &parameters, &asked).await
}

/// `GET /api/servers/{guild_id}/{server}/chart.svg?range=&tz=&lang=`: the same picture as SVG.
pub(crate) async fn svg_of_server(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedServer { server, .. }: NamedServer,
    asked: HeaderMap,
    Parameters(parameters): Parameters<PictureParameters>,
) -> Result<Response, ApiError> {
    svg(&app, GuildServers::One(server), &parameters, &asked).await
}

/// `GET /api/guilds/{guild_id}/chart.svg?range=&tz=&lang=`: the same for all servers of a guild together.
pub(crate) async fn svg_of_guild(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedGuild(guild): NamedGuild,
    asked: HeaderMap,
    Parameters(parameters): Parameters<PictureParameters>,
) -> Result<Response, ApiError> {
    svg(&app, GuildServers::All(guild), &parameters, &asked).await
}

async fn report(
    app: &App,
    servers: GuildServers,
    name: Option<ServerName>,
    parameters: &ChartParameters,
) -> Result<Response, ApiError> {
    let chart = chart(app, servers, parameters).await?;
    let report = ChartReport::new(servers.guild(), name, &chart);
    Ok(json_response(StatusCode::OK, &report))
}

async fn png(
    app: &App,
    servers: GuildServers,
    parameters: &PictureParameters,
    asked: &HeaderMap,
) -> Result<Response, ApiError> {
    let chart = chart(app, servers, &parameters.of_chart()).await?;
    let words = parameters.text().chart_words(&chart);
    let png = app.database.chart_picture(&chart, words).await?;
    let png = Bytes::from_owner(png.ok_or(Unknown::NothingToDraw)?);
    Ok(picture_response(asked, PNG, png))
}

async fn svg(
    app: &App,
    servers: GuildServers,
    parameters: &PictureParameters,
    asked: &HeaderMap,
) -> Result<Response, ApiError> {
    let chart = chart(app, servers, &parameters.of_chart()).await?;
    let svg = chart.svg(&parameters.text().chart_words(&chart));
    let svg = svg.ok_or(Unknown::NothingToDraw)?;
    Ok(picture_response(asked, SVG, Bytes::from(svg)))
}

async fn chart(
    app: &App,
    servers: GuildServers,
    parameters: &ChartParameters,
) -> Result<PlayerChart, ApiError> {
    let range = parameters.range.unwrap_or(DEFAULT_RANGE);
    let zone = parameters
        .tz
        .unwrap_or_else(|| app.zone_of(servers.guild()));
    let chart = app.database.player_chart(servers, range, zone, app.now());
    let chart = chart.await?;
    chart.ok_or_else(|| app.unknown_server(servers.guild()))
}
