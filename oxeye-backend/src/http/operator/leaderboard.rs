//! Who played most, on a server or on all servers of a guild combined.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use oxeye_db::{Range, TimeZone};
use serde::Deserialize;

use super::parameters::{NamedGuild, NamedServer, PageLimit, Parameters, as_text};
use crate::api_messages::leaderboard::LeaderboardReport;
use crate::http::app::App;
use crate::http::authentication::Reader;
use crate::http::error::{ApiError, json_response};

/// The number of players on a leaderboard if `limit` is not given.
const DEFAULT_LIMIT: PageLimit = PageLimit(10);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LeaderboardParameters {
    #[serde(default, deserialize_with = "as_text")]
    range: Option<Range>,
    #[serde(default, deserialize_with = "as_text")]
    tz: Option<TimeZone>,
    #[serde(default, deserialize_with = "as_text")]
    limit: Option<PageLimit>,
}

/// `GET /api/servers/{guild_id}/{server}/leaderboard?range=&tz=&limit=`: who played most.
pub(crate) async fn of_server(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedServer { server, name }: NamedServer,
    Parameters(parameters): Parameters<LeaderboardParameters>,
) -> Result<Response, ApiError> {
    let (range, zone, limit) = parameters.or_default(&app);
    let board = app
        .database
        .leaderboard(server, range, limit, zone, app.now())
        .await?
        .ok_or_else(|| app.unknown_server(server.guild()))?;
    let (guild, name) = (server.guild(), Some(name));
    let report = LeaderboardReport::new(guild, name, range, zone, &board);
    Ok(json_response(StatusCode::OK, &report))
}

/// `GET /api/guilds/{guild_id}/leaderboard?range=&tz=&limit=`: the same for all servers of a guild combined.
pub(crate) async fn of_guild(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedGuild(guild): NamedGuild,
    Parameters(parameters): Parameters<LeaderboardParameters>,
) -> Result<Response, ApiError> {
    let (range, zone, limit) = parameters.or_default(&app);
    let board = app
        .database
        .guild_leaderboard(guild, range, limit, zone, app.now())
        .await?;
    let report = LeaderboardReport::new(guild, None, range, zone, &board);
    Ok(json_response(StatusCode::OK, &report))
}

impl LeaderboardParameters {
    fn or_default(&self, app: &App) -> (Range, TimeZone, usize) {
        let PageLimit(limit) = self.limit.unwrap_or(DEFAULT_LIMIT);
        let range = self.range.unwrap_or(Range::Week);
        (range, self.tz.unwrap_or(app.time_zone), limit)
    }
}
