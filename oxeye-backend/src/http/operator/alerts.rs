//! The alerts of a guild: lists them, sets one, turns one off, and has one say that it works. The bot notices what
//! changes here, and posts.

use std::sync::Arc;

use axum::RequestPartsExt;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use oxeye_db::{Alert, AlertId, GuildId, GuildServers, MOST_ALERTS, NewAlert, SetAlertError};
use oxeye_text::Locale;
use serde::Deserialize;

use super::parameters::{AnyGuild, NamedGuild, from_text};
use crate::api_messages::alerts::{AlertAnswer, AlertLine, AlertOrder, Topic};
use crate::api_messages::refusal::{Reason, Why};
use crate::http::app::App;
use crate::http::authentication::{Operator, Reader};
use crate::http::body::Json;
use crate::http::error::{ApiError, RequestError, Unknown, json_response};

/// The alert that a path names. The path is untrusted: it can only name an alert of the guild in the same path.
#[derive(Debug, Deserialize)]
pub(crate) struct NamedAlert {
    #[serde(deserialize_with = "from_text")]
    guild_id: GuildId,
    #[serde(deserialize_with = "from_text")]
    alert_id: i64,
}

impl FromRequestParts<Arc<App>> for NamedAlert {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, ApiError> {
        let Path(alert) = parts.extract::<Path<Self>>().await?;
        Ok(alert)
    }
}

/// `GET /api/guilds/{guild_id}/alerts`: the alerts of a guild.
pub(crate) async fn of_guild(
    State(app): State<Arc<App>>,
    _: Reader,
    AnyGuild(guild): AnyGuild,
) -> Result<Response, ApiError> {
    let alerts = app.database.guild_alerts(guild).await?;
    let lines = alerts.into_iter().map(|alert| line(&app, alert));
    let lines: Vec<_> = lines.collect();
    Ok(json_response(StatusCode::OK, &lines))
}

/// `PUT /api/guilds/{guild_id}/alerts`: sets an alert, in place of the one that the channel had of the same servers.
pub(crate) async fn set(
    State(app): State<Arc<App>>,
    _: Operator,
    NamedGuild(guild): NamedGuild,
    Json(order): Json<AlertOrder>,
) -> Result<Response, ApiError> {
    if guild == GuildId::LOCAL {
        let why = "guild 0 is local, without Discord, so it has no channels";
        return Err(RequestError::BadUrl(Why::coded(Reason::LocalGuild, why)).into());
    }
    if order.role_id == Some(guild.0) {
        let why = "role_id is the role of everyone, which an alert cannot notify; choose another role, or leave it out";
        return Err(RequestError::Invalid(Why::coded(Reason::RoleOfEveryone, why)).into());
    }
    let servers = match &order.server {
        None => GuildServers::All(guild),
        Some(name) => {
            let found = app.database.find_server(guild, name);
            let (server, _) = found.ok_or_else(|| app.unknown_server(guild))?;
            GuildServers::One(server)
        }
    };
    let language = order.language.as_deref().unwrap_or_default();
    let new = NewAlert {
        servers,
        channel: order.channel_id,
        role: order.role_id,
        locale: Locale::of_tag(language).tag().to_owned(),
        set_by: None,
        topics: Topic::together(&order.topics),
    };
    let set = app.database.set_alert(new, MOST_ALERTS, app.now()).await;
    let alert = set.map_err(|error| match error {
        SetAlertError::TooMany(count) => ApiError::TooManyAlerts(count),
        SetAlertError::UnknownServer => app.unknown_server(guild),
        error @ SetAlertError::BotRemoved => ApiError::Internal(error.to_string()),
        SetAlertError::Store(error) => error.into(),
    })?;
    tracing::info!(%guild, channel = alert.channel, "an alert was set, as the operator asked");
    Ok(json_response(StatusCode::OK, &line(&app, alert)))
}

/// `DELETE /api/guilds/{guild_id}/alerts/{alert_id}`: turns an alert off.
pub(crate) async fn off(
    State(app): State<Arc<App>>,
    _: Operator,
    NamedAlert { guild_id, alert_id }: NamedAlert,
) -> Result<Response, ApiError> {
    let id = AlertId(alert_id);
    if !app.database.remove_alert(guild_id, id).await? {
        return Err(Unknown::Alert.into());
    }
    tracing::info!(guild = %guild_id, "an alert was turned off, as the operator asked");
    let answer = AlertAnswer::of(guild_id, id);
    Ok(json_response(StatusCode::OK, &answer))
}

/// `POST /api/guilds/{guild_id}/alerts/{alert_id}/test`: has the bot post a test, which it does as soon as it can.
pub(crate) async fn test(
    State(app): State<Arc<App>>,
    _: Operator,
    NamedAlert { guild_id, alert_id }: NamedAlert,
) -> Result<Response, ApiError> {
    let id = AlertId(alert_id);
    let message = app.database.test_alert(guild_id, id, app.now()).await?;
    message.ok_or(Unknown::Alert)?;
    let answer = AlertAnswer::of(guild_id, id);
    Ok(json_response(StatusCode::ACCEPTED, &answer))
}

fn line(app: &App, alert: Alert) -> AlertLine {
    let server = alert.server.and_then(|server| {
        let server = app.database.server_summary(server, app.now());
        server.map(|server| server.name)
    });
    AlertLine::new(alert, server)
}
