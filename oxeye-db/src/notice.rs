//! A notice as the store keeps it: a member wants to be told when a player comes on.

use std::time::Duration;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use crate::ids::{GuildId, ServerId};

/// The most notices of one member in a guild, and of a guild.
pub(crate) const MOST_OF_MEMBER: usize = 25;
pub(crate) const MOST_OF_GUILD: usize = 2_000;

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
    /// The player.
    pub player: PlayerName,
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
    /// Since when Discord takes no message for the member.
    pub refused_at: Option<UnixSeconds>,
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
