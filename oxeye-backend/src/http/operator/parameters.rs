//! Extracts what a URL of `/api` names: a server, a player or a guild, and its query parameters.

use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

use axum::RequestPartsExt;
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use oxeye_db::{GuildId, GuildServer};
use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds, Unreadable};
use serde::de::value::I64Deserializer;
use serde::de::{DeserializeOwned, Error, IntoDeserializer};
use serde::{Deserialize, Deserializer};

use crate::api_messages::refusal::Why;
use crate::http::app::App;
use crate::http::error::{ApiError, RequestError};

/// The query parameters. Unknown parameters are refused, as are values that cannot be used.
#[derive(Debug)]
pub(crate) struct Parameters<T>(pub(crate) T);

/// The server that a path names, in any case if only one matches. The path is untrusted: it can only name a server of
/// the guild in the same path.
#[derive(Debug)]
pub(crate) struct NamedServer {
    pub(crate) server: GuildServer,
    pub(crate) name: ServerName,
}

/// The player that a path names, known or not.
#[derive(Debug)]
pub(crate) struct NamedPlayer(pub(crate) PlayerName);

/// The guild that a path names. It has at least one server, linked or not.
#[derive(Debug)]
pub(crate) struct NamedGuild(pub(crate) GuildId);

/// The guild that a path names, with or without servers.
#[derive(Debug)]
pub(crate) struct AnyGuild(pub(crate) GuildId);

/// The most entries that a response may have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageLimit(pub(crate) usize);

/// The text is not a valid limit.
#[derive(Debug, thiserror::Error)]
#[error("a limit is a whole number from 1 on")]
pub(crate) struct InvalidLimit;

/// The largest limit. A larger one counts as this.
const MAX_LIMIT: usize = 10_000;

impl<T: DeserializeOwned> FromRequestParts<Arc<App>> for Parameters<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        let parameters = Query::try_from_uri(&parts.uri);
        let Query(parameters) = parameters.map_err(|rejection| {
            let text = rejection.body_text();
            // This prefix comes from axum.
            let why = text.strip_prefix("Failed to deserialize query string: ");
            RequestError::BadUrl(why_not_usable(why.unwrap_or(&text)))
        })?;
        Ok(Self(parameters))
    }
}

/// Puts into plain words why query parameters cannot be used. The name of one may precede serde's words.
fn why_not_usable(words: &str) -> Why {
    let rest = words.split_once(": ").map_or(words, |(_, rest)| rest);
    for serde in [words, rest] {
        match Unreadable::of_words(serde) {
            Unreadable::Other(_) => {}
            unreadable => return unreadable.into(),
        }
    }
    words.into()
}

impl FromRequestParts<Arc<App>> for NamedServer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        #[derive(Deserialize)]
        struct Place {
            #[serde(deserialize_with = "from_text")]
            guild_id: GuildId,
            server: String,
        }
        let Path(place) = parts.extract::<Path<Place>>().await?;
        let name = ServerName::try_from(place.server);
        let name = name.map_err(|error| RequestError::BadUrl(error.into()))?;
        let guild = place.guild_id;
        let meant = app.database.find_server(guild, &name);
        let (server, name) = meant.ok_or_else(|| app.unknown_server(guild))?;
        Ok(Self { server, name })
    }
}

impl FromRequestParts<Arc<App>> for NamedPlayer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        #[derive(Deserialize)]
        struct Place {
            player: String,
        }
        let Path(place) = parts.extract::<Path<Place>>().await?;
        let name = PlayerName::try_from(place.player.as_str());
        let name = name.map_err(|error| RequestError::BadUrl(error.into()))?;
        Ok(Self(name))
    }
}

impl FromRequestParts<Arc<App>> for AnyGuild {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        #[derive(Deserialize)]
        struct Place {
            #[serde(deserialize_with = "from_text")]
            guild_id: GuildId,
        }
        let Path(place) = parts.extract::<Path<Place>>().await?;
        Ok(Self(place.guild_id))
    }
}

impl FromRequestParts<Arc<App>> for NamedGuild {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let AnyGuild(guild) = AnyGuild::from_request_parts(parts, app).await?;
        match app.database.has_servers(guild) {
            true => Ok(Self(guild)),
            false => Err(app.unknown_server(guild)),
        }
    }
}

impl FromStr for PageLimit {
    type Err = InvalidLimit;

    fn from_str(text: &str) -> Result<Self, InvalidLimit> {
        let limit = text.parse().map_err(|_| InvalidLimit)?;
        if limit == 0 {
            return Err(InvalidLimit);
        }
        Ok(Self(usize::min(limit, MAX_LIMIT)))
    }
}

/// For `#[serde(deserialize_with)]`: parses a value with its own `FromStr`, whose error message is shown.
pub(crate) fn as_text<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: Display>,
{
    from_text(deserializer).map(Some)
}

/// The same for a required value.
pub(super) fn from_text<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: Display>,
{
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(D::Error::custom)
}

/// For `#[serde(deserialize_with)]`: parses a whole number, of which the type may limit the size.
pub(crate) fn as_number<'de, D, N>(deserializer: D) -> Result<Option<N>, D::Error>
where
    D: Deserializer<'de>,
    N: FromStr,
{
    let text = String::deserialize(deserializer)?;
    match text.parse() {
        Ok(number) => Ok(Some(number)),
        Err(_) if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            Err(D::Error::custom("the number is too large"))
        }
        Err(_) => Err(D::Error::custom("this is no whole number from 0 on")),
    }
}

/// For `#[serde(deserialize_with)]`: parses `true` or `false`.
pub(crate) fn as_bool<'de, D>(deserializer: D) -> Result<Option<bool>, D::Error>
where
    D: Deserializer<'de>,
{
    let text = String::deserialize(deserializer)?;
    let parsed = text.parse().map(Some);
    parsed.map_err(|_| D::Error::custom("this is neither true nor false"))
}

/// For `#[serde(deserialize_with)]`: parses a time in Unix seconds.
pub(crate) fn as_time<'de, D>(deserializer: D) -> Result<Option<UnixSeconds>, D::Error>
where
    D: Deserializer<'de>,
{
    let text = String::deserialize(deserializer)?;
    let seconds: i64 = text
        .parse()
        .map_err(|_| D::Error::custom("a time is a number of whole seconds since 1970"))?;
    let seconds: I64Deserializer<D::Error> = seconds.into_deserializer();
    UnixSeconds::deserialize(seconds).map(Some)
}
