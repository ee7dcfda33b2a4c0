//! `POST /member-code`: a player has typed a code in the game with which a member of the guild on Discord
//! proves that they are this player.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{MemberCode, PlayerName};

/// What a player typed. It goes to the backend at once or not at all: it is no event, has no number, and
/// counts for nothing but the proof. The answer is 200 whether or not the code was right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberCodeRequest {
    /// The player who typed it, by the name that is reported in joins.
    pub player: PlayerName,
    /// The account with which that player is online. Without one, or with one that a server in offline
    /// mode derived from the name, the code proves nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uuid: Option<Uuid>,
    /// The code.
    pub code: MemberCode,
}
