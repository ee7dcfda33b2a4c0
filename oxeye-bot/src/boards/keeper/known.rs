//! What the keeper knows of one board.

use oxeye_db::{Board, UnixSeconds};
use tokio::sync::oneshot;

use super::super::attempt::{Before, Unsure};
use super::super::{PostError, Posted};

/// A board, and what the store does not know of it.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) board: Board,
    /// A request whose answer is unknown.
    pub(super) unsure: Option<Unsure>,
    /// The message that is gone and about to be replaced.
    pub(super) replaces: Option<u64>,
    /// Whether to look at the message before the next attempt.
    pub(super) is_doubtful: bool,
    /// Whether the attempt under way, or the last one, looked at it.
    is_looked_at: bool,
    /// Whether Discord has accepted nothing of it since we started, so that what an earlier process sent
    /// last may be unknown.
    pub(super) is_inherited: bool,
    /// Whether Discord refused the last attempt, so that an event may help.
    pub(super) is_refused: bool,
    /// Whether whoever posted it accepts no direct messages.
    pub(super) is_mute: bool,
    /// Those who wait for the end of the next attempt.
    pub(super) waiting: Vec<oneshot::Sender<Result<Posted, PostError>>>,
}

impl Known {
    pub(super) fn new(board: Board) -> Self {
        Self {
            board,
            unsure: None,
            replaces: None,
            is_doubtful: false,
            is_looked_at: false,
            is_inherited: false,
            is_refused: false,
            is_mute: false,
            waiting: Vec::new(),
        }
    }

    /// Returns a board of an earlier process. That Discord refused one may be over without a word from us.
    pub(super) fn inherited(board: Board) -> Self {
        Self {
            is_doubtful: board.blocked_since.is_some(),
            is_inherited: true,
            ..Self::new(board)
        }
    }

    /// Takes the row as the store has it, except that a message that is gone stays gone.
    pub(super) fn take_row(&mut self, row: Board) {
        self.board = row;
        if self.replaces.is_some() && self.board.message == self.replaces {
            self.board.message = None;
            self.board.thread = None;
        }
    }

    /// Takes note that the message is gone, and remembers which it was.
    pub(super) fn lose_message(&mut self) {
        self.replaces = self.board.message.take();
        self.board.thread = None;
        self.board.shown = None;
    }

    /// Takes note that Discord accepted what the board shows. Whatever was wrong is over.
    pub(super) fn recover(&mut self, shown: [u8; 32]) {
        self.board.shown = Some(shown);
        self.board.blocked_since = None;
        self.board.told_at = None;
        self.board.stopped = None;
        self.is_inherited = false;
        self.is_refused = false;
        self.is_mute = false;
    }

    /// Takes note of a new message. Returns when it was posted again, if it replaces another.
    pub(super) fn take_message(
        &mut self,
        message: u64,
        thread: Option<u64>,
        now: UnixSeconds,
    ) -> Option<UnixSeconds> {
        self.board.message = Some(message);
        self.board.thread = thread;
        let reposted_at = self.replaces.take().map(|_| now);
        self.board.reposted_at = reposted_at.or(self.board.reposted_at);
        reposted_at
    }

    /// Whether it was not given up.
    pub(super) fn is_kept(&self) -> bool {
        self.board.stopped.is_none()
    }

    /// Returns what an attempt needs to know.
    pub(super) fn before(&mut self, awaits_reports: bool) -> Before {
        self.is_looked_at = std::mem::take(&mut self.is_doubtful);
        Before {
            board: self.board.clone(),
            unsure: self.unsure.take(),
            replaces: self.replaces,
            is_doubtful: self.is_looked_at,
            is_inherited: self.is_inherited,
            awaits_reports,
        }
    }

    /// Takes note that there was nothing to change, which says what Discord has if it was looked at.
    pub(super) fn leave_unchanged(&mut self) {
        self.is_inherited &= !self.is_looked_at;
    }

    /// Takes note that an attempt was refused: if the message was to be looked at, it still is.
    pub(super) fn refuse(&mut self, unsure: Option<Unsure>, is_lasting: bool) {
        self.unsure = unsure;
        self.is_refused = is_lasting;
        self.is_doubtful |= self.is_looked_at;
    }

    /// Returns where it is, if it is posted.
    pub(super) fn posted(&self) -> Option<Posted> {
        let channel = self.board.place();
        let message = self.board.message?;
        Some(Posted { channel, message })
    }

    /// Answers those who wait.
    pub(super) fn answer(&mut self, answer: &Result<Posted, PostError>) {
        for waiting in self.waiting.drain(..) {
            // This fails only if nobody waits any more.
            let _ = waiting.send(answer.clone());
        }
    }
}
