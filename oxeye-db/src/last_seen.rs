//! When each absent player was last seen, kept in the order of those times.
//!
//! Three parts share one set of slot numbers: `slab` holds the entries, `index` finds an entry
//! by name, and `order` links the entries from oldest to newest. So the newest twenty cost twenty
//! steps, and what left the window is dropped from the old end. Touching a player costs a look into
//! one hash table and one into a tree of the seconds that have entries: a day has 86,400 at most.
//!
//! All three grow and shrink step by step: an entry that comes or goes makes room for, or gives
//! back, one chunk of the slab at most and splits or merges one table of the index.

mod index;
mod order;
mod slab;

use hashbrown::DefaultHashBuilder;
use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use std::hash::BuildHasher;

use index::Index;
use order::Order;
use slab::{Node, Slab};

/// How many outdated entries one write drops at most, so that no write pauses. Each write adds at
/// most one entry, so what is held still shrinks to what the window holds.
const DROPPED_PER_WRITE: usize = 32;

/// Players who are not online, each with the time of the last evidence that they were.
#[derive(Debug)]
pub struct LastSeen {
    limit: usize,
    hasher: DefaultHashBuilder,
    slab: Slab,
    index: Index,
    order: Order,
    /// Grows with each new entry and each new time.
    version: u64,
}

impl LastSeen {
    /// Remembers nobody yet, and later `limit` players at most: the oldest entry makes room.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            hasher: DefaultHashBuilder::default(),
            slab: Slab::default(),
            index: Index::default(),
            order: Order::default(),
            version: 0,
        }
    }

    /// Entries held, including the few outdated ones that no write has dropped yet.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether nobody is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// When the player was last seen.
    #[must_use]
    pub fn get(&self, player: &PlayerName) -> Option<UnixSeconds> {
        self.find(player, self.hasher.hash_one(player))
            .map(|slot| self.slab[slot].at)
    }

    /// Sets when the player was last seen, earlier or later than before, and drops some of what is
    /// older than `window_edge`, or the oldest entry if there is no room.
    pub fn update_last_seen(
        &mut self,
        player: &PlayerName,
        at: UnixSeconds,
        window_edge: UnixSeconds,
    ) {
        let hash = self.hasher.hash_one(player);
        if let Some(slot) = self.find(player, hash) {
            self.version += u64::from(self.slab[slot].at != at);
            self.order.unlink(&mut self.slab, slot);
            self.slab[slot].at = at;
            self.order.link(&mut self.slab, slot);
        } else {
            self.version += 1;
            let slot = self.slab.insert(player.clone(), at);
            let (slab, hasher) = (&self.slab, &self.hasher);
            self.index
                .insert(hash, slot, |slot| hash_of(hasher, &slab[slot]));
            self.order.link(&mut self.slab, slot);
            if self.len() > self.limit {
                self.drop_oldest_before(UnixSeconds(i64::MAX));
            }
        }
        self.drop_older_than(window_edge);
    }

    /// Forgets the player, who is online again; says when they were last seen.
    pub fn remove(&mut self, player: &PlayerName) -> Option<UnixSeconds> {
        let hash = self.hasher.hash_one(player);
        let slot = self.find(player, hash)?;
        let at = self.slab[slot].at;
        self.version += 1;
        self.remove_slot(slot, hash);
        Some(at)
    }

    /// Drops entries older than the window's edge, a bounded number at a time. An entry exactly at
    /// the edge stays.
    pub fn drop_older_than(&mut self, window_edge: UnixSeconds) {
        for _ in 0..DROPPED_PER_WRITE {
            if !self.drop_oldest_before(window_edge) {
                return;
            }
        }
    }

    /// Players last seen at `window_edge` or later, newest first.
    pub fn newest_first(
        &self,
        window_edge: UnixSeconds,
    ) -> impl Iterator<Item = (&PlayerName, UnixSeconds)> {
        self.order
            .newest_first(&self.slab)
            .map(|slot| &self.slab[slot])
            .take_while(move |node| node.at >= window_edge)
            .filter_map(|node| Some((node.player.as_ref()?, node.at)))
    }

    /// How many players were last seen at `window_edge` or later. Walks only the outdated entries
    /// that no write has dropped yet.
    #[must_use]
    pub fn count_since(&self, window_edge: UnixSeconds) -> usize {
        let outdated = self
            .order
            .oldest_first(&self.slab)
            .take_while(|slot| self.slab[*slot].at < window_edge)
            .count();
        self.len() - outdated
    }

    /// Whether anybody was last seen at `from` or later and before `to`.
    pub(crate) fn any_between(&self, from: UnixSeconds, to: UnixSeconds) -> bool {
        self.order.any_between(from, to)
    }

    /// Another number whenever somebody was added or removed or has another time. What was dropped
    /// for its age does not count.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    fn find(&self, player: &PlayerName, hash: u64) -> Option<u32> {
        self.index
            .find(hash, |slot| self.slab[slot].player.as_ref() == Some(player))
    }

    /// Whether there was one.
    fn drop_oldest_before(&mut self, edge: UnixSeconds) -> bool {
        let oldest = self.order.oldest();
        let Some(oldest) = oldest.filter(|slot| self.slab[*slot].at < edge) else {
            return false;
        };
        self.remove_slot(oldest, hash_of(&self.hasher, &self.slab[oldest]));
        true
    }

    fn remove_slot(&mut self, slot: u32, hash: u64) {
        self.order.unlink(&mut self.slab, slot);
        let (slab, hasher) = (&self.slab, &self.hasher);
        self.index
            .remove(hash, slot, |slot| hash_of(hasher, &slab[slot]));
        self.slab.remove(slot);
    }
}

fn hash_of(hasher: &DefaultHashBuilder, node: &Node) -> u64 {
    node.player
        .as_ref()
        .map_or(0, |player| hasher.hash_one(player))
}

#[cfg(test)]
mod tests;
