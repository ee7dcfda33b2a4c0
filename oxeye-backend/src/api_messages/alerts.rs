//! The JSON of alerts.

use oxeye_db::{Alert, AlertId, GuildId};
use oxeye_plugin_proto::{ServerName, UnixSeconds};
use serde::{Deserialize, Serialize};

/// An entry of `GET /api/guilds/{guild_id}/alerts`, and the response of `PUT`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AlertLine {
    /// The id of the alert.
    pub(crate) alert_id: i64,
    /// The guild.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// The channel in which it says that a server is down.
    #[serde(with = "crate::api_messages::user_id")]
    pub(crate) channel_id: u64,
    /// The server; `null` for all servers of the guild.
    pub(crate) server: Option<ServerName>,
    /// The role that it notifies.
    #[serde(with = "crate::api_messages::user_id::optional")]
    pub(crate) role_id: Option<u64>,
    /// The language of its messages, such as `de`.
    pub(crate) language: String,
    /// When it was set.
    pub(crate) set_at: UnixSeconds,
    /// `active`, `blocked` while Discord refuses its messages, or `stopped` if its channel was deleted.
    pub(crate) state: String,
}

/// The body of `PUT /api/guilds/{guild_id}/alerts`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AlertOrder {
    /// The channel.
    #[serde(with = "crate::api_messages::user_id")]
    pub(crate) channel_id: u64,
    /// The server; all servers of the guild if it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) server: Option<ServerName>,
    /// The role that is notified; nobody if it is missing.
    #[serde(
        default,
        with = "crate::api_messages::user_id::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) role_id: Option<u64>,
    /// The language; English if it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<String>,
}

/// The response of `DELETE /api/guilds/{guild_id}/alerts/{alert_id}` and of `POST .../test`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AlertAnswer {
    /// The id of the alert.
    pub(crate) alert_id: i64,
    /// The guild.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
}

impl AlertLine {
    /// Combines an alert with the name of its server.
    pub(crate) fn new(alert: Alert, server: Option<ServerName>) -> Self {
        let state = match (alert.stopped, alert.blocked_since) {
            (Some(_), _) => "stopped",
            (None, Some(_)) => "blocked",
            (None, None) => "active",
        };
        Self {
            alert_id: alert.id.0,
            guild_id: alert.guild,
            channel_id: alert.channel,
            server,
            role_id: alert.role,
            language: alert.locale,
            set_at: alert.set_at,
            state: state.to_owned(),
        }
    }
}

impl AlertAnswer {
    /// Names an alert.
    pub(crate) fn of(guild_id: GuildId, alert: AlertId) -> Self {
        Self {
            alert_id: alert.0,
            guild_id,
        }
    }
}
