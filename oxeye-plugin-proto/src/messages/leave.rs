//! `POST /leave`: a player has left.

use serde::{Deserialize, Serialize};

use crate::{PlayerName, UnixSeconds};

/// Also right when the player was not online.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveRequest {
    /// Who left.
    pub player: PlayerName,
    /// When it was seen, if not just now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<UnixSeconds>,
}

impl LeaveRequest {
    /// This player has left just now.
    #[must_use]
    pub fn new(player: PlayerName) -> Self {
        Self { player, at: None }
    }
}
