//! What a plugin reports, in the form in which the rules take it.

use std::time::Duration;

use oxeye_plugin_proto::{GameServerState, PlayerName, SyncPlayer, TextureHash, UnixSeconds};
use uuid::Uuid;

/// A player joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinEvent {
    /// The player.
    pub player: PlayerName,
    /// The texture hash of the player's skin, if the plugin knows it.
    pub texture_hash: Option<TextureHash>,
    /// The player's account, if the plugin knows.
    pub uuid: Option<Uuid>,
    /// When it happened, if not just now.
    pub at: Option<UnixSeconds>,
}

/// A player left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaveEvent {
    /// The player.
    pub player: PlayerName,
    /// When it happened, if not just now.
    pub at: Option<UnixSeconds>,
}

/// The whole roster of a server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SyncEvent {
    /// The players who are online.
    pub roster: Vec<SyncPlayer>,
    /// The interval between heartbeats that the server promises.
    pub heartbeat: Option<Duration>,
    /// Whether the Minecraft server has just started, so that nobody from before is still online.
    pub is_startup: bool,
    /// When it happened, if not just now.
    pub at: Option<UnixSeconds>,
}

/// A heartbeat: the program that reports for the server is alive, and the roster has not changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HeartbeatEvent {
    /// The number of players online, if the server counts them.
    pub players: Option<usize>,
    /// The interval between heartbeats that the server promises.
    pub heartbeat: Option<Duration>,
    /// The state of the game server, if a program beside it reports.
    pub server: Option<GameServerState>,
    /// Since when it has been in this state, if that is known.
    pub since: Option<UnixSeconds>,
    /// When it happened, if not just now.
    pub at: Option<UnixSeconds>,
}

/// Who disconnects a server, which decides when its players' sessions end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisconnectedBy {
    /// The plugin: its players were there until now.
    Plugin,
    /// An operator or a guild: the players were there when the server last reported.
    Operator,
}

/// Whether we have the skin that a join names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkinAnswer {
    /// We have it, or the join named none.
    Known,
    /// Please send it.
    Wanted,
}

impl From<Vec<SyncPlayer>> for SyncEvent {
    fn from(roster: Vec<SyncPlayer>) -> Self {
        Self {
            roster,
            ..Self::default()
        }
    }
}
