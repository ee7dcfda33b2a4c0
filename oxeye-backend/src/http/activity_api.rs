//! Who played when, on a server or on all of a guild: leaderboards, charts, how many are on.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use oxeye_db::{Range, Span, Step, Steps, StepsError, TimeZone, UnixSeconds};
use serde::Deserialize;

use super::app::App;
use super::error::{ApiError, json_response};
use super::operator::Operator;
use super::question::{NamedGuild, NamedServer, PageLimit, Question, as_text, as_time};
use crate::activity_messages::{
    ActivityReport, BusiestReport, GuildOccupancyReport, LeaderboardReport, MomentReport,
    OccupancyReport,
};

/// Lines of a leaderboard when `limit` is not given.
const DEFAULT_LIMIT: PageLimit = PageLimit(10);

/// What a chart shows when `from` is not given.
const DEFAULT_CHART: Duration = Duration::from_secs(24 * 3600);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskedLeaderboard {
    #[serde(default, deserialize_with = "as_text")]
    range: Option<Range>,
    #[serde(default, deserialize_with = "as_text")]
    tz: Option<TimeZone>,
    #[serde(default, deserialize_with = "as_text")]
    limit: Option<PageLimit>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskedMoment {
    #[serde(default, deserialize_with = "as_time")]
    at: Option<UnixSeconds>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskedActivity {
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
pub(crate) struct AskedHours {
    #[serde(default, deserialize_with = "as_text")]
    range: Option<Range>,
    #[serde(default, deserialize_with = "as_text")]
    tz: Option<TimeZone>,
}

/// `GET /api/servers/{guild_id}/{name}/leaderboard?range=&tz=&limit=`: who played most.
pub(crate) async fn leaderboard(
    State(app): State<Arc<App>>,
    _: Operator,
    server: NamedServer,
    Question(asked): Question<AskedLeaderboard>,
) -> Result<Response, ApiError> {
    let (range, zone, limit) = asked.or_default(&app);
    let board = app
        .database
        .leaderboard(server.id, range, limit, zone, app.now())
        .await?
        .ok_or(ApiError::UnknownServer)?;
    let (guild, name) = (server.guild, Some(server.name));
    let report = LeaderboardReport::new(guild, name, range, zone, &board);
    Ok(json_response(StatusCode::OK, &report))
}

/// `GET /api/guilds/{guild_id}/leaderboard?range=&tz=&limit=`: the same on all servers of a guild
/// together.
pub(crate) async fn guild_leaderboard(
    State(app): State<Arc<App>>,
    _: Operator,
    NamedGuild(guild): NamedGuild,
    Question(asked): Question<AskedLeaderboard>,
) -> Result<Response, ApiError> {
    let (range, zone, limit) = asked.or_default(&app);
    let board = app
        .database
        .guild_leaderboard(guild, range, limit, zone, app.now())
        .await?;
    let report = LeaderboardReport::new(guild, None, range, zone, &board);
    Ok(json_response(StatusCode::OK, &report))
}

/// `GET /api/servers/{guild_id}/{name}/online?at=`: who was on at a moment.
pub(crate) async fn online(
    State(app): State<Arc<App>>,
    _: Operator,
    server: NamedServer,
    Question(asked): Question<AskedMoment>,
) -> Result<Response, ApiError> {
    let now = app.now();
    let at = asked.at.unwrap_or(now);
    if at > now {
        let why = format!("at: {} lies in the future; it is {} now", at.0, now.0);
        return Err(ApiError::BadUrl(why));
    }
    let moment = app
        .database
        .online_at(server.id, at, now)
        .await?
        .ok_or(ApiError::UnknownServer)?;
    Ok(json_response(
        StatusCode::OK,
        &MomentReport::new(at, moment),
    ))
}

/// `GET /api/servers/{guild_id}/{name}/activity?from=&to=&step=&tz=`: how many were on, step by
/// step. What lies in the future is cut off.
pub(crate) async fn activity(
    State(app): State<Arc<App>>,
    _: Operator,
    server: NamedServer,
    Question(asked): Question<AskedActivity>,
) -> Result<Response, ApiError> {
    let now = app.now();
    let zone = asked.tz.unwrap_or(app.time_zone);
    let step = asked.step.unwrap_or(Step::Seconds(3600));
    let to = asked.to.unwrap_or(now).min(now);
    let from = asked.from.unwrap_or(to.minus(DEFAULT_CHART));
    let span = Span { from, to };
    let steps = Steps::cut(span, step, zone)?;
    let chart = app
        .database
        .activity(server.id, steps, now)
        .await?
        .ok_or(ApiError::UnknownServer)?;
    let report = ActivityReport::new(span, step, zone, &chart);
    Ok(json_response(StatusCode::OK, &report))
}

/// `GET /api/servers/{guild_id}/{name}/busiest?range=&tz=`: how many are on at each hour of the
/// week.
pub(crate) async fn busiest(
    State(app): State<Arc<App>>,
    _: Operator,
    server: NamedServer,
    Question(asked): Question<AskedHours>,
) -> Result<Response, ApiError> {
    let range = asked.range.unwrap_or(Range::Days(28));
    let zone = asked.tz.unwrap_or(app.time_zone);
    let hours = app
        .database
        .busiest_hours(server.id, range, zone, app.now())
        .await?
        .ok_or(ApiError::UnknownServer)?;
    let report = BusiestReport::new(range, zone, &hours);
    Ok(json_response(StatusCode::OK, &report))
}

/// `GET /api/guilds/{guild_id}/occupancy`: how many are on the servers of a guild now.
pub(crate) async fn guild_occupancy(
    State(app): State<Arc<App>>,
    _: Operator,
    NamedGuild(guild): NamedGuild,
) -> Response {
    let occupancy = app.database.guild_occupancy(guild, app.now());
    json_response(StatusCode::OK, &GuildOccupancyReport::from(&occupancy))
}

/// `GET /api/occupancy`: how many are on all servers now.
pub(crate) async fn occupancy(State(app): State<Arc<App>>, _: Operator) -> Response {
    let occupancy = app.database.occupancy(app.now());
    json_response(StatusCode::OK, &OccupancyReport::from(&occupancy))
}

impl AskedLeaderboard {
    fn or_default(&self, app: &App) -> (Range, TimeZone, usize) {
        let PageLimit(limit) = self.limit.unwrap_or(DEFAULT_LIMIT);
        let range = self.range.unwrap_or(Range::Week);
        (range, self.tz.unwrap_or(app.time_zone), limit)
    }
}

impl From<StepsError> for ApiError {
    fn from(error: StepsError) -> ApiError {
        ApiError::BadUrl(error.to_string())
    }
}
