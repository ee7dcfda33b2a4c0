//! `POST /heartbeat`: the server is still there.

use serde::{Deserialize, Serialize};

use crate::HeartbeatSecs;

/// The body may also be missing altogether.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeartbeatRequest {
    /// How many players the server has now; another number than the backend's asks for a sync. Until
    /// there was one, people are shown this number: a server that cannot tell names never syncs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub players: Option<u32>,
    /// The server promises to be heard again this soon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heartbeat_secs: Option<HeartbeatSecs>,
}

/// The answer 200.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeartbeatResponse {
    /// The backend does not know who is online: send a full sync.
    pub resync: bool,
}
