//! The link between a member of a guild on Discord and a player.

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use uuid::Uuid;

use crate::ids::GuildId;

/// A member of a guild who is linked to a player. The ids of members are Discord's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedMember {
    /// The guild.
    pub guild: GuildId,
    /// The member.
    pub user: u64,
    /// The player, by the newest name.
    pub player: PlayerName,
    /// The account whose owner the member is; `None` if none is known.
    pub account: Option<Uuid>,
    /// When they were linked.
    pub linked_at: UnixSeconds,
    /// The member who confirmed it; `None` if a code that the player typed in the game has proven it.
    pub confirmed_by: Option<u64>,
    /// Since when the player hides from the other members.
    pub hidden_since: Option<UnixSeconds>,
}
