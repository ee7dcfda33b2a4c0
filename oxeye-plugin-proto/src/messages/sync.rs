//! `POST /sync`: everyone who is online now.

use serde::{Deserialize, Serialize};

use super::{SkippedPlayer, SyncPlayers};
use crate::{HeartbeatSecs, PlayerName, TextureHash};

/// Replaces what the backend believes about who is online.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncRequest {
    /// The players who are online, in either of the two shapes that plugins send.
    pub players: SyncPlayers,
    /// The server promises to be heard again this soon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heartbeat_secs: Option<HeartbeatSecs>,
    /// Why the sync was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<SyncReason>,
}

/// Why a sync was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum SyncReason {
    /// The Minecraft server has just started: whoever was online before is not any more.
    Startup,
    /// A word of a newer plugin; it changes nothing.
    Other(String),
}

const STARTUP: &str = "startup";

impl From<String> for SyncReason {
    fn from(reason: String) -> Self {
        if reason == STARTUP {
            Self::Startup
        } else {
            Self::Other(reason)
        }
    }
}

impl From<SyncReason> for String {
    fn from(reason: SyncReason) -> Self {
        match reason {
            SyncReason::Startup => STARTUP.to_owned(),
            SyncReason::Other(reason) => reason,
        }
    }
}

/// The answer 200.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncResponse {
    /// Skins the backend would like to have.
    #[serde(default)]
    pub missing: Vec<MissingSkin>,
    /// Entries that could not be used; the others counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<SkippedPlayer>,
}

/// A skin the backend has not seen yet: send it to `/skin`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingSkin {
    /// Who wears it.
    pub player: PlayerName,
    /// The hash the sync gave for it.
    pub texture_hash: TextureHash,
}
