//! The JSON of members of guilds who are linked to players.

use oxeye_db::{ForgottenAccount, GuildId, LinkedMember, PortableRecord, UserId, Uuid};
use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use serde::{Deserialize, Serialize};

/// An entry of `GET /api/members` and of an export, and the response of `DELETE /api/guilds/{guild_id}/members/{user_id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MemberLine {
    /// The guild.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// The member, by their Discord account.
    #[serde(with = "crate::api_messages::user_id")]
    pub(crate) user_id: u64,
    /// The player, by the newest name.
    pub(crate) player: PlayerName,
    /// The account whose owner the member is, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) account: Option<Uuid>,
    /// When they were linked.
    pub(crate) linked_at: UnixSeconds,
    /// The member who confirmed it; `null` if nobody did.
    #[serde(with = "crate::api_messages::user_id::optional")]
    pub(crate) confirmed_by_user_id: Option<u64>,
    /// Since when the player hides; `null` if the player is shown.
    pub(crate) hidden_since_at: Option<UnixSeconds>,
}

/// The response of `DELETE /api/members/{user_id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ForgottenMember {
    /// The member, by their Discord account.
    #[serde(with = "crate::api_messages::user_id")]
    pub(crate) user_id: u64,
    /// The number of guilds in which they had joined.
    pub(crate) guild_count: usize,
    /// The number of their sessions in Discord, including open ones.
    pub(crate) session_count: usize,
    /// The number of players to whom they were linked.
    pub(crate) player_count: usize,
    /// Whether all of it is gone from the bytes of the files. If not, that happens later.
    pub(crate) wiped: bool,
}

impl ForgottenMember {
    /// Combines the id of the account with what was deleted.
    pub(crate) fn of(user: UserId, forgotten: ForgottenAccount) -> ForgottenMember {
        ForgottenMember {
            user_id: user.0,
            guild_count: forgotten.guilds,
            session_count: forgotten.sessions,
            player_count: forgotten.links,
            wiped: forgotten.is_wiped,
        }
    }
}

impl From<LinkedMember> for MemberLine {
    fn from(member: LinkedMember) -> MemberLine {
        MemberLine {
            guild_id: member.guild,
            user_id: member.user,
            player: member.player,
            account: member.account,
            linked_at: member.linked_at,
            confirmed_by_user_id: member.confirmed_by,
            hidden_since_at: member.hidden_since,
        }
    }
}

impl MemberLine {
    /// Returns the record in a line of an export, moved into a guild if one is given.
    pub(crate) fn into_record(self, into_guild: Option<GuildId>) -> PortableRecord {
        PortableRecord::LinkedMember(LinkedMember {
            guild: into_guild.unwrap_or(self.guild_id),
            user: self.user_id,
            player: self.player,
            account: self.account,
            linked_at: self.linked_at,
            confirmed_by: self.confirmed_by_user_id,
            hidden_since: self.hidden_since_at,
        })
    }
}
