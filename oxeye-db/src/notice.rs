//! A notice as the store keeps it: a member wants to be told when a player comes on.

use std::time::Duration;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use crate::accounts::AccountId;
use crate::ids::{GuildId, ServerId};

/// The most notices of one member in a guild, of a guild, and of all guilds.
pub(crate) const MOST_OF_MEMBER: usize = 25;
pub(crate) const MOST_OF_GUILD: usize = 2_000;
pub(crate) const MOST_IN_ALL: usize = 50_000;

/// How often in a row Discord may take no message for a member. After that, the notice is off.
const MOST_REFUSALS: u32 = 3;

/// How long nobody is told again about the same player.
const BETWEEN: Duration = Duration::from_secs(30 * 60);

/// The id of a notice. It is never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NoticeId(pub i64);

/// A member who wants to be told when a player comes on. The ids of members and channels are Discord's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The notice's id.
    pub id: NoticeId,
    /// The guild on whose servers the player plays.
    pub guild: GuildId,
    /// The member.
    pub user: u64,
    /// The player, by their newest name.
    pub player: PlayerName,
    /// The player's account; `None` if none is known, and the notice is about whoever has the name.
    pub account: Option<AccountId>,
    /// Where the member is mentioned if they accept no direct messages.
    pub channel: Option<u64>,
    /// The language of the member.
    pub locale: String,
    /// When it was added.
    pub created_at: UnixSeconds,
    /// When the member was last told.
    pub sent_at: Option<UnixSeconds>,
    /// The server that the player came on, while Discord may not have the message.
    pub pending: Option<ServerId>,
    /// When Discord took no message for the member, if it did not take the last one.
    pub refused_at: Option<UnixSeconds>,
    /// How often in a row it took none.
    pub refusals: u32,
}

/// Whom somebody wants to be told about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum WatchedPlayer {
    /// An account, under all its names.
    Account(AccountId),
    /// Whoever has a name.
    Name(PlayerName),
}

/// What became of a message to a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeOutcome {
    /// The member was told, or may have been.
    Told,
    /// Discord took no message for the member at this time.
    Refused(UnixSeconds),
    /// Nothing was sent, because it took too long or the player hides. The next time counts as if nothing had been.
    Dropped,
}

/// Which limit allows no further notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeLimit {
    /// The member has this many in the guild.
    OfMember(usize),
    /// The members of the guild have this many together.
    OfGuild(usize),
    /// The members of all guilds have this many together.
    InAll(usize),
}

impl Notice {
    /// Returns whom the notice is about.
    #[must_use]
    pub fn about(&self) -> WatchedPlayer {
        match self.account {
            Some(account) => WatchedPlayer::Account(account),
            None => WatchedPlayer::Name(self.player.clone()),
        }
    }

    /// Whether the notice is off, because Discord took no message for the member too often.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.refusals >= MOST_REFUSALS
    }
}

/// A notice that is about to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    /// The guild.
    pub guild: GuildId,
    /// The member.
    pub user: u64,
    /// The player as the member typed the name.
    pub player: PlayerName,
    /// Where the member is mentioned if they accept no direct messages.
    pub channel: Option<u64>,
    /// The language of the member.
    pub locale: String,
}

/// Whether a member who was told at a time may be told again.
pub(crate) fn may_tell(sent_at: Option<UnixSeconds>, now: UnixSeconds) -> bool {
    // A time in the future means that the clock was set back.
    sent_at.is_none_or(|sent_at| sent_at > now || now.saturating_since(sent_at) >= BETWEEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_twice_within_half_an_hour() {
        let told = |ago: i64| may_tell(Some(UnixSeconds(10_000 - ago)), UnixSeconds(10_000));
        assert!(may_tell(None, UnixSeconds(0)));
        assert!(!told(0));
        assert!(!told(1_799));
        assert!(told(1_800));
        assert!(told(-1), "the clock was set back");
    }
}
