//! Which shards are connected, as far as members' sessions are concerned.

use std::collections::BTreeSet;
use std::sync::Arc;

use oxeye_db::Shard;
use parking_lot::Mutex;

/// The shards of one connection. Clones are cheap and refer to the same shards.
#[derive(Debug, Clone)]
pub(crate) struct Links {
    up: Arc<Mutex<BTreeSet<u32>>>,
    total: u32,
}

impl Links {
    pub(crate) fn new(total: u32) -> Self {
        let up = Arc::default();
        Self { up, total }
    }

    /// Returns how many shards there are.
    pub(crate) fn total(&self) -> u32 {
        self.total
    }

    /// Returns a shard by its number.
    pub(super) fn shard(&self, id: u32) -> Shard {
        let count = self.total;
        Shard { id, count }
    }

    /// Takes note that a shard receives events.
    pub(super) fn up(&self, shard: u32) {
        self.up.lock().insert(shard);
    }

    /// Takes note of the shards that are connected now, and returns those that have just lost their
    /// connection.
    pub(crate) fn note(&self, connected: &BTreeSet<u32>) -> Vec<u32> {
        let mut up = self.up.lock();
        let lost = up.difference(connected).copied().collect();
        up.clone_from(connected);
        lost
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_connection_is_reported_once() {
        let links = Links::new(2);
        assert!(links.note(&BTreeSet::new()).is_empty());
        links.up(0);
        links.note(&[0, 1].into());

        assert_eq!(links.note(&[1].into()), [0]);
        assert!(links.note(&[1].into()).is_empty());
    }
}
