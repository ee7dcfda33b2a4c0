//! Which servers there are, who is on and who was; servers linked, unlinked, renamed and removed.

use std::time::Duration;

use oxeye_db::{
    GuildId, LinkState, OfflinePlayerInfo, OnlinePlayer, ServerId, ServerStatus, ServerSummary,
};
use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};
use serde::{Deserialize, Serialize};

/// One entry of `GET /api/servers`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ServerLine {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// Unique in its guild.
    pub(crate) server: ServerName,
    /// How much is known of it.
    #[serde(with = "state_word")]
    pub(crate) state: LinkState,
    /// How many are online of those whose names are known.
    pub(crate) online_count: usize,
    /// How many the server says there are, while it has not told who they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reported_count: Option<usize>,
    /// When it last said anything; `null` when it has not since the backend started.
    pub(crate) heard_at: Option<UnixSeconds>,
}

/// The answer of `GET /api/servers/{guild_id}/{server}/status`. Both lists: newest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ServerReport {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// Unique in its guild.
    pub(crate) server: ServerName,
    /// How much is known of it.
    #[serde(with = "state_word")]
    pub(crate) state: LinkState,
    /// When it last said anything; `null` when it has not since the backend started.
    pub(crate) heard_at: Option<UnixSeconds>,
    /// How long a player who left stays in `last_seen_players`.
    pub(crate) window_secs: u64,
    /// How many are online of those whose names are known.
    pub(crate) online_count: usize,
    /// The players who are on now.
    pub(crate) online_players: Vec<OnlineLine>,
    /// How many the server says there are, while it has not told who they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reported_count: Option<usize>,
    /// The players who were on lately and are not now, up to the limit.
    pub(crate) last_seen_players: Vec<LastSeenLine>,
    /// Their number without a limit.
    pub(crate) last_seen_count: usize,
}

/// A player who is online.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct OnlineLine {
    /// The player.
    pub(crate) player: PlayerName,
    /// When they joined.
    pub(crate) joined_at: UnixSeconds,
}

/// A player who was online lately.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LastSeenLine {
    /// The player.
    pub(crate) player: PlayerName,
    /// The latest evidence.
    pub(crate) last_seen_at: UnixSeconds,
}

/// The body of `POST /api/links`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LinkOrder {
    /// The name of the server to link.
    pub(crate) server: ServerName,
    /// The guild; 0, which is local, when it is missing.
    #[serde(default = "local", with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
}

fn local() -> GuildId {
    GuildId::LOCAL
}

/// The answer of `POST /api/links`.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct LinkAnswer {
    /// To be entered at the server; it works once.
    pub(crate) code: String,
    /// When it expires.
    pub(crate) expires_at: UnixSeconds,
}

/// The answer of `DELETE /api/servers/{guild_id}/{server}`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct UnlinkAnswer {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// Its name, which can be linked again.
    pub(crate) server: ServerName,
    /// What the server is now: disconnected.
    #[serde(with = "state_word")]
    pub(crate) state: LinkState,
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

/// The body of `POST /api/servers/{guild_id}/{server}/rename`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RenameOrder {
    /// The new name.
    pub(crate) server: ServerName,
}

/// Its answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RenameAnswer {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// What the server is called now.
    pub(crate) server: ServerName,
    /// What it was called.
    pub(crate) previous_server: ServerName,
}

/// The answer of `POST /api/servers/{guild_id}/{server}/remove`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RemoveAnswer {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// What the server was called.
    pub(crate) server: ServerName,
    /// Its sessions.
    pub(crate) session_count: usize,
    /// Players of whom nothing was known on any other server.
    pub(crate) player_count: usize,
    /// Whether the names are out of the store's files. If not, they leave them as soon as the backup or export
    /// that reads them now has ended.
    pub(crate) wiped: bool,
}

impl From<&ServerSummary> for ServerLine {
    fn from(summary: &ServerSummary) -> ServerLine {
        ServerLine {
            guild_id: summary.guild,
            server: summary.name.clone(),
            state: summary.state,
            online_count: summary.online,
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
            guild_id: status.guild,
            server: status.name.clone(),
            state: status.state,
            heard_at: status.heard_at,
            window_secs: status.window.as_secs(),
            online_count: status.online.len(),
            online_players: online
                .map(|on| OnlineLine {
                    player: on.player.clone(),
                    joined_at: on.joined_at,
                })
                .collect(),
            reported_count: status.reported_count,
            last_seen_players: last_seen
                .map(|off| LastSeenLine {
                    player: off.player_name.clone(),
                    last_seen_at: off.last_seen,
                })
                .collect(),
            last_seen_count: status.last_seen_total,
        }
    }
}

impl ServerLine {
    /// What the store would have said, so that the command line shows it with a view of the bot.
    pub(crate) fn into_summary(self) -> ServerSummary {
        ServerSummary {
            // The store's own number is not told outside; no view shows it.
            id: ServerId(0),
            guild: self.guild_id,
            name: self.server,
            state: self.state,
            online: self.online_count,
            reported_count: self.reported_count,
            heard_at: self.heard_at,
        }
    }
}

impl ServerReport {
    /// What the store would have said, so that the command line shows it with the same view as Discord.
    pub(crate) fn into_status(self) -> ServerStatus {
        let online = self.online_players.into_iter().rev();
        ServerStatus {
            // The store's own number is not told outside; no view shows it.
            id: ServerId(0),
            guild: self.guild_id,
            name: self.server,
            state: self.state,
            heard_at: self.heard_at,
            window: Duration::from_secs(self.window_secs),
            online: online
                .map(|on| OnlinePlayer {
                    player: on.player,
                    joined_at: on.joined_at,
                })
                .collect(),
            reported_count: self.reported_count,
            last_seen: self
                .last_seen_players
                .into_iter()
                .map(|off| OfflinePlayerInfo {
                    player_name: off.player,
                    last_seen: off.last_seen_at,
                })
                .collect(),
            last_seen_total: self.last_seen_count,
        }
    }
}
