//! How many players are on: now, at a moment, and over time.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use oxeye_db::{GuildServers, Range, Span, Step, Steps, StepsError, TimeZone, UnixSeconds};
use serde::Deserialize;

use super::parameters::{NamedGuild, NamedServer, Parameters, as_text, as_time};
use crate::api_messages::headcount::{
    BusiestReport, GuildOccupancyReport, HeadcountReport, MomentReport, OccupancyReport, PastReport,
};
use crate::api_messages::refusal::{Reason, Why};
use crate::http::app::App;
use crate::http::authentication::Reader;
use crate::http::error::{ApiError, RequestError, json_response};

/// The length of a chart if `from` is not given.
const DEFAULT_CHART: Duration = Duration::from_secs(24 * 3600);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MomentParameters {
    #[serde(default, deserialize_with = "as_time")]
    at: Option<UnixSeconds>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HeadcountParameters {
    #[serde(default, deserialize_with = "as_time")]
    from: Option<UnixSeconds>,
    #[serde(default, deserialize_with = "as_time")]
    to: Option<UnixSeconds>,
    #[serde(default, deserialize_with = "as_text")]
    step: Option<Step>,
    #[serde(default, deserialize_with = "as_text")]
    tz: Option<TimeZone>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HoursParameters {
    #[serde(default, deserialize_with = "as_text")]
    range: Option<Range>,
    #[serde(default, deserialize_with = "as_text")]
    tz: Option<TimeZone>,
}

impl MomentParameters {
    /// Returns the moment that is asked about.
    fn moment(&self, now: UnixSeconds) -> Result<UnixSeconds, ApiError> {
        let at = self.at.unwrap_or(now);
        if at > now {
            let why = format!("at: {} lies in the future; it is {} now", at.0, now.0);
            return Err(RequestError::BadUrl(Why::coded(Reason::FutureTime, why)).into());
        }
        Ok(at)
    }
}

/// `GET /api/guilds/{guild_id}/online?at=`: who was online at a moment on all servers of a guild, without those who hide.
pub(crate) async fn guild_online(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedGuild(guild): NamedGuild,
    Parameters(parameters): Parameters<MomentParameters>,
) -> Result<Response, ApiError> {
    let now = app.now();
    let at = parameters.moment(now)?;
    let servers = GuildServers::All(guild);
    let past = app.database.past_moment(servers, at, now).await?;
    Ok(json_response(StatusCode::OK, &PastReport::new(guild, past)))
}

/// `GET /api/servers/{guild_id}/{server}/online?at=`: who was online at a moment.
pub(crate) async fn online(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedServer { server, name }: NamedServer,
    Parameters(parameters): Parameters<MomentParameters>,
) -> Result<Response, ApiError> {
    let now = app.now();
    let at = parameters.moment(now)?;
    let moment = app
        .database
        .online_at(server, at, now)
        .await?
        .ok_or_else(|| app.unknown_server(server.guild()))?;
    let report = MomentReport::new(server.guild(), name, at, moment);
    Ok(json_response(StatusCode::OK, &report))
}

/// `GET /api/servers/{guild_id}/{server}/headcount?from=&to=&step=&tz=`: how many players were online in each step.
/// The range never reaches into the future.
pub(crate) async fn headcount(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedServer { server, name }: NamedServer,
    Parameters(parameters): Parameters<HeadcountParameters>,
) -> Result<Response, ApiError> {
    let now = app.now();
    let zone = parameters.tz.unwrap_or_else(|| app.zone_of(server.guild()));
    let step = parameters.step.unwrap_or(Step::Seconds(3600));
    let to = parameters.to.unwrap_or(now).min(now);
    let from = parameters.from.unwrap_or(to.minus(DEFAULT_CHART));
    let span = Span { from, to };
    let steps = Steps::cut(span, step, zone)?;
    let chart = app
        .database
        .headcount(server, steps, now)
        .await?
        .ok_or_else(|| app.unknown_server(server.guild()))?;
    let report = HeadcountReport::new(server.guild(), name, span, step, zone, &chart);
    Ok(json_response(StatusCode::OK, &report))
}

/// `GET /api/servers/{guild_id}/{server}/busiest?range=&tz=`: how many players are usually online at each hour of the
/// week.
pub(crate) async fn busiest(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedServer { server, name }: NamedServer,
    Parameters(parameters): Parameters<HoursParameters>,
) -> Result<Response, ApiError> {
    let range = parameters.range.unwrap_or(Range::Days(28));
    let zone = parameters.tz.unwrap_or_else(|| app.zone_of(server.guild()));
    let hours = app
        .database
        .busiest_hours(server, range, zone, app.now())
        .await?
        .ok_or_else(|| app.unknown_server(server.guild()))?;
    let report = BusiestReport::new(server.guild(), name, range, zone, &hours);
    Ok(json_response(StatusCode::OK, &report))
}

/// `GET /api/guilds/{guild_id}/occupancy`: how many players are on the servers of a guild now.
pub(crate) async fn guild_occupancy(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedGuild(guild): NamedGuild,
) -> Response {
    let occupancy = app.database.guild_occupancy(guild, app.now());
    json_response(StatusCode::OK, &GuildOccupancyReport::from(&occupancy))
}

/// `GET /api/occupancy`: how many players are on all servers now.
pub(crate) async fn occupancy(State(app): State<Arc<App>>, _: Reader) -> Response {
    let occupancy = app.database.occupancy(app.now());
    json_response(StatusCode::OK, &OccupancyReport::from(&occupancy))
}

impl From<StepsError> for ApiError {
    fn from(error: StepsError) -> ApiError {
        RequestError::BadUrl(error.to_string().into()).into()
    }
}
