//! When each absent player was last seen, kept in the order of those times.
//!
//! Three parts share one set of slot numbers: `slab` holds the entries, `index` finds an entry
//! by name, and `order` links the entries from oldest to newest. So touching a player is O(1),
//! the newest twenty cost twenty steps, and what left the window is dropped from the old end.
//! None of the three ever moves more than a few thousand entries at once.

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
/// most one entry, so the memory still shrinks to what the window holds.
const DROPPED_PER_WRITE: usize = 32;

/// Players who are not online, each with the time of the last evidence that they were.
#[derive(Debug, Default)]
pub struct LastSeen {
    hasher: DefaultHashBuilder,
    slab: Slab,
    index: Index,
    order: Order,
}

impl LastSeen {
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
    /// older than `window_edge`.
    pub fn update_last_seen(
        &mut self,
        player: &PlayerName,
        at: UnixSeconds,
        window_edge: UnixSeconds,
    ) {
        let hash = self.hasher.hash_one(player);
        if let Some(slot) = self.find(player, hash) {
            self.order.unlink(&mut self.slab, slot);
            self.slab[slot].at = at;
            self.order.link(&mut self.slab, slot);
        } else {
            let slot = self.slab.insert(player.clone(), at);
            let (slab, hasher) = (&self.slab, &self.hasher);
            self.index
                .insert(hash, slot, |slot| hash_of(hasher, &slab[slot]));
            self.order.link(&mut self.slab, slot);
        }
        self.drop_older_than(window_edge);
    }

    /// Forgets the player, who is online again; says when they were last seen.
    pub fn remove(&mut self, player: &PlayerName) -> Option<UnixSeconds> {
        let hash = self.hasher.hash_one(player);
        let slot = self.find(player, hash)?;
        let at = self.slab[slot].at;
        self.remove_slot(slot, hash);
        Some(at)
    }

    /// Drops entries older than the window's edge, a bounded number at a time. An entry exactly at
    /// the edge stays.
    pub fn drop_older_than(&mut self, window_edge: UnixSeconds) {
        for _ in 0..DROPPED_PER_WRITE {
            let Some(oldest) = self.order.oldest() else {
                return;
            };
            if self.slab[oldest].at >= window_edge {
                return;
            }
            self.remove_slot(oldest, hash_of(&self.hasher, &self.slab[oldest]));
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

    fn find(&self, player: &PlayerName, hash: u64) -> Option<u32> {
        self.index
            .find(hash, |slot| self.slab[slot].player.as_ref() == Some(player))
    }

    fn remove_slot(&mut self, slot: u32, hash: u64) {
        self.order.unlink(&mut self.slab, slot);
        self.index.remove(hash, slot);
        self.slab.remove(slot);
        if self.is_empty() {
            // Gives back the memory of a rush that is over.
            (self.slab, self.index) = (Slab::default(), Index::default());
        }
    }
}

fn hash_of(hasher: &DefaultHashBuilder, node: &Node) -> u64 {
    node.player
        .as_ref()
        .map_or(0, |player| hasher.hash_one(player))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOREVER: UnixSeconds = UnixSeconds(i64::MIN);

    fn player(name: impl AsRef<str>) -> PlayerName {
        PlayerName::try_from(name.as_ref()).unwrap()
    }

    fn names(last_seen: &LastSeen, edge: i64) -> Vec<(&str, i64)> {
        last_seen
            .newest_first(UnixSeconds(edge))
            .map(|(player, at)| (player.as_str(), at.0))
            .collect()
    }

    #[test]
    fn a_late_time_is_put_in_its_place() {
        let mut last_seen = LastSeen::default();
        for (name, at) in [("Alex", 10), ("jeb_", 30), ("Steve", 20), ("Efe", 20)] {
            last_seen.update_last_seen(&player(name), UnixSeconds(at), FOREVER);
        }
        let expected = [("jeb_", 30), ("Efe", 20), ("Steve", 20), ("Alex", 10)];
        assert_eq!(names(&last_seen, 0), expected);

        last_seen.update_last_seen(&player("jeb_"), UnixSeconds(15), FOREVER);

        let expected = [("Efe", 20), ("Steve", 20), ("jeb_", 15), ("Alex", 10)];
        assert_eq!(names(&last_seen, 0), expected);
    }

    #[test]
    fn an_entry_at_the_edge_is_still_in_and_an_older_one_is_dropped_by_the_next_write() {
        let mut last_seen = LastSeen::default();
        last_seen.update_last_seen(&player("Old"), UnixSeconds(9), FOREVER);
        last_seen.update_last_seen(&player("Edge"), UnixSeconds(10), FOREVER);
        assert_eq!(names(&last_seen, 10), [("Edge", 10)]);
        assert_eq!(last_seen.count_since(UnixSeconds(10)), 1);

        last_seen.update_last_seen(&player("New"), UnixSeconds(11), UnixSeconds(10));

        assert_eq!(last_seen.len(), 2);
        assert_eq!(last_seen.get(&player("Old")), None);
    }

    #[test]
    fn many_players_are_found_after_the_index_has_grown() {
        let mut last_seen = LastSeen::default();
        let many = 20_000;
        for at in 0..many {
            last_seen.update_last_seen(&player(format!("p{at}")), UnixSeconds(at), FOREVER);
        }
        for at in 0..many {
            let name = player(format!("p{at}"));
            assert_eq!(last_seen.get(&name), Some(UnixSeconds(at)));
        }
        assert_eq!(last_seen.remove(&player("p77")), Some(UnixSeconds(77)));
        assert_eq!(last_seen.get(&player("p77")), None);
        assert_eq!(
            names(&last_seen, many - 2),
            [("p19999", 19_999), ("p19998", 19_998)]
        );
    }
}
