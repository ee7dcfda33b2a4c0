//! When each board may be edited. Pure: it makes no request and reads no clock.
//!
//! A change is shown almost at once (the leading edit), and further changes together 15 s later (the
//! trailing edit). A board that nothing has changed on is in no queue and costs nothing.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use oxeye_db::BoardId;
use tokio::time::Instant;

use super::channel_pace::ChannelPace;
use super::waits::{Outcome, Waits};

/// How long the leading edit waits for further changes, such as the other players of a sync.
const GATHER: Duration = Duration::from_millis(500);

/// The boards and when they are due.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    boards: HashMap<BoardId, Entry>,
    channels: HashMap<u64, ChannelPace>,
    /// When each board is due, and since when it waits: of those that are due at the same time, the one
    /// that has waited longest goes first.
    queue: BTreeSet<(Instant, Instant, BoardId)>,
}

/// What the plan knows of a board.
#[derive(Debug)]
struct Entry {
    channel: u64,
    /// Since when there is something that it does not show.
    stale_since: Option<Instant>,
    /// Its place in the queue.
    queued: Option<(Instant, Instant)>,
    attempt: Option<Attempt>,
    waits: Waits,
}

/// An attempt that is under way.
#[derive(Debug, Clone, Copy)]
struct Attempt {
    /// Since when there was something to show when it began.
    since: Instant,
    /// The channel that it keeps busy.
    channel: u64,
    /// Whether something happened meanwhile that may help if it is refused.
    is_hurried: bool,
}

impl Plan {
    /// Adds a board that is posted, or to be posted, in a channel or thread.
    pub(crate) fn add(&mut self, board: BoardId, channel: u64) {
        self.remove(board);
        let entry = Entry {
            channel,
            stale_since: None,
            queued: None,
            attempt: None,
            waits: Waits::default(),
        };
        self.boards.insert(board, entry);
    }

    /// Removes a board.
    pub(crate) fn remove(&mut self, board: BoardId) {
        self.unqueue(board);
        let Some(entry) = self.boards.remove(&board) else {
            return;
        };
        let channel = entry
            .attempt
            .map_or(entry.channel, |attempt| attempt.channel);
        let pace = self.channel(channel);
        if entry.attempt.is_some() {
            pace.is_busy = false;
        }
        if pace.unsure == Some(board) {
            pace.unsure = None;
        }
        self.wake(channel);
        let is_used = |other: &Entry| other.channel == entry.channel;
        if !self.boards.values().any(is_used) {
            self.channels.remove(&entry.channel);
        }
    }

    /// Takes note that a board may show something that is no longer true.
    pub(crate) fn changed(&mut self, board: BoardId, now: Instant) {
        self.stale(board, now, now + GATHER);
    }

    /// Makes a board due at once, whatever it was waiting for, other than the 15 s between two edits. If
    /// an attempt is under way that is then refused, the next one follows at once.
    pub(crate) fn hurry(&mut self, board: BoardId, now: Instant) {
        if let Some(entry) = self.boards.get_mut(&board) {
            entry.waits.forgive();
            if let Some(attempt) = &mut entry.attempt {
                attempt.is_hurried = true;
            }
        }
        self.unqueue(board);
        self.stale(board, now, now);
    }

    /// Edits a board not before this time, as if it had been edited 15 s earlier.
    pub(crate) fn rest(&mut self, board: BoardId, until: Instant) {
        if let Some(entry) = self.boards.get_mut(&board) {
            entry.waits.edit = Some(until);
            self.requeue(board, until);
        }
    }

    /// Makes a board due at once whose message is gone: what replaces it is no edit.
    pub(crate) fn post_again(&mut self, board: BoardId, now: Instant) {
        if let Some(entry) = self.boards.get_mut(&board) {
            entry.waits.edit = None;
        }
        self.hurry(board, now);
    }

    /// Leaves a board as it is until this time, unless [`Self::unhold`] or [`Self::hurry`] comes earlier.
    pub(crate) fn hold(&mut self, board: BoardId, until: Instant) {
        if let Some(entry) = self.boards.get_mut(&board) {
            entry.waits.held = Some(until);
            self.requeue(board, until);
        }
    }

    /// Ends a hold.
    pub(crate) fn unhold(&mut self, board: BoardId, now: Instant) {
        let entry = self.boards.get_mut(&board);
        if entry.is_some_and(|entry| entry.waits.held.take().is_some()) {
            self.requeue(board, now + GATHER);
        }
    }

    /// Whether Discord accepted an edit of a board within the last 15 s.
    pub(crate) fn was_just_edited(&self, board: BoardId, now: Instant) -> bool {
        let entry = self.boards.get(&board);
        entry.is_some_and(|entry| entry.waits.edit.is_some_and(|until| until > now))
    }

    /// Whether an attempt at a board is under way.
    pub(crate) fn is_under_way(&self, board: BoardId) -> bool {
        let entry = self.boards.get(&board);
        entry.is_some_and(|entry| entry.attempt.is_some())
    }

    /// Returns when a board may be edited or posted that is due, as far as that depends on the other edits in its
    /// channel; `None` if it does not.
    pub(crate) fn paced_until(&self, board: BoardId, now: Instant) -> Option<Instant> {
        let entry = self.boards.get(&board)?;
        let (_, since) = entry.queued?;
        let unused = ChannelPace::default();
        let pace = self.channels.get(&entry.channel).unwrap_or(&unused);
        let mut allowed = pace.next_edit(now);
        loop {
            // What is under way is likely to be accepted. What is due later does not keep its turn.
            let is_before = |other: &&Entry| {
                let is_due = other.queued.is_none_or(|(due, _)| due <= allowed);
                let waits = is_due && other.stale_since.is_some_and(|stale| stale < since);
                other.channel == entry.channel && (waits || other.attempt.is_some())
            };
            let others = self.boards.values().filter(is_before).count();
            let after_others = pace.edit_after(others, now);
            if after_others <= allowed {
                return Some(allowed).filter(|allowed| *allowed > now);
            }
            allowed = after_others;
        }
    }

    /// Returns when the next board is due.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.queue.first().map(|(due, _, _)| *due)
    }

    /// Begins an attempt at a board that is due, if there is one whose channel allows it. Each attempt
    /// has to be finished.
    pub(crate) fn take(&mut self, now: Instant) -> Option<BoardId> {
        loop {
            let (due, since, board) = *self.queue.first()?;
            if due > now {
                return None;
            }
            let channel = self.boards.get(&board)?.channel;
            let pace = self.channel(channel);
            if pace.is_closed_to(board) {
                self.unqueue(board);
                self.channel(channel).waiting.push(board);
                continue;
            }
            let allowed = pace.next_edit(now);
            if allowed > now {
                self.requeue(board, allowed);
                continue;
            }
            pace.is_busy = true;
            self.unqueue(board);
            if let Some(entry) = self.boards.get_mut(&board) {
                entry.stale_since = None;
                entry.attempt = Some(Attempt {
                    since,
                    channel,
                    is_hurried: false,
                });
            }
            return Some(board);
        }
    }

    /// Ends an attempt. Returns whether the board is still known.
    pub(crate) fn finish(&mut self, board: BoardId, outcome: Outcome, now: Instant) -> bool {
        let Some(entry) = self.boards.get_mut(&board) else {
            return false;
        };
        let Some(attempt) = entry.attempt.take() else {
            return true;
        };
        entry.waits.note(outcome, now);
        if attempt.is_hurried {
            entry.waits.forgive();
        }
        match outcome {
            Outcome::Accepted | Outcome::Unchanged => {}
            Outcome::Stopped => entry.stale_since = None,
            _ => entry.stale_since = Some(attempt.since),
        }
        let pace = self.channel(attempt.channel);
        pace.is_busy = false;
        pace.unsure = (outcome == Outcome::Unsure).then_some(board);
        match outcome {
            Outcome::Accepted => pace.note_edit(now),
            Outcome::AcceptedBefore(at) => pace.note_edit(at),
            _ => {}
        }
        self.wake(attempt.channel);
        self.requeue(board, now);
        true
    }

    /// Takes note that a board has moved to another channel, such as the thread of its own post.
    pub(crate) fn moved(&mut self, board: BoardId, channel: u64) {
        if let Some(entry) = self.boards.get_mut(&board) {
            entry.channel = channel;
        }
    }

    fn stale(&mut self, board: BoardId, since: Instant, due: Instant) {
        let Some(entry) = self.boards.get_mut(&board) else {
            return;
        };
        if entry.stale_since.is_none() {
            entry.stale_since = Some(since);
        }
        if entry.attempt.is_none() && entry.queued.is_none() {
            self.requeue(board, due);
        }
    }

    /// Queues the boards again that waited for a channel.
    fn wake(&mut self, channel: u64) {
        for board in std::mem::take(&mut self.channel(channel).waiting) {
            let entry = self.boards.get(&board);
            if let Some(since) = entry.and_then(|entry| entry.stale_since) {
                self.requeue(board, since);
            }
        }
    }

    /// Queues a board if it has anything to show, not before `due` and what it waits for.
    fn requeue(&mut self, board: BoardId, due: Instant) {
        self.unqueue(board);
        let Some(entry) = self.boards.get_mut(&board) else {
            return;
        };
        let Some(since) = entry.stale_since.filter(|_| entry.attempt.is_none()) else {
            return;
        };
        let due = entry.waits.not_before(due);
        entry.queued = Some((due, since));
        self.queue.insert((due, since, board));
    }

    fn unqueue(&mut self, board: BoardId) {
        let entry = self.boards.get_mut(&board);
        if let Some((due, since)) = entry.and_then(|entry| entry.queued.take()) {
            self.queue.remove(&(due, since, board));
        }
    }

    fn channel(&mut self, channel: u64) -> &mut ChannelPace {
        self.channels.entry(channel).or_default()
    }
}

#[cfg(test)]
mod tests;
