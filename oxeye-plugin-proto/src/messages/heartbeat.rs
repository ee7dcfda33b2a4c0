//! `POST /heartbeat` reports that whatever speaks for the server is still running, and whether the game
//! server is.

use serde::{Deserialize, Deserializer, Serialize};

use crate::{HeartbeatSecs, UnixSeconds};

/// A heartbeat. The whole body may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeartbeatRequest {
    /// Number of players on the server. If the backend's number differs, it asks for a sync. Until the
    /// first sync, people see this number; a server that does not know the names never syncs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub players: Option<u32>,
    /// How soon the server promises its next message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heartbeat_secs: Option<HeartbeatSecs>,
    /// The state of the game server, if a program beside it reports. Without it, the heartbeat comes
    /// from the game server itself, which is therefore up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<GameServerState>,
    /// Since when the game server has been in this state, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<UnixSeconds>,
    /// Whether codes that members type in the game are passed on with
    /// [`MemberCodeRequest`](crate::MemberCodeRequest). It holds until the next message that was promised
    /// is overdue.
    #[serde(
        default,
        skip_serializing_if = "is_false",
        deserialize_with = "null_is_false"
    )]
    pub member_codes: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde requires this signature"
)]
fn is_false(value: &bool) -> bool {
    !value
}

fn null_is_false<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// Whether the game server is running, as seen by the program that reports for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GameServerState {
    /// It runs and accepts players.
    Up,
    /// It has begun to start and does not accept players yet.
    Starting,
    /// It is not running: it was stopped, it crashed, or nothing listens on its port.
    Down,
}

/// The body of a 200 answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeartbeatResponse {
    /// The backend does not know who is online: send a full sync.
    pub resync: bool,
}
