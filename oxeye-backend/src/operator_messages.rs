//! The words of the operator API: written by the server, read back by the command line.

mod keeping;
mod servers;

use std::time::Duration;

use oxeye_db::{
    GuildId, LinkState, OfflinePlayerInfo, OnlinePlayer, ServerId, ServerStatus, ServerSummary,
};
use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};
use serde::{Deserialize, Serialize};

pub use keeping::{ForgetAnswer, ImportAnswer, PlaytimeAnswer, PlaytimeLine, PlaytimeOrder};
pub use servers::{RemoveAnswer, RenameAnswer, RenameOrder};

/// One entry of `GET /api/servers`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ServerLine {
    /// The guild; 0 is local.
    #[serde(with = "crate::guild_id")]
    pub guild_id: GuildId,
    /// Unique in its guild.
    pub name: ServerName,
    /// How much is known of it.
    #[serde(with = "state_word")]
    pub state: LinkState,
    /// Players online, those whose names are known.
    pub online: usize,
    /// How many the server says there are, while it has not told who they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_count: Option<usize>,
    /// When it last said anything; `null` when it has not since the backend started.
    pub heard_at: Option<UnixSeconds>,
}

/// The answer of `GET /api/servers/{guild_id}/{name}/status`. Both lists: newest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ServerReport {
    /// Unique in its guild.
    pub name: ServerName,
    /// How much is known of it.
    #[serde(with = "state_word")]
    pub state: LinkState,
    /// When it last said anything; `null` when it has not since the backend started.
    pub heard_at: Option<UnixSeconds>,
    /// How long a player who left stays in `last_seen`.
    pub window_hours: u64,
    /// Who is on now.
    pub online: Vec<OnlineLine>,
    /// How many the server says there are, while it has not told who they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_count: Option<usize>,
    /// Who is not and was lately, as many as asked for.
    pub last_seen: Vec<LastSeenLine>,
    /// How many those would be without a limit.
    pub last_seen_total: usize,
}

/// A player who is online.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OnlineLine {
    /// Who.
    pub player: PlayerName,
    /// Since when.
    pub joined_at: UnixSeconds,
}

/// A player who was online lately.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LastSeenLine {
    /// Who.
    pub player: PlayerName,
    /// The latest evidence.
    pub last_seen: UnixSeconds,
}

/// The body of `POST /api/links`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LinkOrder {
    /// The name of the server to link.
    pub name: ServerName,
    /// The guild; 0, which is local, when it is missing.
    #[serde(default = "local", with = "crate::guild_id")]
    pub guild_id: GuildId,
}

fn local() -> GuildId {
    GuildId::LOCAL
}

/// The answer of `POST /api/links`.
#[derive(Clone, Serialize, Deserialize)]
pub struct LinkAnswer {
    /// To be typed at the server, once.
    pub code: String,
    /// From this second on it is refused.
    pub expires_at: UnixSeconds,
}

/// The answer of `DELETE /api/servers/{guild_id}/{name}`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct UnlinkAnswer {
    /// The guild; 0 is local.
    #[serde(with = "crate::guild_id")]
    pub guild_id: GuildId,
    /// Its name, which is free again.
    pub name: ServerName,
    /// What the server is now: disconnected.
    #[serde(with = "state_word")]
    pub state: LinkState,
}

/// A state is written as the store's word for it.
pub(crate) mod state_word {
    use oxeye_db::LinkState;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(crate) fn serialize<S: Serializer>(
        state: &LinkState,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(state.as_str())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<LinkState, D::Error> {
        let word = String::deserialize(deserializer)?;
        LinkState::from_word(&word)
            .ok_or_else(|| de::Error::custom(format!("{word:?} is no state of a server")))
    }
}

impl From<&ServerSummary> for ServerLine {
    fn from(summary: &ServerSummary) -> ServerLine {
        ServerLine {
            guild_id: summary.guild,
            name: summary.name.clone(),
            state: summary.state,
            online: summary.online,
            reported_count: summary.reported_count,
            heard_at: summary.heard_at,
        }
    }
}

impl From<&ServerStatus> for ServerReport {
    fn from(status: &ServerStatus) -> ServerReport {
        let online = status.online.iter().rev();
        let last_seen = status.last_seen.iter();
        ServerReport {
            name: status.name.clone(),
            state: status.state,
            heard_at: status.heard_at,
            window_hours: status.window.as_secs() / 3600,
            online: online
                .map(|on| OnlineLine {
                    player: on.player.clone(),
                    joined_at: on.joined_at,
                })
                .collect(),
            reported_count: status.reported_count,
            last_seen: last_seen
                .map(|off| LastSeenLine {
                    player: off.player_name.clone(),
                    last_seen: off.last_seen,
                })
                .collect(),
            last_seen_total: status.last_seen_total,
        }
    }
}

impl ServerLine {
    /// What the store would have said, so that the command line shows it with a view of the bot.
    pub fn into_summary(self) -> ServerSummary {
        ServerSummary {
            // The store's own number is not told outside; no view shows it.
            id: ServerId(0),
            guild: self.guild_id,
            name: self.name,
            state: self.state,
            online: self.online,
            reported_count: self.reported_count,
            heard_at: self.heard_at,
        }
    }
}

impl ServerReport {
    /// What the store would have said, so that the command line shows it with the same view as Discord.
    pub fn into_status(self, guild: GuildId) -> ServerStatus {
        let online = self.online.into_iter().rev();
        ServerStatus {
            // The store's own number is not told outside; no view shows it.
            id: ServerId(0),
            guild,
            name: self.name,
            state: self.state,
            heard_at: self.heard_at,
            window: Duration::from_secs(self.window_hours.saturating_mul(3600)),
            online: online
                .map(|on| OnlinePlayer {
                    player: on.player,
                    joined_at: on.joined_at,
                })
                .collect(),
            reported_count: self.reported_count,
            last_seen: self
                .last_seen
                .into_iter()
                .map(|off| OfflinePlayerInfo {
                    player_name: off.player,
                    last_seen: off.last_seen,
                })
                .collect(),
            last_seen_total: self.last_seen_total,
        }
    }
}
