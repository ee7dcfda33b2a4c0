//! The closed sessions of one server, kept in memory column by column, so that any question about
//! the past is answered without asking SQLite.
//!
//! Sessions lie in blocks in the order in which they were closed. A block knows the span of time it
//! touches, so a question about some days passes over the blocks of all others. A question works
//! on a copy of the list of blocks, which are shared and not copied: it holds no lock while it
//! counts.
//!
//! Beside the blocks lies the order of each player's sessions in time, for the rules that put late
//! events among them.

mod order;
mod removal;

use oxeye_plugin_proto::UnixSeconds;
use std::sync::Arc;

use crate::players::PlayerId;
use crate::record::span::Span;
use crate::session::{ClosedSession, SessionEnd, SessionId};
use order::{Key, Order};

/// Sessions in a block.
const BLOCK: usize = 4096;

/// Closed sessions of one server. Cheap to clone; a clone is a view of one moment.
#[derive(Debug, Default)]
pub struct History {
    blocks: Vec<Arc<Block>>,
    /// Made when it is first needed, then kept. A clone does not take it along.
    order: Option<Order>,
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

impl Clone for History {
    fn clone(&self) -> Self {
        Self {
            blocks: self.blocks.clone(),
            order: None,
        }
    }
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
        self.blocks.iter().all(|block| block.ids.is_empty())
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

    /// A player's sessions that begin at `from` or later, in time order.
    pub(crate) fn of_player_from(
        &mut self,
        player: PlayerId,
        from: UnixSeconds,
    ) -> impl Iterator<Item = ClosedSession> + '_ {
        let (blocks, order) = self.in_order();
        order
            .from(Key::begin_of(player, from), |row| key(blocks, row))
            .map(|row| session(blocks, row))
            .take_while(move |session| session.player == player)
    }

    /// A player's sessions that begin at `to` or earlier, the last first.
    pub(crate) fn of_player_until(
        &mut self,
        player: PlayerId,
        to: UnixSeconds,
    ) -> impl Iterator<Item = ClosedSession> + '_ {
        let (blocks, order) = self.in_order();
        order
            .before(Key::end_of(player, to), |row| key(blocks, row))
            .map(|row| session(blocks, row))
            .take_while(move |session| session.player == player)
    }

    /// The player's last session.
    pub(crate) fn last_of(&mut self, player: PlayerId) -> Option<ClosedSession> {
        self.of_player_until(player, UnixSeconds(i64::MAX)).next()
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

    /// Each session's player, and when they were last seen in it.
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
        let blocks = self.blocks.iter().filter(|block| !block.ids.is_empty());
        blocks.map(|block| block.earliest).min()
    }

    /// Adds a session.
    pub(crate) fn push(&mut self, session: ClosedSession) {
        match self.blocks.last_mut() {
            Some(last) if last.ids.len() < BLOCK => Arc::make_mut(last).push(session),
            _ => self.blocks.push(Arc::new(Block::starting_with(session))),
        }
        let block = self.blocks.len() - 1;
        let row = row_number(block, self.blocks[block].ids.len() - 1);
        if let Some(order) = &mut self.order {
            order.insert(key(&self.blocks, row), row, |row| key(&self.blocks, row));
        }
    }

    /// Puts what is now known of a session in the place of what was.
    pub(crate) fn replace(&mut self, old: &ClosedSession, new: ClosedSession) {
        self.in_order();
        let Some(order) = &mut self.order else {
            return;
        };
        let old = order.remove(Key::of(old), |row| key(&self.blocks, row));
        if let Some(row) = old {
            let (block, place) = place_of(row);
            Arc::make_mut(&mut self.blocks[block]).set(place, new);
            order.insert(key(&self.blocks, row), row, |row| key(&self.blocks, row));
        }
    }

    /// Makes the order if there is none yet. A start does it once all sessions are there, so that no
    /// report has to.
    pub(crate) fn put_in_order(&mut self) {
        self.in_order();
    }

    fn in_order(&mut self) -> (&[Arc<Block>], &Order) {
        let blocks = &self.blocks;
        let order = self.order.get_or_insert_with(|| {
            let rows = blocks.iter().enumerate().flat_map(|(number, block)| {
                let players = block.players.iter().enumerate();
                players.map(move |(place, player)| (*player, row_number(number, place)))
            });
            Order::of(rows, |row| key(blocks, row))
        });
        (blocks, order)
    }
}

/// The number of a row: all blocks but the last count as full.
fn row_number(block: usize, place: usize) -> u32 {
    u32::try_from(block * BLOCK + place).unwrap_or(u32::MAX)
}

/// The block of a row, and its place in it.
fn place_of(row: u32) -> (usize, usize) {
    (row as usize / BLOCK, row as usize % BLOCK)
}

fn session(blocks: &[Arc<Block>], row: u32) -> ClosedSession {
    let (block, place) = place_of(row);
    blocks[block].session(place)
}

fn key(blocks: &[Arc<Block>], row: u32) -> Key {
    let (block, place) = place_of(row);
    blocks[block].key(place)
}

impl Block {
    /// Touches no time, so every question passes over it.
    fn empty() -> Self {
        Self {
            ids: Vec::new(),
            players: Vec::new(),
            joined: Vec::new(),
            lengths: Vec::new(),
            estimated: Vec::new(),
            ends: Vec::new(),
            earliest: UnixSeconds(i64::MAX),
            latest: UnixSeconds(i64::MIN),
        }
    }

    fn starting_with(session: ClosedSession) -> Self {
        let mut block = Self::empty();
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
        let began_first = self.joined[row] == self.earliest;
        self.joined[row] = session.joined_at;
        self.lengths[row] = seconds(session.joined_at, session.left_at);
        self.estimated[row] = seconds(session.seen_at, session.left_at);
        self.ends[row] = session.end;
        if began_first {
            // The exact beginning is shown to people; the end only says which blocks to look into.
            self.earliest = self.joined.iter().copied().min().unwrap_or(self.earliest);
        }
        self.stretch_to(session);
    }

    fn stretch_to(&mut self, session: ClosedSession) {
        self.earliest = self.earliest.min(session.joined_at);
        self.latest = self.latest.max(session.left_at);
    }

    fn key(&self, row: usize) -> Key {
        #[cfg(test)]
        tests::count_session_read();
        let joined_at = self.joined[row];
        Key {
            player: self.players[row],
            joined_at,
            left_at: end(joined_at, self.lengths[row]),
            end: self.ends[row],
            id: self.ids[row],
        }
    }

    fn session(&self, row: usize) -> ClosedSession {
        #[cfg(test)]
        tests::count_session_read();
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
pub(crate) mod tests;
