//! The closed sessions of one server. They are kept in memory by column, so that questions about
//! the past need no SQL.
//!
//! Sessions are stored in blocks, in the order in which they were closed. Each block knows the span
//! of time it touches, so a question about a few days skips all other blocks. A question works on a
//! copy of the list of blocks, which are shared and not copied, so it holds no lock while it
//! counts.
//!
//! A separate index orders each player's sessions by time, for the rules that insert late events.

mod latest;
mod order;
mod removal;
mod same_second;

use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;

use crate::accounts::AccountId;
use crate::players::PlayerId;
use crate::record::span::Span;
use crate::session::{ClosedSession, SessionEnd, SessionId};
use order::{Key, Order};

/// Number of sessions in a full block.
const BLOCK: usize = 4096;

/// The closed sessions of one server. Cheap to clone; a clone is a snapshot.
#[derive(Debug, Default)]
pub struct History {
    blocks: Vec<Arc<Block>>,
    /// Built when first needed, then maintained. A clone does not include it.
    order: Option<Order>,
}

/// A block of sessions: columns of equal length, and the span of time the sessions touch.
#[derive(Debug, Clone)]
struct Block {
    ids: Vec<SessionId>,
    players: Vec<PlayerId>,
    accounts: Vec<Option<AccountId>>,
    joined: Vec<UnixSeconds>,
    lengths: Vec<u32>,
    /// Seconds at the end of each session without evidence.
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
    /// Returns the number of sessions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.blocks.iter().map(|block| block.ids.len()).sum()
    }

    /// Whether no session has been closed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.blocks.iter().all(|block| block.ids.is_empty())
    }

    /// Returns all sessions, in the order in which they were closed.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = ClosedSession> + '_ {
        self.blocks
            .iter()
            .flat_map(|block| (0..block.ids.len()).map(|row| block.session(row)))
    }

    /// Returns the sessions that touch `from..=to`, in the order in which they were closed.
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

    /// Returns a player's sessions that begin at `from` or later, in time order.
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

    /// Returns a player's sessions that begin at `to` or earlier, the last one first.
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

    /// Returns a player's sessions, in the order in which they were closed.
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

    /// Returns an upper bound, not much too high, for the number of sessions that touch a span.
    pub(crate) fn len_in(&self, span: Span) -> usize {
        self.blocks_in(span).map(|block| block.ids.len()).sum()
    }

    /// Returns player and span of the sessions in the blocks that touch a span.
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

    /// Returns player, account and span of each session that may touch a span.
    pub(crate) fn owned_stays_in(
        &self,
        span: Span,
    ) -> impl Iterator<Item = (PlayerId, Option<AccountId>, Span)> + '_ {
        let accounts = self.blocks_in(span).flat_map(|block| &block.accounts);
        let owned = self.stays_in(span).zip(accounts);
        owned.map(|((player, stay), account)| (player, *account, stay))
    }

    /// Returns the player of each session, and when they were last seen in it.
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

    /// Returns when the first session began.
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

    /// Replaces what was known about a session.
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

    /// Builds the order if there is none yet. A start does so once all sessions are loaded, so that
    /// no report has to.
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

/// Returns the number of a row. All blocks but the last count as full.
fn row_number(block: usize, place: usize) -> u32 {
    u32::try_from(block * BLOCK + place).unwrap_or(u32::MAX)
}

/// Returns the block of a row, and its place in the block.
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
    /// Returns an empty block. It touches no time, so every question skips it.
    fn empty() -> Self {
        Self {
            ids: Vec::new(),
            players: Vec::new(),
            accounts: Vec::new(),
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
        self.accounts.push(session.account);
        self.joined.push(session.joined_at);
        self.lengths
            .push(seconds(session.joined_at, session.left_at));
        self.estimated
            .push(seconds(session.seen_at, session.left_at));
        self.ends.push(session.end);
        self.extend_span_to(session);
    }

    fn set(&mut self, row: usize, session: ClosedSession) {
        let began_first = self.joined[row] == self.earliest;
        self.accounts[row] = session.account;
        self.joined[row] = session.joined_at;
        self.lengths[row] = seconds(session.joined_at, session.left_at);
        self.estimated[row] = seconds(session.seen_at, session.left_at);
        self.ends[row] = session.end;
        if began_first {
            // The beginning must be exact because people see it; the end only says which blocks to
            // search.
            self.earliest = self.joined.iter().copied().min().unwrap_or(self.earliest);
        }
        self.extend_span_to(session);
    }

    fn extend_span_to(&mut self, session: ClosedSession) {
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
            account: self.accounts[row],
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

/// Returns the time this many seconds later.
fn end(joined_at: UnixSeconds, length: u32) -> UnixSeconds {
    UnixSeconds(joined_at.0.saturating_add(length.into()))
}

/// Returns the seconds from one time to another, at most 136 years.
fn seconds(from: UnixSeconds, to: UnixSeconds) -> u32 {
    u32::try_from(to.saturating_since(from).as_secs()).unwrap_or(u32::MAX)
}

#[cfg(test)]
pub(crate) mod tests;
