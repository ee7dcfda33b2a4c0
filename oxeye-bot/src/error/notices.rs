//! What a member who wants to be told about a player can put right.

use oxeye_db::PlayerName;
use oxeye_text::{Text, escape_markdown};

use super::{BotError, Mistake};

/// A mistake about a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoticeMistake {
    /// No server of the guild knows the player, or the player hides. Nobody learns which.
    UnknownPlayer(PlayerName),
    /// The member is told about this player already.
    Exists(PlayerName),
    /// The member, or the guild, has as many notices as it may have.
    TooMany(usize),
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
            Self::TooMany(count) => text.too_many_notices(*count),
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
