//! `POST /heartbeat`: the server is still running.

use serde::{Deserialize, Serialize};

use crate::HeartbeatSecs;

/// The body of `POST /heartbeat`, which may also be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeartbeatRequest {
    /// The number of players on the server now. If it differs from the backend's, the backend asks
    /// for a sync. Until the first sync, people are shown this number, because a server that cannot
    /// name its players never sends one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub players: Option<u32>,
    /// The longest time until the next sign of life that the server promises.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heartbeat_secs: Option<HeartbeatSecs>,
}

/// The answer 200 to `POST /heartbeat`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeartbeatResponse {
    /// Whether to send a full sync, because the backend does not know who is online.
    pub resync: bool,
}
