//! The players of a server and their sessions; forgetting a player.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use oxeye_db::record::player_sessions::SessionCursor;
use oxeye_db::{GuildServer, Span, StoreError, TimeZone};
use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use serde::Deserialize;

use super::parameters::{
    NamedPlayer, NamedServer, PageLimit, Parameters, as_number, as_text, as_time,
};
use crate::api_messages::players::{PlayerReport, PlayersReport, SessionsReport};
use crate::api_messages::stored_data::{ForgetAnswer, ForgettableAnswer};
use crate::http::app::App;
use crate::http::authentication::{Operator, Reader};
use crate::http::error::{ApiError, RequestError, Unknown, json_response};

/// The number of players or sessions on a page if `limit` is not given.
const DEFAULT_LIMIT: PageLimit = PageLimit(100);

/// The number of days in `last_days_secs` if `days` is not given.
const DEFAULT_DAYS: u16 = 30;

/// The largest `days`, about ten years.
const MAX_DAYS: u16 = 3_660;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlayersParameters {
    /// What a name begins with, in any case.
    #[serde(default)]
    prefix: String,
    #[serde(default, deserialize_with = "as_text")]
    after: Option<PlayerName>,
    #[serde(default, deserialize_with = "as_text")]
    limit: Option<PageLimit>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlayerParameters {
    #[serde(default, deserialize_with = "as_number")]
    days: Option<u16>,
    #[serde(default, deserialize_with = "as_text")]
    tz: Option<TimeZone>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SessionsParameters {
    #[serde(default, deserialize_with = "as_time")]
    from: Option<UnixSeconds>,
    #[serde(default, deserialize_with = "as_time")]
    to: Option<UnixSeconds>,
    #[serde(default, deserialize_with = "as_text")]
    before: Option<SessionCursor>,
    #[serde(default, deserialize_with = "as_text")]
    limit: Option<PageLimit>,
}

/// `GET .../players?prefix=&after=&limit=`: everyone who has been on the server, sorted by name.
pub(crate) async fn players(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedServer { server, name }: NamedServer,
    Parameters(parameters): Parameters<PlayersParameters>,
) -> Result<Response, ApiError> {
    let PageLimit(limit) = parameters.limit.unwrap_or(DEFAULT_LIMIT);
    let players = app
        .database
        .known_players(
            server,
            &parameters.prefix,
            parameters.after,
            limit,
            app.now(),
        )
        .await?
        .ok_or_else(|| app.unknown_server(server.guild()))?;
    let report = PlayersReport::new(server.guild(), name, &players);
    Ok(json_response(StatusCode::OK, &report))
}

/// `GET .../players/{player}?days=&tz=`: one player.
pub(crate) async fn player(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedServer { server, name }: NamedServer,
    NamedPlayer(player): NamedPlayer,
    Parameters(parameters): Parameters<PlayerParameters>,
) -> Result<Response, ApiError> {
    let zone = parameters.tz.unwrap_or_else(|| app.zone_of(server.guild()));
    let days = parameters.days.unwrap_or(DEFAULT_DAYS);
    if !(1..=MAX_DAYS).contains(&days) {
        let why = format!("days is a whole number from 1 to {MAX_DAYS}");
        return Err(RequestError::BadUrl(why.into()).into());
    }
    let profile = |player| {
        let database = &app.database;
        database.player_profile(server, player, days, zone, app.now())
    };
    let (_, profile) = of_player_meant(&app, server, player, profile).await?;
    let uuids = app
        .database
        .player_uuids(server.guild(), &profile.player)
        .await?;
    let report = PlayerReport::new(server.guild(), name, profile, &uuids, zone);
    Ok(json_response(StatusCode::OK, &report))
}

/// `GET .../players/{player}/sessions?from=&to=&before=&limit=`: the player's sessions, newest first.
pub(crate) async fn sessions(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedServer { server, name }: NamedServer,
    NamedPlayer(player): NamedPlayer,
    Parameters(parameters): Parameters<SessionsParameters>,
) -> Result<Response, ApiError> {
    let PageLimit(limit) = parameters.limit.unwrap_or(DEFAULT_LIMIT);
    let span = parameters.span()?;
    let sessions = |player| {
        let (database, before) = (&app.database, parameters.before);
        database.player_sessions(server, player, span, before, limit, app.now())
    };
    let (_, (player, sessions)) = of_player_meant(&app, server, player, sessions).await?;
    let report = SessionsReport::new(server.guild(), name, player, &sessions);
    Ok(json_response(StatusCode::OK, &report))
}

impl SessionsParameters {
    /// Returns the time that is asked about: all of it, unless `from` or `to` says otherwise.
    fn span(&self) -> Result<Span, ApiError> {
        let span = Span {
            from: self.from.unwrap_or(Span::ALL.from),
            to: self.to.unwrap_or(Span::ALL.to),
        };
        if span.to <= span.from {
            let why = "from must be earlier than to";
            return Err(RequestError::BadUrl(why.into()).into());
        }
        Ok(span)
    }
}

/// Asks about the player of this name or, if there is none, about the only player whose name differs from it only in
/// case. Returns the name that was found and the answer.
async fn of_player_meant<T, F>(
    app: &App,
    server: GuildServer,
    name: PlayerName,
    ask: impl Fn(PlayerName) -> F,
) -> Result<(PlayerName, T), ApiError>
where
    F: Future<Output = Result<Option<T>, StoreError>>,
{
    if let Some(found) = ask(name.clone()).await? {
        return Ok((name, found));
    }
    let other = app.database.player_in_other_case(server, name, app.now());
    let other = other.await?.ok_or(Unknown::Player)?;
    let found = ask(other.clone()).await?;
    Ok((other, found.ok_or(Unknown::Player)?))
}

/// `GET /api/players/{player}`: whether there is anything that `DELETE` would forget.
pub(crate) async fn forgettable(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedPlayer(player): NamedPlayer,
) -> Result<Response, ApiError> {
    let is_known = app.database.knows_player(player.clone()).await?;
    let similar_player = similar(&app, is_known, &player).await?;
    let answer = ForgettableAnswer {
        player,
        is_known,
        similar_player,
    };
    Ok(json_response(StatusCode::OK, &answer))
}

/// Returns a known name that differs only in case from one that is not known.
async fn similar(
    app: &App,
    is_known: bool,
    player: &PlayerName,
) -> Result<Option<PlayerName>, StoreError> {
    match is_known {
        true => Ok(None),
        false => app.database.name_in_other_case(player.clone()).await,
    }
}

/// `DELETE /api/players/{player}`: forgets a player on all servers of all guilds, and answers when it is done in
/// memory and on disk. The name must match exactly, because this cannot be undone: otherwise a request that is sent
/// twice could delete somebody else.
pub(crate) async fn forget(
    State(app): State<Arc<App>>,
    _: Operator,
    NamedPlayer(player): NamedPlayer,
) -> Result<Response, ApiError> {
    let forgotten = app
        .database
        .forget_player(player.clone(), app.now())
        .await?;
    let is_known = forgotten
        .as_ref()
        .is_some_and(|forgotten| forgotten.is_known);
    let similar = similar(&app, is_known, &player).await?;
    let Some(forgotten) = forgotten else {
        return Err(Unknown::NobodyToForget(similar).into());
    };
    let answer = ForgetAnswer::of(player, similar, forgotten);
    Ok(json_response(StatusCode::OK, &answer))
}
