//! The JSON of alerts.

use clap::ValueEnum;
use oxeye_db::{Alert, AlertId, AlertTopics, GuildId};
use oxeye_plugin_proto::{ServerName, UnixSeconds};
use serde::{Deserialize, Serialize};

/// What an alert can say beside outages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Topic {
    /// Who joins and leaves
    Visits,
    /// That more players are on at once than ever before
    Records,
    /// Who joins for the first time
    Newcomers,
}

impl Topic {
    /// Returns the topics of an alert.
    pub(crate) fn of(topics: AlertTopics) -> Vec<Self> {
        let all = [
            (Self::Visits, topics.visits),
            (Self::Records, topics.records),
            (Self::Newcomers, topics.newcomers),
        ];
        let chosen = all.into_iter().filter(|(_, is_chosen)| *is_chosen);
        chosen.map(|(topic, _)| topic).collect()
    }

    /// Returns what an alert with these topics says.
    pub(crate) fn together(topics: &[Self]) -> AlertTopics {
        AlertTopics {
            visits: topics.contains(&Self::Visits),
            records: topics.contains(&Self::Records),
            newcomers: topics.contains(&Self::Newcomers),
        }
    }
}

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
    /// What it says beside that servers are down and back up.
    pub(crate) topics: Vec<Topic>,
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
    /// What the alert says beside that servers are down and back up.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) topics: Vec<Topic>,
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
            topics: Topic::of(alert.topics),
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
