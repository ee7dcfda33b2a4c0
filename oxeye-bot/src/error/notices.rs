//! What a member who wants to be told about a player can put right.

use oxeye_db::{NoticeLimit, PlayerName};
use oxeye_text::{Text, escape_markdown};

use super::{BotError, Mistake};

/// A mistake about a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoticeMistake {
    /// No server of the guild knows the player, or the player hides. Nobody learns which.
    UnknownPlayer(PlayerName),
    /// The member is told about this player already.
    Exists(PlayerName),
    /// There are as many notices as there may be.
    TooMany(NoticeLimit),
    /// The member is not told about that player.
    NoNotice,
    /// The member may not write in the channel.
    NotYourChannel(u64),
}

impl NoticeMistake {
    /// Returns what is wrong and what to do about it, as markdown.
    pub(super) fn sentence(&self, text: Text) -> String {
        let shown = |player: &PlayerName| escape_markdown(player.as_str());
        match self {
            Self::UnknownPlayer(player) => text.notice_unknown_player(&shown(player)),
            Self::Exists(player) => text.notice_exists(&shown(player)),
            Self::TooMany(NoticeLimit::OfMember(count)) => text.too_many_notices(*count),
            Self::TooMany(NoticeLimit::OfGuild(count)) => text.too_many_notices_of_guild(*count),
            Self::TooMany(NoticeLimit::InAll(_)) => text.too_many_notices_in_all(),
            Self::NoNotice => text.no_notice(),
            Self::NotYourChannel(channel) => {
                text.notice_in_closed_channel(&format!("<#{channel}>"))
            }
        }
    }
}

impl From<NoticeMistake> for BotError {
    fn from(mistake: NoticeMistake) -> Self {
        Mistake::Notice(mistake).into()
    }
}
