//! The closed sessions of one server, kept in memory column by column, so that any question about
//! the past is answered without asking SQLite.
//!
//! Sessions lie in blocks in the order in which they were closed. A block knows the span of time it
//! touches, so a question about some days passes over the blocks of all others. A question works
//! on a copy of the list of blocks, which are shared and not copied: it holds no lock while it
//! counts.

mod removal;

use oxeye_plugin_proto::UnixSeconds;
use std::sync::Arc;

use crate::players::PlayerId;
use crate::record::span::Span;
use crate::session::{ClosedSession, SessionEnd, SessionId};

/// Sessions in a block.
const BLOCK: usize = 4096;

/// Closed sessions of one server. Cheap to clone; a clone is a view of one moment.
#[derive(Debug, Clone, Default)]
pub struct History {
    blocks: Vec<Arc<Block>>,
}

/// Columns of equal length, and the span of time that their sessions touch.
#[derive(Debug, Clone)]
struct Block {
    ids: Vec<SessionId>,
    players: Vec<PlayerId>,
    joined: Vec<UnixSeconds>,
    lengths: Vec<u32>,
    /// Seconds at the end of a session without evidence.
    estimated: Vec<u32>,
    ends: Vec<SessionEnd>,
    earliest: UnixSeconds,
    latest: UnixSeconds,
}

impl History {
    /// Number of sessions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.blocks.iter().map(|block| block.ids.len()).sum()
    }

    /// Whether no session has been closed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// All sessions, in the order in which they were closed.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = ClosedSession> + '_ {
        self.blocks
            .iter()
            .flat_map(|block| (0..block.ids.len()).map(|row| block.session(row)))
    }

    /// Sessions that touch `from..=to`, in the order in which they were closed.
    pub fn between(
        &self,
        from: UnixSeconds,
        to: UnixSeconds,
    ) -> impl DoubleEndedIterator<Item = ClosedSession> + '_ {
        self.blocks
            .iter()
            .filter(move |block| block.latest >= from && block.earliest <= to)
            .flat_map(|block| (0..block.ids.len()).map(|row| block.session(row)))
            .filter(move |session| session.left_at >= from && session.joined_at <= to)
    }

    /// A player's sessions that ended at `since` or later, by their beginning.
    #[must_use]
    pub fn of_player_since(&self, player: PlayerId, since: UnixSeconds) -> Vec<ClosedSession> {
        let mut sessions: Vec<_> = self
            .between(since, UnixSeconds(i64::MAX))
            .filter(|session| session.player == player)
            .collect();
        sessions.sort_by_key(|session| (session.joined_at, session.left_at, session.id));
        sessions
    }

    /// A player's sessions, in the order in which they were closed.
    pub(crate) fn of_player(&self, player: PlayerId) -> impl Iterator<Item = ClosedSession> + '_ {
        self.blocks.iter().flat_map(move |block| {
            let rows = block.players.iter().enumerate();
            let rows = rows.filter(move |(_, of)| **of == player);
            rows.map(|(row, _)| block.session(row))
        })
    }

    fn blocks_in(&self, span: Span) -> impl Iterator<Item = &Arc<Block>> {
        let blocks = self.blocks.iter();
        blocks.filter(move |block| block.latest >= span.from && block.earliest < span.to)
    }

    /// At least as many as the sessions that touch a span, and not many more.
    pub(crate) fn len_in(&self, span: Span) -> usize {
        self.blocks_in(span).map(|block| block.ids.len()).sum()
    }

    /// Who stayed and from when to when, of the blocks that touch a span.
    pub(crate) fn stays_in(&self, span: Span) -> impl Iterator<Item = (PlayerId, Span)> + '_ {
        self.blocks_in(span).flat_map(|block| {
            let times = block.joined.iter().zip(&block.lengths);
            let stays = times.map(|(joined, length)| Span {
                from: *joined,
                to: end(*joined, *length),
            });
            block.players.iter().copied().zip(stays)
        })
    }

    /// Who was seen last when in each session.
    pub(crate) fn sightings(&self) -> impl Iterator<Item = (PlayerId, UnixSeconds)> + '_ {
        self.blocks.iter().flat_map(|block| {
            let times = block.joined.iter().zip(&block.lengths);
            let times = times.zip(&block.estimated);
            let seen = times.map(|((joined, length), estimated)| {
                UnixSeconds(end(*joined, *length).0.saturating_sub((*estimated).into()))
            });
            block.players.iter().copied().zip(seen)
        })
    }

    /// When the first session began.
    pub(crate) fn earliest(&self) -> Option<UnixSeconds> {
        self.blocks.iter().map(|block| block.earliest).min()
    }

    /// Adds a session.
    pub(crate) fn push(&mut self, session: ClosedSession) {
        match self.blocks.last_mut() {
            Some(last) if last.ids.len() < BLOCK => Arc::make_mut(last).push(session),
            _ => self.blocks.push(Arc::new(Block::starting_with(session))),
        }
    }

    /// Puts what is now known of a session in the place of what was.
    pub(crate) fn replace(&mut self, session: ClosedSession) {
        let place = self.blocks.iter_mut().rev().find_map(|block| {
            let row = block.ids.iter().rposition(|id| *id == session.id)?;
            Some((block, row))
        });
        if let Some((block, row)) = place {
            Arc::make_mut(block).set(row, session);
        }
    }
}

impl Block {
    fn starting_with(session: ClosedSession) -> Self {
        let mut block = Self {
            ids: Vec::new(),
            players: Vec::new(),
            joined: Vec::new(),
            lengths: Vec::new(),
            estimated: Vec::new(),
            ends: Vec::new(),
            earliest: session.joined_at,
            latest: session.left_at,
        };
        block.push(session);
        block
    }

    fn push(&mut self, session: ClosedSession) {
        self.ids.push(session.id);
        self.players.push(session.player);
        self.joined.push(session.joined_at);
        self.lengths
            .push(seconds(session.joined_at, session.left_at));
        self.estimated
            .push(seconds(session.seen_at, session.left_at));
        self.ends.push(session.end);
        self.stretch_to(session);
    }

    fn set(&mut self, row: usize, session: ClosedSession) {
        self.joined[row] = session.joined_at;
        self.lengths[row] = seconds(session.joined_at, session.left_at);
        self.estimated[row] = seconds(session.seen_at, session.left_at);
        self.ends[row] = session.end;
        self.stretch_to(session);
    }

    fn stretch_to(&mut self, session: ClosedSession) {
        self.earliest = self.earliest.min(session.joined_at);
        self.latest = self.latest.max(session.left_at);
    }

    fn session(&self, row: usize) -> ClosedSession {
        let joined_at = self.joined[row];
        let left_at = end(joined_at, self.lengths[row]);
        ClosedSession {
            id: self.ids[row],
            player: self.players[row],
            joined_at,
            left_at,
            seen_at: UnixSeconds(left_at.0.saturating_sub(i64::from(self.estimated[row]))),
            end: self.ends[row],
        }
    }
}

impl FromIterator<ClosedSession> for History {
    fn from_iter<T: IntoIterator<Item = ClosedSession>>(sessions: T) -> Self {
        let mut history = Self::default();
        for session in sessions {
            history.push(session);
        }
        history
    }
}

/// This many seconds later.
fn end(joined_at: UnixSeconds, length: u32) -> UnixSeconds {
    UnixSeconds(joined_at.0.saturating_add(length.into()))
}

/// From one time to another; a stay of more than 136 years is cut.
fn seconds(from: UnixSeconds, to: UnixSeconds) -> u32 {
    u32::try_from(to.saturating_since(from).as_secs()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(id: u32, joined: i64, left: i64) -> ClosedSession {
        ClosedSession {
            id: SessionId(id),
            player: PlayerId(id % 7),
            joined_at: UnixSeconds(joined),
            left_at: UnixSeconds(left),
            seen_at: UnixSeconds(left),
            end: SessionEnd::Left,
        }
    }

    #[test]
    fn sessions_of_a_span_are_found_in_whichever_block_they_lie() {
        let mut history = History::default();
        for id in 0..10_000_u32 {
            let at = i64::from(id) * 10;
            history.push(session(id, at, at + 15));
        }
        // Closed late, of a time long before.
        history.push(session(10_000, 5, 7));

        let found: Vec<_> = history
            .between(UnixSeconds(50_001), UnixSeconds(50_010))
            .map(|session| session.id.0)
            .collect();
        assert_eq!(found, [4_999, 5_000, 5_001]);

        let found = history.between(UnixSeconds(0), UnixSeconds(6));
        assert_eq!(
            found.map(|found| found.id.0).collect::<Vec<_>>(),
            [0, 10_000]
        );
    }

    #[test]
    fn a_view_is_not_changed_by_what_comes_after() {
        let mut history = History::default();
        history.push(session(1, 0, 10));
        let view = history.clone();

        history.replace(session(1, 0, 20));
        history.push(session(2, 30, 40));

        assert_eq!(view.iter().collect::<Vec<_>>(), [session(1, 0, 10)]);
        let now = [session(1, 0, 20), session(2, 30, 40)];
        assert_eq!(history.iter().collect::<Vec<_>>(), now);
    }
}
