//! What an attempt at a board needs to know, and how it ends.

use std::time::Duration;

use oxeye_db::{Board, Database, UnixSeconds};
use tokio::time::Instant;

use super::healing::Refusal;
use super::looks::Looks;
use crate::head_emoji::HeadEmoji;
use crate::rest::{Rest, RestError};

/// What an attempt needs.
#[derive(Debug, Clone)]
pub(crate) struct Tools {
    pub(crate) database: Database,
    pub(crate) rest: Rest,
    pub(crate) clock: fn() -> UnixSeconds,
    pub(crate) last_seen_shown: usize,
    /// The heads that boards can show; `None` if they show none.
    pub(crate) heads: Option<HeadEmoji>,
    /// How long after the start no board is edited that was posted before: the process before us may
    /// just have done that.
    pub(crate) quiet_at_start: Duration,
}

/// A request whose answer is unknown.
#[derive(Debug, Clone)]
pub(crate) struct Unsure {
    pub(crate) at: Instant,
    pub(super) shown: [u8; 32],
    /// How the message looks if it was carried out.
    pub(super) looks: Looks,
}

/// What is known of a board before an attempt.
#[derive(Debug, Clone)]
pub(crate) struct Before {
    pub(crate) board: Board,
    pub(crate) unsure: Option<Unsure>,
    /// The message that this one replaces.
    pub(crate) replaces: Option<u64>,
    /// Whether to look at the message first, since it may be gone or show something else.
    pub(crate) is_doubtful: bool,
    /// Whether an earlier process may have done more than the store knows of.
    pub(crate) is_inherited: bool,
    /// Whether a server on it has not reported since we started.
    pub(crate) awaits_reports: bool,
}

impl Before {
    /// Whether an attempt at the post may have been accepted already.
    pub(crate) fn may_be_posted(&self) -> bool {
        self.unsure.is_some() || self.is_inherited
    }
}

/// How an attempt ended.
#[derive(Debug)]
pub(crate) enum Attempted {
    /// There is nothing to show: the server was removed.
    NoContent,
    /// The board is up to date already.
    Unchanged,
    /// The same, except that servers have not reported since we started.
    AwaitsReports,
    Edited([u8; 32]),
    Posted {
        /// The channel of the board, which may be a forum.
        channel: u64,
        message: u64,
        thread: Option<u64>,
        /// What it shows; `None` if it may be older.
        shown: Option<[u8; 32]>,
    },
    /// The attempt whose answer was lost was accepted.
    WasEdited {
        at: Instant,
        shown: [u8; 32],
    },
    Refused(Refusal, RestError, Option<Unsure>),
}

/// Returns what a failed request means.
pub(super) fn refusal<T>(result: &Result<T, RestError>) -> Option<Refusal> {
    result.as_ref().err().map(Refusal::of)
}
