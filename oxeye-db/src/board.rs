//! A board as the store keeps it, what happens to it, and why it is given up.

use oxeye_plugin_proto::UnixSeconds;

use crate::guild_server::GuildServers;
use crate::ids::{GuildId, ServerId};

/// The id of a board. It is never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BoardId(pub i64);

/// A board. The ids of channels, messages and members are Discord's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// The board's id.
    pub id: BoardId,
    /// The guild that it was posted in.
    pub guild: GuildId,
    /// The channel that it was posted in.
    pub channel: u64,
    /// The post of a forum, whose thread has an id of its own; `None` in other channels.
    pub thread: Option<u64>,
    /// The message; `None` if it was not posted yet.
    pub message: Option<u64>,
    /// The server shown; `None` means all servers of the guild.
    pub server: Option<ServerId>,
    /// Whether it has the picture of the roster.
    pub with_picture: bool,
    /// The language it is written in.
    pub locale: String,
    /// The member who posted it, who is told if something is wrong.
    pub posted_by: u64,
    /// When it was posted.
    pub posted_at: UnixSeconds,
    /// The hash of what Discord accepted last.
    pub shown: Option<[u8; 32]>,
    /// When it was last posted again because the message was gone.
    pub reposted_at: Option<UnixSeconds>,
    /// Since when Discord refuses to change it, for example because a permission is missing.
    pub blocked_since: Option<UnixSeconds>,
    /// When somebody was told what is wrong with it.
    pub told_at: Option<UnixSeconds>,
    /// When and why it was given up.
    pub stopped: Option<Stopped>,
}

impl Board {
    /// Returns the channel or thread that its message is in.
    #[must_use]
    pub fn place(&self) -> u64 {
        self.thread.unwrap_or(self.channel)
    }

    /// Returns whether it was posted in a channel, or is itself that thread.
    #[must_use]
    pub fn is_in(&self, channel: u64) -> bool {
        self.channel == channel || self.thread == Some(channel)
    }
}

/// A board that is about to be posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBoard {
    /// The servers shown.
    pub servers: GuildServers,
    /// The channel.
    pub channel: u64,
    /// Whether it has the picture of the roster.
    pub with_picture: bool,
    /// The language it is written in.
    pub locale: String,
    /// The member who posts it.
    pub posted_by: u64,
}

/// What happened to a board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BoardUpdate {
    /// It was posted, and shows this. Whatever was wrong is over.
    Posted {
        /// The message.
        message: u64,
        /// The post of a forum; `None` in other channels.
        thread: Option<u64>,
        /// The hash of what Discord accepted.
        shown: [u8; 32],
        /// The time, if it was posted again because the message was gone.
        reposted_at: Option<UnixSeconds>,
    },
    /// Discord accepted an edit with this hash. Whatever was wrong is over.
    Shown([u8; 32]),
    /// Discord refuses to change it since this time.
    Blocked(UnixSeconds),
    /// Somebody was told at this time what is wrong.
    Told(UnixSeconds),
    /// It was given up.
    Stopped(Stopped),
    /// Somebody asked for the same board with other options, or for one that was given up. What was
    /// wrong is tried again.
    Renewed {
        /// Whether it has the picture of the roster.
        with_picture: bool,
        /// The language it is written in.
        locale: String,
        /// The member who asked.
        posted_by: u64,
    },
}

/// When and why a board or counter was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped {
    /// When.
    pub at: UnixSeconds,
    /// Why.
    pub reason: StopReason,
}

/// Why a board or counter was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StopReason {
    /// Somebody deletes the message again and again.
    MessageDeleted,
    /// The channel does not exist any more.
    ChannelDeleted,
    /// A permission was missing for too long.
    NoPermission,
    /// The thread is archived and cannot be reopened.
    ThreadArchived,
    /// The thread is locked.
    ThreadLocked,
    /// Discord refuses it for another reason.
    Refused,
}

/// All reasons with the words that the file has for them.
const STOP_REASONS: [(StopReason, &str); 6] = [
    (StopReason::MessageDeleted, "message_deleted"),
    (StopReason::ChannelDeleted, "channel_deleted"),
    (StopReason::NoPermission, "no_permission"),
    (StopReason::ThreadArchived, "thread_archived"),
    (StopReason::ThreadLocked, "thread_locked"),
    (StopReason::Refused, "refused"),
];

impl StopReason {
    /// Returns the word for the reason.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        let mut known = STOP_REASONS.iter();
        let found = known.find(|(reason, _)| *reason == self);
        found.map_or("refused", |(_, word)| word)
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        let mut known = STOP_REASONS.iter();
        let found = known.find(|(_, known)| *known == word);
        found.map(|(reason, _)| *reason)
    }
}
