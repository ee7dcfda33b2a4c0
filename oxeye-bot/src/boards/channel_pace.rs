//! How often the messages of one channel may be edited.

use std::collections::VecDeque;
use std::time::Duration;

use oxeye_db::BoardId;
use tokio::time::Instant;

/// Most edits within [`WINDOW`]. Discord documents no number for messages that are older than an hour;
/// bots have seen about 3 edits in 20 s.
const MOST_EDITS: usize = 4;
const WINDOW: Duration = Duration::from_secs(60);

/// The edits of one channel.
#[derive(Debug, Default)]
pub(crate) struct ChannelPace {
    /// The newest edits, oldest first, at most [`MOST_EDITS`].
    edits: VecDeque<Instant>,
    /// Whether a request is under way. There is one at a time, so that the count is right.
    pub(crate) is_busy: bool,
    /// The board whose last edit may have been accepted. Until that is known, no other is edited.
    pub(crate) unsure: Option<BoardId>,
    /// The boards that were due while it was closed to them.
    pub(crate) waiting: Vec<BoardId>,
}

impl ChannelPace {
    /// Whether a board has to wait for another.
    pub(crate) fn is_closed_to(&self, board: BoardId) -> bool {
        self.is_busy || self.unsure.is_some_and(|unsure| unsure != board)
    }

    /// Returns when the next edit is allowed.
    pub(crate) fn next_edit(&self, now: Instant) -> Instant {
        match self.edits.front() {
            Some(oldest) if self.edits.len() == MOST_EDITS => (*oldest + WINDOW).max(now),
            _ => now,
        }
    }

    /// Returns when an edit is allowed that comes after `others`.
    pub(crate) fn edit_after(&self, others: usize, now: Instant) -> Instant {
        let mut pace = Self {
            edits: self.edits.clone(),
            ..Self::default()
        };
        for _ in 0..others {
            pace.note_edit(pace.next_edit(now));
        }
        pace.next_edit(now)
    }

    /// Counts an edit.
    pub(crate) fn note_edit(&mut self, at: Instant) {
        if self.edits.len() == MOST_EDITS {
            self.edits.pop_front();
        }
        self.edits.push_back(at);
    }
}
