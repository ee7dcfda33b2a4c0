//! What members who joined do in Discord. The operator sees those who hide, too.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::RequestPartsExt;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use oxeye_db::{GuildId, PresenceKind, Range, Span, TimeZone, UserId};
use serde::Deserialize;

use super::parameters::{AnyGuild, PageLimit, Parameters, as_text};
use crate::api_messages::presence::{
    GuildPresence, MemberReport, PresenceLine, PresenceTopReport, TogetherLine, TopLine,
    VoiceReport, user_id, words,
};
use crate::http::app::App;
use crate::http::authentication::{Operator, Reader};
use crate::http::error::{ApiError, NO_USER_ID, RequestError, Unknown, json_response};

/// Lines of a list when `limit` is not given.
const DEFAULT_LIMIT: PageLimit = PageLimit(10);

/// Nobody hides from the operator.
const NOBODY: &BTreeSet<UserId> = &BTreeSet::new();

/// The Discord account that a path names.
#[derive(Debug)]
pub(crate) struct NamedUser(pub(crate) UserId);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TopParameters {
    #[serde(default, deserialize_with = "as_text")]
    kind: Option<PresenceKind>,
    #[serde(default, deserialize_with = "as_text")]
    range: Option<Range>,
    #[serde(default, deserialize_with = "as_text")]
    tz: Option<TimeZone>,
    #[serde(default, deserialize_with = "as_text")]
    limit: Option<PageLimit>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MemberParameters {
    #[serde(default, deserialize_with = "as_text")]
    range: Option<Range>,
    #[serde(default, deserialize_with = "as_text")]
    tz: Option<TimeZone>,
    #[serde(default, deserialize_with = "as_text")]
    limit: Option<PageLimit>,
}

/// `GET /api/presence`: what each guild keeps that keeps anything.
pub(crate) async fn all(State(app): State<Arc<App>>, _: Reader) -> Response {
    let guilds = app.database.presence().guilds().into_iter();
    let lines: Vec<_> = guilds.map(|guild| of_one(&app, guild)).collect();
    json_response(StatusCode::OK, &lines)
}

/// `GET /api/guilds/{guild_id}/presence`: what one guild keeps.
pub(crate) async fn of_guild(
    State(app): State<Arc<App>>,
    _: Reader,
    AnyGuild(guild): AnyGuild,
) -> Response {
    json_response(StatusCode::OK, &of_one(&app, guild))
}

/// `GET .../presence/voice`: who is in voice.
pub(crate) async fn in_voice(
    State(app): State<Arc<App>>,
    _: Operator,
    AnyGuild(guild): AnyGuild,
) -> Response {
    let in_voice = app.database.presence().in_voice(guild, NOBODY);
    json_response(StatusCode::OK, &VoiceReport::new(guild, in_voice))
}

/// `GET .../presence/top?kind=&range=&tz=&limit=`: how much time went into what.
pub(crate) async fn top(
    State(app): State<Arc<App>>,
    _: Operator,
    AnyGuild(guild): AnyGuild,
    Parameters(parameters): Parameters<TopParameters>,
) -> Result<Response, ApiError> {
    let kind = parameters.kind.unwrap_or(PresenceKind::Game);
    let PageLimit(limit) = parameters.limit.unwrap_or(DEFAULT_LIMIT);
    let (range, zone, span) = span(&app, guild, (parameters.range, parameters.tz));
    let presence = app.database.presence();
    let top = presence.top(guild, kind, span, NOBODY, limit).await?;
    let report = PresenceTopReport {
        guild_id: guild,
        range: range.to_string(),
        time_zone: zone.to_string(),
        top: TopLine::new(kind.as_str(), top),
    };
    Ok(json_response(StatusCode::OK, &report))
}

/// `GET .../presence/users/{user_id}?range=&tz=&limit=`: what one member did.
pub(crate) async fn of_user(
    State(app): State<Arc<App>>,
    _: Operator,
    AnyGuild(guild): AnyGuild,
    NamedUser(user): NamedUser,
    Parameters(parameters): Parameters<MemberParameters>,
) -> Result<Response, ApiError> {
    let PageLimit(limit) = parameters.limit.unwrap_or(DEFAULT_LIMIT);
    let (range, zone, span) = span(&app, guild, (parameters.range, parameters.tz));
    let presence = app.database.presence();
    let joined_at = presence.joined_at(guild, user);
    let joined_at = joined_at.ok_or(Unknown::NotJoined)?;
    let summary = presence.mine(guild, user, span, limit).await?;
    let together = presence.played_together(guild, user, span, NOBODY, limit);
    let together = together.await?;
    let sessions = presence.sessions_in_guild(guild, user, span).await?;
    let report = MemberReport {
        guild_id: guild,
        user_id: user.to_string(),
        joined_at,
        hidden_since_at: presence.hidden_since(guild, user),
        range: range.to_string(),
        time_zone: zone.to_string(),
        tops: summary
            .by_kind
            .into_iter()
            .map(|(kind, top)| TopLine::new(kind.as_str(), top))
            .collect(),
        played_together: together.into_iter().map(TogetherLine::from).collect(),
        session_count: sessions.len(),
        sessions: sessions
            .into_iter()
            .rev()
            .take(limit)
            .map(|(session, part)| {
                let secs = session.secs_within(part);
                PresenceLine::new(session, joined_at, secs)
            })
            .collect(),
    };
    Ok(json_response(StatusCode::OK, &report))
}

fn of_one(app: &App, guild: GuildId) -> GuildPresence {
    let presence = app.database.presence();
    GuildPresence {
        guild_id: guild,
        kinds: words(presence.kinds_of(guild)),
        member_count: presence.members(guild).len(),
        in_voice_count: presence.in_voice(guild, NOBODY).len(),
        day_count: presence.retention_days(),
    }
}

fn span(
    app: &App,
    guild: GuildId,
    (range, zone): (Option<Range>, Option<TimeZone>),
) -> (Range, TimeZone, Span) {
    let range = range.unwrap_or(Range::Week);
    let zone = zone.unwrap_or_else(|| app.zone_of(guild));
    (range, zone, range.span(zone, app.now()))
}

impl FromRequestParts<Arc<App>> for NamedUser {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        #[derive(Deserialize)]
        struct Place {
            user_id: String,
        }
        let Path(place) = parts.extract::<Path<Place>>().await?;
        let user = user_id(&place.user_id);
        let user = user.ok_or_else(|| RequestError::BadUrl(NO_USER_ID.into()))?;
        Ok(Self(user))
    }
}
