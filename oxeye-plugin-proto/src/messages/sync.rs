//! `POST /sync`: everyone who is online now.

use serde::{Deserialize, Serialize};

use super::{SkippedPlayer, SyncPlayers};
use crate::{HeartbeatSecs, PlayerName, TextureHash};

/// The body of `POST /sync`, which replaces everything that the backend believes about who is
/// online.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncRequest {
    /// The players who are online, in either of the two forms that plugins send.
    pub players: SyncPlayers,
    /// The longest time until the next sign of life that the server promises.
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
    /// The Minecraft server has just started, so nobody from before is online any more.
    Startup,
    /// A reason of a newer plugin, which changes nothing.
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

/// The answer 200 to `POST /sync`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncResponse {
    /// The skins that the backend asks for.
    #[serde(default)]
    pub missing: Vec<MissingSkin>,
    /// The invalid entries; the others counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<SkippedPlayer>,
}

/// A skin that the backend has not seen yet and that should be sent to `/skin`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingSkin {
    /// The player who wears it.
    pub player: PlayerName,
    /// The hash under which the sync named it.
    pub texture_hash: TextureHash,
}
