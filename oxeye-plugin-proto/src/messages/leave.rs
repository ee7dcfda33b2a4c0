//! `POST /leave` reports that a player has left.

use serde::{Deserialize, Serialize};

use crate::{PlayerName, UnixSeconds};

/// A player who has left. It is no error if the player was not online.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveRequest {
    /// Who left.
    pub player: PlayerName,
    /// When the plugin saw it, if not just now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<UnixSeconds>,
}

impl LeaveRequest {
    /// Makes the leave of a player who has left just now.
    #[must_use]
    pub fn new(player: PlayerName) -> Self {
        Self { player, at: None }
    }
}
