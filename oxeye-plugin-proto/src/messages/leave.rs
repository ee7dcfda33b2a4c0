//! `POST /leave`: a player has left.

use serde::{Deserialize, Serialize};

use crate::{PlayerName, UnixSeconds};

/// The body of `POST /leave`, which is accepted even if the player was not online.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveRequest {
    /// The player who left.
    pub player: PlayerName,
    /// When it happened, if not just now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<UnixSeconds>,
}

impl LeaveRequest {
    /// Creates a leave that happened just now.
    #[must_use]
    pub fn new(player: PlayerName) -> Self {
        Self { player, at: None }
    }
}
