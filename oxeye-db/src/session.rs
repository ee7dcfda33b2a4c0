//! One stay of one player on one server, and how its end is known.

use oxeye_plugin_proto::UnixSeconds;
use std::fmt;

use crate::players::PlayerId;

/// The number of a session in the store, never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub u32);

/// How the end of a session is known. What was seen comes before what was concluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SessionEnd {
    /// The server reported the leave.
    Left,
    /// The server started anew; the end is the last it said before.
    ServerStopped,
    /// The server was unlinked.
    Disconnected,
    /// A sync did not name the player any more; the end is the last the server said before it.
    MissingFromSync,
    /// The server fell silent; the end is estimated from the last it said.
    Stale,
}

/// A session that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClosedSession {
    /// Its number.
    pub id: SessionId,
    /// Whose stay it was.
    pub player: PlayerId,
    /// Its first second.
    pub joined_at: UnixSeconds,
    /// Its end; never before `joined_at`.
    pub left_at: UnixSeconds,
    /// The last evidence that the player was there; before `left_at` only where that is estimated.
    pub seen_at: UnixSeconds,
    /// How the end is known.
    pub end: SessionEnd,
}

impl SessionEnd {
    /// All of them, in the order of their codes.
    pub const ALL: [Self; 5] = [
        Self::Left,
        Self::ServerStopped,
        Self::Disconnected,
        Self::MissingFromSync,
        Self::Stale,
    ];

    /// The word in the store and in the operator API.
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

    /// The end that a word stands for.
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
