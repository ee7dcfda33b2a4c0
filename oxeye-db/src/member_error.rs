//! Why a member of a guild on Discord cannot be linked to a player.

use oxeye_plugin_proto::PlayerName;

use crate::store::StoreError;

/// Why a member was not linked to a player.
#[derive(Debug, thiserror::Error)]
pub enum LinkMemberError {
    /// No server of the guild knows the player.
    #[error("no server of the guild knows the player")]
    UnknownPlayer,
    /// The member is linked to this player.
    #[error("the member is linked to {0} already")]
    MemberTaken(PlayerName),
    /// Another member is linked to the player.
    #[error("another member is linked to the player")]
    PlayerTaken,
    /// The guild has removed the bot meanwhile.
    #[error("the guild has removed the bot")]
    BotRemoved,
    /// The store could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}
