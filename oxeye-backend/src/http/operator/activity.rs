//! What players did, for the operator.
//!
//! | module         | subject                     |
//! |----------------|-----------------------------|
//! | `asked_player` | the player that a URL names |

mod asked_player;

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use oxeye_db::activity::day::UtcDay;
use oxeye_db::activity::figures::RankingError;
use serde::Deserialize;

use self::asked_player::AskedPlayer;
use super::parameters::{NamedGuild, PageLimit, Parameters, as_text};
use crate::api_messages::activity::{
    ActivityDay, ActivityEventLine, ActivityOnline, ActivityOverview, ActivityRanking,
    ActivitySession, ActivitySummary, RankedDays,
};
use crate::api_messages::refusal::{Reason, Why};
use crate::http::app::App;
use crate::http::authentication::Reader;
use crate::http::error::{ApiError, RequestError, Unknown, json_response};

/// Events when `limit` is not given, as in the original design.
const DEFAULT_EVENTS: PageLimit = PageLimit(50);

/// Lines of a ranking when `limit` is not given.
const DEFAULT_LIMIT: PageLimit = PageLimit(10);

/// Events in the overview of a player when `limit` is not given.
const OVERVIEW_EVENTS: PageLimit = PageLimit(10);

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
    range: Option<RankedDays>,
    #[serde(default, deserialize_with = "as_text")]
    limit: Option<PageLimit>,
}

/// `GET .../players/{player}?limit=`: everything about a player at once, for people. A player of whom nothing is known
/// is an error here only.
pub(crate) async fn overview(
    State(app): State<Arc<App>>,
    _: Reader,
    asked: AskedPlayer,
    Parameters(parameters): Parameters<EventsParameters>,
) -> Result<Response, ApiError> {
    if !asked.is_known {
        return Err(Unknown::GuildPlayer.into());
    }
    let PageLimit(limit) = parameters.limit.unwrap_or(OVERVIEW_EVENTS);
    let now = app.now();
    let (database, guild, player) = (&app.database, asked.guild, asked.player);
    let session = database
        .activity_session(guild, player.clone(), now)
        .await?;
    let today = database.activity_day(guild, player.clone(), UtcDay::of(now), now);
    let today = today.await?;
    let summary = database
        .activity_summary(guild, player.clone(), now)
        .await?;
    let events = database.activity_events(guild, player.clone(), limit, now);
    let events = events.await?.into_iter().map(ActivityEventLine::from);
    let answer = ActivityOverview {
        guild_id: guild,
        player,
        session: session.into(),
        today: today.into(),
        summary: summary.into(),
        events: events.collect(),
    };
    Ok(json_response(StatusCode::OK, &answer))
}

/// `GET .../players/{player}/session`: the session that is going on, or zeros.
pub(crate) async fn session(
    State(app): State<Arc<App>>,
    _: Reader,
    asked: AskedPlayer,
) -> Result<Response, ApiError> {
    let session = app
        .database
        .activity_session(asked.guild, asked.player.clone(), app.now());
    let mut session = ActivitySession::from(session.await?);
    session.player_id = asked.id(session.player_id);
    Ok(json_response(StatusCode::OK, &session))
}

/// `GET .../players/{player}/summary`: the last 30 UTC days.
pub(crate) async fn summary(
    State(app): State<Arc<App>>,
    _: Reader,
    asked: AskedPlayer,
) -> Result<Response, ApiError> {
    let summary = app
        .database
        .activity_summary(asked.guild, asked.player.clone(), app.now());
    let mut summary = ActivitySummary::from(summary.await?);
    summary.player_id = asked.id(summary.player_id);
    Ok(json_response(StatusCode::OK, &summary))
}

/// `GET .../players/{player}/events?limit=`: the newest events, newest first.
pub(crate) async fn events(
    State(app): State<Arc<App>>,
    _: Reader,
    AskedPlayer { guild, player, .. }: AskedPlayer,
    Parameters(parameters): Parameters<EventsParameters>,
) -> Result<Response, ApiError> {
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
    _: Reader,
    asked: AskedPlayer,
    Parameters(parameters): Parameters<DayParameters>,
) -> Result<Response, ApiError> {
    let day = parameters.date.unwrap_or_else(|| UtcDay::of(app.now()));
    let day = app
        .database
        .activity_day(asked.guild, asked.player.clone(), day, app.now());
    let mut day = ActivityDay::from(day.await?);
    day.player_id = asked.id(day.player_id);
    Ok(json_response(StatusCode::OK, &day))
}

/// `GET .../online`: who is on any of the guild's servers.
pub(crate) async fn online(
    State(app): State<Arc<App>>,
    _: Reader,
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

/// `GET .../counters`: the names of all counters. They are the same in every guild.
pub(crate) async fn counters(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedGuild(_): NamedGuild,
) -> Result<Response, ApiError> {
    require_activity(&app)?;
    Ok(json_response(StatusCode::OK, &app.database.counter_names()))
}

/// `GET .../top?by=&range=&limit=`: who has most of a counter.
pub(crate) async fn top(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedGuild(guild): NamedGuild,
    Parameters(parameters): Parameters<RankingParameters>,
) -> Result<Response, ApiError> {
    require_activity(&app)?;
    let RankedDays(days) = parameters.range.unwrap_or(RankedDays::MAX);
    let PageLimit(limit) = parameters.limit.unwrap_or(DEFAULT_LIMIT);
    let by = parameters.by;
    let ranking = app
        .database
        .activity_ranking(guild, &by, days, limit, app.now());
    let ranking = ranking.await.map_err(|error| match error {
        RankingError::Store(error) => ApiError::from(error),
        RankingError::UnknownCounter {
            ref name,
            ref known,
        } => {
            let (counter, known) = (name.clone(), known.clone());
            let reason = Reason::CounterUnknown { counter, known };
            RequestError::BadUrl(Why::coded(reason, error.to_string())).into()
        }
    })?;
    let answer = ActivityRanking::new(guild, by, ranking);
    Ok(json_response(StatusCode::OK, &answer))
}

fn require_activity(app: &App) -> Result<(), ApiError> {
    match app.database.keeps_activity() {
        true => Ok(()),
        false => Err(Unknown::ActivityOff.into()),
    }
}
