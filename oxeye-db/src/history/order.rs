//! An index of each player's sessions in time order, to find those around a moment without reading
//! the others.
//!
//! It is a sorted list of row numbers, 4 bytes each, in chunks, so that inserting or removing a
//! session moves the rows of one chunk only. Row numbers have a meaning only together with the
//! blocks, so each call that compares rows takes a function that reads the key of a row.

use oxeye_plugin_proto::UnixSeconds;

use crate::players::PlayerId;
use crate::session::{ClosedSession, SessionEnd, SessionId};

/// Maximum number of rows in a chunk; a full chunk is split.
const CHUNK: usize = 512;
/// Number of rows in a new chunk, which leaves room for late sessions.
const FILLED: usize = CHUNK * 3 / 4;

/// The sort key of a session. No two sessions of a server have the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) player: PlayerId,
    pub(super) joined_at: UnixSeconds,
    pub(super) left_at: UnixSeconds,
    pub(super) end: SessionEnd,
    pub(super) id: SessionId,
}

#[derive(Debug, Default)]
pub(super) struct Order {
    /// No chunk is empty.
    chunks: Vec<Chunk>,
}

#[derive(Debug)]
struct Chunk {
    /// The key of the first row, so that chunks can be compared without reading their rows.
    first: Key,
    rows: Vec<u32>,
}

impl Key {
    pub(super) fn of(session: &ClosedSession) -> Self {
        Self {
            player: session.player,
            joined_at: session.joined_at,
            left_at: session.left_at,
            end: session.end,
            id: session.id,
        }
    }

    /// Returns a key that is not after any session of the player that begins at `at` or later.
    pub(super) fn begin_of(player: PlayerId, at: UnixSeconds) -> Self {
        Self {
            player,
            joined_at: at,
            left_at: UnixSeconds(i64::MIN),
            end: SessionEnd::Left,
            id: SessionId(0),
        }
    }

    /// Returns a key that is not before any session of the player that begins at `at` or earlier.
    pub(super) fn end_of(player: PlayerId, at: UnixSeconds) -> Self {
        Self {
            player,
            joined_at: at,
            left_at: UnixSeconds(i64::MAX),
            end: SessionEnd::Stale,
            id: SessionId(u32::MAX),
        }
    }
}

impl Order {
    /// Sorts all rows, by player first, because the rows of each player are already almost sorted.
    pub(super) fn of(
        rows: impl Iterator<Item = (PlayerId, u32)>,
        key: impl Fn(u32) -> Key,
    ) -> Self {
        let mut rows: Vec<(PlayerId, u32)> = rows.collect();
        rows.sort_unstable();
        for of_player in rows.chunk_by_mut(|one, next| one.0 == next.0) {
            of_player.sort_by_cached_key(|(_, row)| key(*row));
        }
        let chunks = rows.chunks(FILLED).map(|rows| Chunk {
            first: key(rows[0].1),
            rows: rows.iter().map(|(_, row)| *row).collect(),
        });
        Self {
            chunks: chunks.collect(),
        }
    }

    pub(super) fn insert(&mut self, new: Key, row: u32, key: impl Fn(u32) -> Key) {
        let place = self.chunks.partition_point(|chunk| chunk.first <= new);
        let place = place.saturating_sub(1);
        let Some(chunk) = self.chunks.get_mut(place) else {
            let rows = vec![row];
            return self.chunks.push(Chunk { first: new, rows });
        };
        let at = chunk.rows.partition_point(|row| key(*row) < new);
        chunk.rows.insert(at, row);
        chunk.first = chunk.first.min(new);
        if chunk.rows.len() > CHUNK {
            let rows = chunk.rows.split_off(CHUNK / 2);
            let first = key(rows[0]);
            self.chunks.insert(place + 1, Chunk { first, rows });
        }
    }

    /// Removes the row of a session and returns it.
    pub(super) fn remove(&mut self, old: Key, key: impl Fn(u32) -> Key) -> Option<u32> {
        let place = self.chunks.partition_point(|chunk| chunk.first <= old);
        let place = place.checked_sub(1)?;
        let chunk = &mut self.chunks[place];
        let at = chunk
            .rows
            .binary_search_by_key(&old, |row| key(*row))
            .ok()?;
        let row = chunk.rows.remove(at);
        match chunk.rows.first() {
            Some(first) => chunk.first = key(*first),
            None => drop(self.chunks.remove(place)),
        }
        Some(row)
    }

    /// Gives rows new numbers in one pass that compares none of them, and removes those that get none. Their order must
    /// stay. `key` reads rows by their new numbers.
    pub(super) fn renumber(
        &mut self,
        new_row: impl Fn(u32) -> Option<u32>,
        key: impl Fn(u32) -> Key,
    ) {
        let mut kept: Vec<Chunk> = Vec::with_capacity(self.chunks.len());
        for mut chunk in self.chunks.drain(..) {
            let begins_later = chunk.rows.first().copied().and_then(&new_row).is_none();
            chunk.rows.retain_mut(|row| {
                let new = new_row(*row);
                *row = new.unwrap_or(*row);
                new.is_some()
            });
            let Some(first) = chunk.rows.first() else {
                continue;
            };
            if begins_later {
                chunk.first = key(*first);
            }
            match kept.last_mut() {
                Some(last) if last.rows.len() + chunk.rows.len() <= FILLED => {
                    last.rows.append(&mut chunk.rows);
                }
                _ => kept.push(chunk),
            }
        }
        self.chunks = kept;
    }

    /// Returns the rows from a key on, in order.
    pub(super) fn from(&self, from: Key, key: impl Fn(u32) -> Key) -> impl Iterator<Item = u32> {
        let (place, at) = self.find(from, key);
        let rest = self
            .chunks
            .get(place)
            .map_or(&[][..], |chunk| &chunk.rows[at..]);
        let others = self.chunks.iter().skip(place + 1);
        let others = others.flat_map(|chunk| chunk.rows.iter());
        rest.iter().chain(others).copied()
    }

    /// Returns the row that comes this many places after the first one from a key on. The rows between
    /// are not read.
    pub(super) fn nth_from(
        &self,
        from: Key,
        places: usize,
        key: impl Fn(u32) -> Key,
    ) -> Option<u32> {
        let (place, at) = self.find(from, key);
        let mut at = at.saturating_add(places);
        for chunk in self.chunks.get(place..)? {
            if let Some(row) = chunk.rows.get(at) {
                return Some(*row);
            }
            at -= chunk.rows.len();
        }
        None
    }

    /// Returns the rows before a key, the last one first.
    pub(super) fn before(&self, to: Key, key: impl Fn(u32) -> Key) -> impl Iterator<Item = u32> {
        let (place, at) = self.find(to, key);
        let rest = self
            .chunks
            .get(place)
            .map_or(&[][..], |chunk| &chunk.rows[..at]);
        let others = self.chunks[..place].iter().rev();
        let others = others.flat_map(|chunk| chunk.rows.iter().rev());
        rest.iter().rev().chain(others).copied()
    }

    /// Returns the chunk that a key belongs in, and its place there.
    fn find(&self, wanted: Key, key: impl Fn(u32) -> Key) -> (usize, usize) {
        let place = self.chunks.partition_point(|chunk| chunk.first <= wanted);
        let place = place.saturating_sub(1);
        let chunk = self.chunks.get(place);
        let at = chunk.map_or(0, |chunk| {
            chunk.rows.partition_point(|row| key(*row) < wanted)
        });
        (place, at)
    }
}
