//! `POST /sync` reports everyone who is online now.

use serde::{Deserialize, Serialize};

use super::{SkippedPlayer, SyncPlayers};
use crate::{HeartbeatSecs, PlayerName, TextureHash};

/// The complete list of players, which replaces what the backend knows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncRequest {
    /// The players who are online, in either of the two forms that plugins send.
    pub players: SyncPlayers,
    /// How soon the server promises its next message.
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
    /// The Minecraft server has just started, so everyone who was online before has left.
    Startup,
    /// A reason that only a newer version knows. It has no effect.
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

/// The body of a 200 answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncResponse {
    /// Skins the backend would like to have.
    #[serde(default)]
    pub missing: Vec<MissingSkin>,
    /// Invalid entries. All others were accepted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<SkippedPlayer>,
}

/// A skin that the backend has not seen yet. Send it to `/skin`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingSkin {
    /// Who wears it.
    pub player: PlayerName,
    /// The hash of the skin, as reported.
    pub texture_hash: TextureHash,
}
