//! What a plugin reports, as the rules take it.

use oxeye_plugin_proto::{PlayerName, SyncPlayer, TextureHash, UnixSeconds};
use std::time::Duration;
use uuid::Uuid;

/// A player joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinEvent {
    /// The player.
    pub player: PlayerName,
    /// What they wear, if the plugin knows.
    pub texture_hash: Option<TextureHash>,
    /// The account, if the plugin knows.
    pub uuid: Option<Uuid>,
    /// When, if it was not just now.
    pub at: Option<UnixSeconds>,
}

/// A player left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaveEvent {
    /// The player.
    pub player: PlayerName,
    /// When, if it was not just now.
    pub at: Option<UnixSeconds>,
}

/// The whole roster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SyncEvent {
    /// The players who are on.
    pub roster: Vec<SyncPlayer>,
    /// The server promises to speak this often.
    pub heartbeat: Option<Duration>,
    /// The Minecraft server has just started: whoever was online before is not any more.
    pub is_startup: bool,
    /// When, if it was not just now.
    pub at: Option<UnixSeconds>,
}

/// The roster is as it was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HeartbeatEvent {
    /// How many players the server counts.
    pub players: Option<usize>,
    /// The server promises to speak this often.
    pub heartbeat: Option<Duration>,
    /// When, if it was not just now.
    pub at: Option<UnixSeconds>,
}

/// Who unlinks a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisconnectedBy {
    /// The plugin: players were there until now.
    Plugin,
    /// Somebody else: players were there when the server last spoke.
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
