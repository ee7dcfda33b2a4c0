//! What is known of one person on all servers of a guild together.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use oxeye_db::record::person_figures::{AskedBy, PersonFigures};
use oxeye_db::{GuildId, TimeZone};
use oxeye_plugin_proto::PlayerName;
use serde::Deserialize;

use super::parameters::{NamedGuild, NamedPlayer, Parameters, as_text};
use super::pictures::{PNG, language, picture_response};
use crate::api_messages::persons::PersonReport;
use crate::http::app::App;
use crate::http::authentication::Reader;
use crate::http::error::{ApiError, Unknown, json_response};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonParameters {
    #[serde(default, deserialize_with = "as_text")]
    tz: Option<TimeZone>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PictureParameters {
    #[serde(default, deserialize_with = "as_text")]
    tz: Option<TimeZone>,
    /// The language of the words, such as `de`.
    #[serde(default)]
    lang: Option<String>,
}

/// `GET /api/guilds/{guild_id}/persons/{player}?tz=`: what members see of a player, whoever hides included.
pub(crate) async fn person(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedGuild(guild): NamedGuild,
    NamedPlayer(player): NamedPlayer,
    Parameters(parameters): Parameters<PersonParameters>,
) -> Result<Response, ApiError> {
    let figures = figures(&app, guild, player, parameters.tz).await?;
    let report = PersonReport::new(guild, figures);
    Ok(json_response(StatusCode::OK, &report))
}

/// `GET /api/guilds/{guild_id}/persons/{player}/picture.png?tz=&lang=`: how much the player played on each of the last
/// days.
pub(crate) async fn picture(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedGuild(guild): NamedGuild,
    NamedPlayer(player): NamedPlayer,
    asked: HeaderMap,
    Parameters(parameters): Parameters<PictureParameters>,
) -> Result<Response, ApiError> {
    let figures = figures(&app, guild, player, parameters.tz).await?;
    let words = language(parameters.lang.as_deref()).player_words(&figures);
    let png = app.database.player_picture(guild, &figures, words).await?;
    Ok(picture_response(&asked, PNG, Bytes::from_owner(png)))
}

async fn figures(
    app: &App,
    guild: GuildId,
    player: PlayerName,
    zone: Option<TimeZone>,
) -> Result<PersonFigures, ApiError> {
    let zone = zone.unwrap_or_else(|| app.zone_of(guild));
    let database = &app.database;
    let figures = database.person_figures(guild, player, AskedBy::Operator, zone, app.now());
    Ok(figures.await?.ok_or(Unknown::GuildPlayer)?)
}
