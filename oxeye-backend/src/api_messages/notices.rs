//! The JSON of notices.

use oxeye_db::{GuildId, Notice};
use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use serde::{Deserialize, Serialize};

/// An entry of `GET /api/guilds/{guild_id}/notices`, and the response of `POST` and of `DELETE .../{notice_id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NoticeLine {
    /// The id of the notice.
    pub(crate) notice_id: i64,
    /// The guild.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// The member who is told, by their Discord account.
    #[serde(with = "crate::api_messages::user_id")]
    pub(crate) user_id: u64,
    /// The player about whom they are told.
    pub(crate) player: PlayerName,
    /// Where they are mentioned if they accept no direct messages.
    #[serde(with = "crate::api_messages::user_id::optional")]
    pub(crate) channel_id: Option<u64>,
    /// When it was added.
    pub(crate) added_at: UnixSeconds,
    /// `active`, `refused` if Discord took no message for them the last time, or `ended` if it took none three times.
    pub(crate) state: String,
}

/// The body of `POST /api/guilds/{guild_id}/notices`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct NoticeOrder {
    /// The member.
    #[serde(with = "crate::api_messages::user_id")]
    pub(crate) user_id: u64,
    /// The player, in any case if only one matches.
    pub(crate) player: PlayerName,
    /// Where they are mentioned if they accept no direct messages.
    #[serde(
        default,
        with = "crate::api_messages::user_id::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) channel_id: Option<u64>,
    /// The language of the messages; English if it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<String>,
}

impl From<Notice> for NoticeLine {
    fn from(notice: Notice) -> Self {
        let is_ended = notice.is_ended();
        Self {
            notice_id: notice.id.0,
            guild_id: notice.guild,
            user_id: notice.user,
            player: notice.player,
            channel_id: notice.channel,
            added_at: notice.created_at,
            state: match notice.refused_at {
                _ if is_ended => "ended",
                Some(_) => "refused",
                None => "active",
            }
            .to_owned(),
        }
    }
}
