//! The notices of a guild: lists who is told when a player comes on, adds one, and ends one.

use std::sync::Arc;

use axum::RequestPartsExt;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use oxeye_db::{AddNoticeError, GuildId, NewNotice, NoticeId};
use oxeye_text::Locale;
use serde::Deserialize;

use super::parameters::{AnyGuild, NamedGuild, from_text};
use crate::api_messages::notices::{NoticeLine, NoticeOrder};
use crate::http::app::App;
use crate::http::authentication::Operator;
use crate::http::body::Json;
use crate::http::error::{ApiError, Unknown, json_response};

/// The notice that a path names. The path is untrusted: it can only name a notice of the guild in the same path.
#[derive(Debug, Deserialize)]
pub(crate) struct NamedNotice {
    #[serde(deserialize_with = "from_text")]
    guild_id: GuildId,
    #[serde(deserialize_with = "from_text")]
    notice_id: i64,
}

impl FromRequestParts<Arc<App>> for NamedNotice {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        let Path(notice) = parts.extract::<Path<Self>>().await?;
        Ok(notice)
    }
}

/// `GET /api/guilds/{guild_id}/notices`: the notices of a guild.
pub(crate) async fn of_guild(
    State(app): State<Arc<App>>,
    _: Operator,
    AnyGuild(guild): AnyGuild,
) -> Result<Response, ApiError> {
    let notices = app.database.notices(Some(guild)).await?;
    let lines: Vec<_> = notices.into_iter().map(NoticeLine::from).collect();
    Ok(json_response(StatusCode::OK, &lines))
}

/// `POST /api/guilds/{guild_id}/notices`: has a member told when a player comes on.
pub(crate) async fn add(
    State(app): State<Arc<App>>,
    _: Operator,
    NamedGuild(guild): NamedGuild,
    Json(order): Json<NoticeOrder>,
) -> Result<Response, ApiError> {
    let new = NewNotice {
        guild,
        user: order.user_id,
        player: order.player,
        channel: order.channel_id,
        locale: Locale::of_tag(order.language.as_deref().unwrap_or_default())
            .tag()
            .to_owned(),
    };
    let added = app.database.add_notice(new, app.now()).await;
    let added = added.map_err(|error| match error {
        AddNoticeError::UnknownPlayer => Unknown::GuildPlayer.into(),
        AddNoticeError::Exists(_) => ApiError::NoticeExists,
        AddNoticeError::TooMany(limit) => ApiError::TooManyNotices(limit),
        error @ AddNoticeError::BotRemoved => ApiError::Internal(error.to_string()),
        AddNoticeError::Store(error) => error.into(),
    })?;
    tracing::info!(%guild, "a notice was added, as the operator asked");
    let answer = NoticeLine::from(added);
    Ok(json_response(StatusCode::CREATED, &answer))
}

/// `DELETE /api/guilds/{guild_id}/notices/{notice_id}`: ends a notice.
pub(crate) async fn end(
    State(app): State<Arc<App>>,
    _: Operator,
    NamedNotice {
        guild_id,
        notice_id,
    }: NamedNotice,
) -> Result<Response, ApiError> {
    let ended = app.database.remove_notice(guild_id, NoticeId(notice_id));
    let ended = ended.await?.ok_or(Unknown::Notice)?;
    tracing::info!(guild = %guild_id, "a notice was ended, as the operator asked");
    Ok(json_response(StatusCode::OK, &NoticeLine::from(ended)))
}
