//! When each offline player was last seen, kept in time order.
//!
//! Three parts share one set of slot numbers: `slab` holds the entries, `index` finds an entry by
//! name, and `order` links the entries from oldest to newest. Listing the newest twenty therefore
//! takes twenty steps, and entries that have left the window are dropped from the old end. Updating
//! a player costs one lookup in a hash table and one in a tree of the seconds that have entries, at
//! most 86,400 per day.
//!
//! All three grow and shrink gradually: adding or removing an entry allocates or frees at most one
//! chunk of the slab, and splits or merges at most one table of the index.

mod index;
mod order;
mod slab;

use std::hash::BuildHasher;

use hashbrown::DefaultHashBuilder;
use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use index::Index;
use order::Order;
use slab::{Node, Slab};

/// Maximum number of outdated entries that one write drops, so that no write takes long. Each write
/// adds at most one entry, so the number of entries still shrinks to what the window holds.
const DROPPED_PER_WRITE: usize = 32;

/// Players who are not online, each with the time of the last evidence that they were there.
#[derive(Debug)]
pub struct LastSeen {
    limit: usize,
    hasher: DefaultHashBuilder,
    slab: Slab,
    index: Index,
    order: Order,
    /// Counts new entries, removed entries and new times.
    version: u64,
}

impl LastSeen {
    /// Returns an empty list that will hold at most `limit` players; when it is full, the oldest
    /// entry is dropped.
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

    /// Returns the number of entries, including outdated ones that no write has dropped yet.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether there are no entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns when the player was last seen.
    #[must_use]
    pub fn get(&self, player: &PlayerName) -> Option<UnixSeconds> {
        self.find(player, self.hasher.hash_one(player))
            .map(|slot| self.slab[slot].at)
    }

    /// Sets when the player was last seen, to an earlier or later time than before. Drops some
    /// entries older than `window_edge`, or the oldest entry if there is no room.
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

    /// Removes a player, who is online again. Returns when they were last seen.
    pub fn remove(&mut self, player: &PlayerName) -> Option<UnixSeconds> {
        let hash = self.hasher.hash_one(player);
        let slot = self.find(player, hash)?;
        let at = self.slab[slot].at;
        self.version += 1;
        self.remove_slot(slot, hash);
        Some(at)
    }

    /// Drops a bounded number of entries older than the window's edge. An entry exactly at the edge
    /// is kept.
    pub fn drop_older_than(&mut self, window_edge: UnixSeconds) {
        for _ in 0..DROPPED_PER_WRITE {
            let has_dropped = self.drop_oldest_before(window_edge);
            if !has_dropped {
                return;
            }
        }
    }

    /// Returns the players last seen at `window_edge` or later, newest first.
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

    /// Returns how many players were last seen at `window_edge` or later. Counts from both ends at once, and so visits
    /// at most twice as many entries as are on the shorter side of the edge.
    #[must_use]
    pub fn count_since(&self, window_edge: UnixSeconds) -> usize {
        let mut oldest_first = self.order.oldest_first(&self.slab);
        let mut newest_first = self.order.newest_first(&self.slab);
        let is_outdated = |slot: u32| self.slab[slot].at < window_edge;
        for counted in 0..self.len() {
            if !oldest_first.next().is_some_and(is_outdated) {
                return self.len() - counted;
            }
            if newest_first.next().is_none_or(is_outdated) {
                return counted;
            }
        }
        0
    }

    /// Whether any player was last seen at `from` or later and before `to`.
    pub(crate) fn any_between(&self, from: UnixSeconds, to: UnixSeconds) -> bool {
        self.order.any_between(from, to)
    }

    /// Returns a number that changes whenever a player is added, removed or gets a new time.
    /// Entries dropped for their age do not count.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    fn find(&self, player: &PlayerName, hash: u64) -> Option<u32> {
        self.index
            .find(hash, |slot| self.slab[slot].player.as_ref() == Some(player))
    }

    /// Drops the oldest entry if it is older than `edge`. Returns whether it did.
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
