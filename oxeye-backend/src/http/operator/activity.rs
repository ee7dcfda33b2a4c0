//! What players did, for the operator.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use oxeye_db::Range;
use oxeye_db::activity::day::UtcDay;
use oxeye_db::activity::figures::RankingError;
use serde::Deserialize;

use super::parameters::{NamedGuild, NamedPlayer, PageLimit, Parameters, as_text};
use crate::api_messages::activity::{
    ActivityDay, ActivityEventLine, ActivityOnline, ActivityRanking, ActivitySession,
    ActivitySummary,
};
use crate::http::app::App;
use crate::http::authentication::Operator;
use crate::http::error::{ApiError, json_response};

/// Events when `limit` is not given, as in the original design.
const DEFAULT_EVENTS: PageLimit = PageLimit(50);

/// Lines of a ranking when `limit` is not given.
const DEFAULT_LIMIT: PageLimit = PageLimit(10);

/// Days of a ranking at most: those of which everything is kept.
const MAX_DAYS: u16 = 30;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventsParameters {
    #[serde(default, deserialize_with = "as_text")]
    limit: Option<PageLimit>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DayParameters {
    #[serde(default, deserialize_with = "as_text")]
    date: Option<UtcDay>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RankingParameters {
    by: String,
    #[serde(default, deserialize_with = "as_text")]
    range: Option<Range>,
    #[serde(default, deserialize_with = "as_text")]
    limit: Option<PageLimit>,
}

/// `GET .../players/{player}/session`: the session that is going on, or zeros.
pub(crate) async fn session(
    State(app): State<Arc<App>>,
    _: Operator,
    NamedGuild(guild): NamedGuild,
    NamedPlayer(player): NamedPlayer,
) -> Result<Response, ApiError> {
    require_activity(&app)?;
    let session = app.database.activity_session(guild, player, app.now());
    let session = ActivitySession::from(session.await?);
    Ok(json_response(StatusCode::OK, &session))
}

/// `GET .../players/{player}/summary`: the last 30 UTC days.
pub(crate) async fn summary(
    State(app): State<Arc<App>>,
    _: Operator,
    NamedGuild(guild): NamedGuild,
    NamedPlayer(player): NamedPlayer,
) -> Result<Response, ApiError> {
    require_activity(&app)?;
    let summary = app.database.activity_summary(guild, player, app.now());
    let summary = ActivitySummary::from(summary.await?);
    Ok(json_response(StatusCode::OK, &summary))
}

/// `GET .../players/{player}/events?limit=`: the newest events, newest first.
pub(crate) async fn events(
    State(app): State<Arc<App>>,
    _: Operator,
    NamedGuild(guild): NamedGuild,
    NamedPlayer(player): NamedPlayer,
    Parameters(parameters): Parameters<EventsParameters>,
) -> Result<Response, ApiError> {
    require_activity(&app)?;
    let PageLimit(limit) = parameters.limit.unwrap_or(DEFAULT_EVENTS);
    let events = app
        .database
        .activity_events(guild, player, limit, app.now());
    let events = events.await?.into_iter().map(ActivityEventLine::from);
    Ok(json_response(StatusCode::OK, &events.collect::<Vec<_>>()))
}

/// `GET .../players/{player}/daily?date=`: one UTC day, today if no date is given.
pub(crate) async fn daily(
    State(app): State<Arc<App>>,
    _: Operator,
    NamedGuild(guild): NamedGuild,
    NamedPlayer(player): NamedPlayer,
    Parameters(parameters): Parameters<DayParameters>,
) -> Result<Response, ApiError> {
    require_activity(&app)?;
    let day = parameters.date.unwrap_or_else(|| UtcDay::of(app.now()));
    let day = app.database.activity_day(guild, player, day, app.now());
    let day = ActivityDay::from(day.await?);
    Ok(json_response(StatusCode::OK, &day))
}

/// `GET .../online`: who is on any of the guild's servers.
pub(crate) async fn online(
    State(app): State<Arc<App>>,
    _: Operator,
    NamedGuild(guild): NamedGuild,
) -> Result<Response, ApiError> {
    require_activity(&app)?;
    let players = app.database.activity_online(guild);
    let answer = ActivityOnline {
        guild_id: guild,
        online_count: players.len(),
        players: players.into_iter().collect(),
    };
    Ok(json_response(StatusCode::OK, &answer))
}

/// `GET .../top?by=&range=&limit=`: who has most of a counter.
pub(crate) async fn top(
    State(app): State<Arc<App>>,
    _: Operator,
    NamedGuild(guild): NamedGuild,
    Parameters(parameters): Parameters<RankingParameters>,
) -> Result<Response, ApiError> {
    require_activity(&app)?;
    let days = days(parameters.range.unwrap_or(Range::Days(MAX_DAYS)))?;
    let PageLimit(limit) = parameters.limit.unwrap_or(DEFAULT_LIMIT);
    let by = parameters.by;
    let ranking = app
        .database
        .activity_ranking(guild, &by, days, limit, app.now());
    let ranking = ranking.await.map_err(|error| match error {
        RankingError::UnknownCounter { .. } => ApiError::BadUrl(error.to_string()),
        RankingError::Store(error) => error.into(),
    })?;
    let answer = ActivityRanking::new(guild, by, ranking);
    Ok(json_response(StatusCode::OK, &answer))
}

/// Returns how many UTC days a range has. Activity is counted by days that end at midnight UTC, so `week` and
/// `month` are the last 7 and 30 of them.
fn days(range: Range) -> Result<u16, ApiError> {
    let days = match range {
        Range::Today => 1,
        Range::Week => 7,
        Range::Month => MAX_DAYS,
        Range::Days(days) => days,
        Range::All => MAX_DAYS + 1,
    };
    if days > MAX_DAYS {
        let why = format!(
            "activity is ranked over at most {MAX_DAYS} days: today, week, month, or 1d to {MAX_DAYS}d"
        );
        return Err(ApiError::BadUrl(why));
    }
    Ok(days)
}

fn require_activity(app: &App) -> Result<(), ApiError> {
    match app.database.keeps_activity() {
        true => Ok(()),
        false => Err(ApiError::ActivityOff),
    }
}
