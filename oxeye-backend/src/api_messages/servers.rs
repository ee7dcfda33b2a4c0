//! The JSON of servers and of who is on them; of linking, unlinking, renaming and removing them.

use std::time::Duration;

use oxeye_db::{
    GuildId, LinkState, OfflinePlayerInfo, OnlinePlayer, ServerId, ServerStatus, ServerSummary,
    WatchedAs,
};
use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};
use serde::{Deserialize, Serialize};

use super::about::AboutLine;

/// An entry of `GET /api/servers`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ServerLine {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// The name of the server, unique in its guild.
    pub(crate) server: ServerName,
    /// The state of the server.
    #[serde(with = "state_word")]
    pub(crate) state: LinkState,
    /// Since when the server has been in this state, as far as is known; `null` if it is not.
    pub(crate) state_since_at: Option<UnixSeconds>,
    /// The number of online players whose names are known.
    pub(crate) online_count: usize,
    /// The number of online players, while the server has reported only that and no names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reported_count: Option<usize>,
    /// When the server was last heard from; `null` if it has not been since the backend started.
    pub(crate) heard_at: Option<UnixSeconds>,
    /// What the server says about itself.
    #[serde(default, skip_serializing_if = "AboutLine::is_empty")]
    pub(crate) about: AboutLine,
    /// How its address is watched, if it has one: `alone` or `beside` a plugin.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "watched_word"
    )]
    pub(crate) watched: Option<WatchedAs>,
}

/// The response of `GET /api/servers/{guild_id}/{server}/status`. Both lists have the newest first, and names in their
/// order within a second.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ServerReport {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// The name of the server, unique in its guild.
    pub(crate) server: ServerName,
    /// The state of the server.
    #[serde(with = "state_word")]
    pub(crate) state: LinkState,
    /// Since when the server has been in this state, as far as is known; `null` if it is not.
    pub(crate) state_since_at: Option<UnixSeconds>,
    /// When the server was last heard from; `null` if it has not been since the backend started.
    pub(crate) heard_at: Option<UnixSeconds>,
    /// How long a player who left stays in `last_seen_players`.
    pub(crate) window_secs: u64,
    /// The number of online players whose names are known.
    pub(crate) online_count: usize,
    /// The players who are online now.
    pub(crate) online_players: Vec<OnlineLine>,
    /// The number of online players, while the server has reported only that and no names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) reported_count: Option<usize>,
    /// The players who were online recently and have left, up to the limit.
    pub(crate) last_seen_players: Vec<LastSeenLine>,
    /// The number of such players without the limit.
    pub(crate) last_seen_count: usize,
    /// What the server says about itself.
    #[serde(default, skip_serializing_if = "AboutLine::is_empty")]
    pub(crate) about: AboutLine,
    /// How its address is watched, if it has one: `alone` or `beside` a plugin.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "watched_word"
    )]
    pub(crate) watched: Option<WatchedAs>,
}

/// A player who is online.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct OnlineLine {
    pub(crate) player: PlayerName,
    /// When they joined.
    pub(crate) joined_at: UnixSeconds,
}

/// A player who was online recently.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LastSeenLine {
    pub(crate) player: PlayerName,
    /// The latest evidence that they were online.
    pub(crate) last_seen_at: UnixSeconds,
}

/// The body of `POST /api/links`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LinkOrder {
    /// The name of the server to link.
    pub(crate) server: ServerName,
    /// The guild; 0, which is local, if it is missing.
    #[serde(default = "local", with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
}

fn local() -> GuildId {
    GuildId::LOCAL
}

/// The response of `POST /api/links`.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct LinkAnswer {
    /// The link code, to be entered on the server. It works once.
    pub(crate) code: String,
    /// When it expires.
    pub(crate) expires_at: UnixSeconds,
}

/// The response of `DELETE /api/servers/{guild_id}/{server}`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct UnlinkAnswer {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// The name, which can be linked again.
    pub(crate) server: ServerName,
    /// The new state of the server: disconnected.
    #[serde(with = "state_word")]
    pub(crate) state: LinkState,
}

/// Writes a state as the store's word for it.
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

/// Writes how an address is watched as the store's word for it.
mod watched_word {
    use oxeye_db::WatchedAs;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    pub(super) fn serialize<S: Serializer>(
        watched: &Option<WatchedAs>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        watched.map(WatchedAs::as_str).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<WatchedAs>, D::Error> {
        let word = Option::<String>::deserialize(deserializer)?;
        let known = |word: String| {
            let watched = WatchedAs::from_word(&word);
            watched.ok_or_else(|| de::Error::custom(format!("{word:?} is no way to watch")))
        };
        word.map(known).transpose()
    }
}

/// The body of `POST /api/servers/{guild_id}/{server}/rename`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RenameOrder {
    /// The new name.
    pub(crate) server: ServerName,
}

/// The response of `POST /api/servers/{guild_id}/{server}/rename`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RenameAnswer {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// The new name of the server.
    pub(crate) server: ServerName,
    /// The old name of the server.
    pub(crate) previous_server: ServerName,
}

/// The response of `POST /api/servers/{guild_id}/{server}/remove`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RemoveAnswer {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// The name of the removed server.
    pub(crate) server: ServerName,
    /// The number of its sessions.
    pub(crate) session_count: usize,
    /// The number of players who were known on no other server.
    pub(crate) player_count: usize,
    /// Whether the names are gone from the store's files. If not, they will be removed once the backup or export that
    /// is reading them has ended.
    pub(crate) wiped: bool,
}

impl From<&ServerSummary> for ServerLine {
    fn from(summary: &ServerSummary) -> ServerLine {
        ServerLine {
            guild_id: summary.guild,
            server: summary.name.clone(),
            state: summary.state,
            state_since_at: summary.state_since,
            online_count: summary.online,
            reported_count: summary.reported_count,
            heard_at: summary.heard_at,
            about: AboutLine::from(&*summary.about),
            watched: summary.watched,
        }
    }
}

impl From<&ServerStatus> for ServerReport {
    fn from(status: &ServerStatus) -> ServerReport {
        let mut online: Vec<_> = status.online.iter().collect();
        online.sort_by(|one, other| {
            let newest_first = other.joined_at.cmp(&one.joined_at);
            newest_first.then_with(|| one.by_joining(other))
        });
        let last_seen = status.last_seen.iter();
        ServerReport {
            guild_id: status.guild,
            server: status.name.clone(),
            state: status.state,
            state_since_at: status.state_since,
            heard_at: status.heard_at,
            window_secs: status.window.as_secs(),
            online_count: status.online.len(),
            online_players: online
                .into_iter()
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
            about: AboutLine::from(&*status.about),
            watched: status.watched,
        }
    }
}

impl ServerLine {
    /// Converts the entry back to what the store returns, for the text that the command line and Discord share.
    pub(crate) fn into_summary(self) -> ServerSummary {
        ServerSummary {
            // The API does not reveal the store's own id, and no text shows it.
            id: ServerId(0),
            guild: self.guild_id,
            name: self.server,
            state: self.state,
            state_since: self.state_since_at,
            online: self.online_count,
            reported_count: self.reported_count,
            heard_at: self.heard_at,
            about: self.about.into_about(),
            watched: self.watched,
        }
    }
}

impl ServerReport {
    /// Converts the report back to what the store returns, for the text that the command line and Discord share.
    pub(crate) fn into_status(self) -> ServerStatus {
        let online = self.online_players.into_iter().map(|on| OnlinePlayer {
            player: on.player,
            joined_at: on.joined_at,
        });
        let mut online: Vec<_> = online.collect();
        online.sort_by(OnlinePlayer::by_joining);
        ServerStatus {
            // The API does not reveal the store's own id, and no text shows it.
            id: ServerId(0),
            guild: self.guild_id,
            name: self.server,
            state: self.state,
            state_since: self.state_since_at,
            heard_at: self.heard_at,
            window: Duration::from_secs(self.window_secs),
            online,
            hidden_count: 0,
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
            about: self.about.into_about(),
            watched: self.watched,
        }
    }
}
