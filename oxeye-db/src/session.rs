//! A session: one stay of one player on one server, and how its end is known.

use std::fmt;

use oxeye_plugin_proto::UnixSeconds;

use crate::accounts::AccountId;
use crate::players::PlayerId;

/// The number of a session in the store, never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub u32);

/// How the end of a session is known, reported ends before inferred ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SessionEnd {
    /// The server reported the leave.
    Left,
    /// The Minecraft server stopped or restarted; the end is when it stopped, or its last report
    /// before that.
    ServerStopped,
    /// The server was disconnected.
    Disconnected,
    /// A sync no longer named the player; the end is the server's last report before it.
    MissingFromSync,
    /// The server fell silent; the end is estimated from its last report.
    Stale,
}

/// A session that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClosedSession {
    /// Its number.
    pub id: SessionId,
    /// The player whose session it was.
    pub player: PlayerId,
    /// The account whose session it was, if a report of it said so.
    pub account: Option<AccountId>,
    /// When the player joined.
    pub joined_at: UnixSeconds,
    /// When the player left; never before `joined_at`.
    pub left_at: UnixSeconds,
    /// The last evidence that the player was there; earlier than `left_at` only if that is
    /// estimated.
    pub seen_at: UnixSeconds,
    /// How the end is known.
    pub end: SessionEnd,
}

impl ClosedSession {
    /// Returns the last evidence of the player that is not later than a time, if any is: a clock that ran fast may
    /// have recorded the end, or all of it. Of a session that is later altogether, it is the beginning.
    pub(crate) fn seen_by(&self, time: UnixSeconds) -> UnixSeconds {
        match self.seen_at <= time {
            true => self.seen_at,
            false => self.joined_at,
        }
    }
}

impl SessionEnd {
    /// All ends, in the order of their codes.
    pub const ALL: [Self; 5] = [
        Self::Left,
        Self::ServerStopped,
        Self::Disconnected,
        Self::MissingFromSync,
        Self::Stale,
    ];

    /// Returns the word used in the store and in the operator API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::ServerStopped => "server_stopped",
            Self::Disconnected => "disconnected",
            Self::MissingFromSync => "missing_from_sync",
            Self::Stale => "stale",
        }
    }

    /// Returns the end that a word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|end| end.as_str() == word)
    }
}

impl fmt::Display for SessionEnd {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}
