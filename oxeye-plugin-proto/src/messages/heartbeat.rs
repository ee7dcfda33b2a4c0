//! `POST /heartbeat` reports that the server is still running.

use serde::{Deserialize, Serialize};

use crate::HeartbeatSecs;

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
}

/// The body of a 200 answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeartbeatResponse {
    /// The backend does not know who is online: send a full sync.
    pub resync: bool,
}
