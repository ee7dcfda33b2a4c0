//! Members of guilds who are linked to players: lists them, and ends a link; and forgets a member.

use std::sync::Arc;

use axum::RequestPartsExt;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use oxeye_db::GuildId;
use serde::Deserialize;

use super::parameters::from_text;
use super::presence::NamedUser;
use crate::api_messages::members::{ForgottenMember, MemberLine};
use crate::http::app::App;
use crate::http::authentication::Operator;
use crate::http::error::{ApiError, Unknown, json_response};

/// The member that a path names, linked or not.
#[derive(Debug, Deserialize)]
pub(crate) struct NamedMember {
    #[serde(deserialize_with = "from_text")]
    guild_id: GuildId,
    #[serde(deserialize_with = "from_text")]
    user_id: u64,
}

impl FromRequestParts<Arc<App>> for NamedMember {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        let Path(member) = parts.extract::<Path<Self>>().await?;
        Ok(member)
    }
}

/// `GET /api/members`: the linked members of all guilds.
pub(crate) async fn all(State(app): State<Arc<App>>, _: Operator) -> Result<Response, ApiError> {
    let members = app.database.linked_members(None).await?;
    let lines: Vec<_> = members.into_iter().map(MemberLine::from).collect();
    Ok(json_response(StatusCode::OK, &lines))
}

/// `DELETE /api/guilds/{guild_id}/members/{user_id}`: ends the link of a member.
pub(crate) async fn unlink(
    State(app): State<Arc<App>>,
    _: Operator,
    NamedMember { guild_id, user_id }: NamedMember,
) -> Result<Response, ApiError> {
    let unlinked = app.database.unlink_member(guild_id, user_id).await?;
    let unlinked = unlinked.ok_or(Unknown::Member)?;
    tracing::info!(guild = %guild_id, "a member was unlinked from a player, as the operator asked");
    Ok(json_response(StatusCode::OK, &MemberLine::from(unlinked)))
}

/// `DELETE /api/members/{user_id}`: forgets a Discord account in all guilds, and answers when that is done.
pub(crate) async fn forget(
    State(app): State<Arc<App>>,
    _: Operator,
    NamedUser(user): NamedUser,
) -> Result<Response, ApiError> {
    let forgotten = app.database.forget_account(user).await?;
    let forgotten = forgotten.ok_or(Unknown::Account)?;
    tracing::info!("a member was forgotten, as the operator asked");
    let answer = ForgottenMember::of(user, forgotten);
    Ok(json_response(StatusCode::OK, &answer))
}
