//! Finds a slot by the hash of the player's name.
//!
//! This is linear hashing (Litwin, 1980) over small hash tables: when the tables get full on
//! average, *one* is split in two, and when they get empty, the last split is undone. A single
//! large table would have to rehash a million names at once.

use hashbrown::HashTable;

/// Average number of entries per table above which one is split. A split takes well under a
/// millisecond.
const ENTRIES_PER_TABLE: usize = 400;

/// Average number of entries per table below which two are merged. It is far enough below
/// [`ENTRIES_PER_TABLE`] that an index that grows and shrinks in turn does not keep splitting and
/// merging.
const ENTRIES_PER_MERGED_TABLE: usize = 100;

#[derive(Debug)]
pub(super) struct Index {
    tables: Vec<HashTable<u32>>,
    /// Number of tables already split in the current doubling, which began with `1 << level`
    /// tables.
    split: usize,
    level: u32,
    len: usize,
}

impl Default for Index {
    fn default() -> Self {
        Self {
            tables: vec![HashTable::new()],
            split: 0,
            level: 0,
            len: 0,
        }
    }
}

impl Index {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn find(&self, hash: u64, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        self.tables[self.table_of(hash)]
            .find(hash, |slot| is_it(*slot))
            .copied()
    }

    /// Adds a slot, which must not be in the index yet.
    pub(super) fn insert(&mut self, hash: u64, slot: u32, hash_of: impl Fn(u32) -> u64) {
        let table = self.table_of(hash);
        self.tables[table].insert_unique(hash, slot, |slot| hash_of(*slot));
        self.len += 1;
        if self.len > self.tables.len() * ENTRIES_PER_TABLE {
            self.split_one(hash_of);
        }
    }

    /// Removes a slot. `hash_of` must still know the slots that remain.
    pub(super) fn remove(&mut self, hash: u64, slot: u32, hash_of: impl Fn(u32) -> u64) {
        let table = self.table_of(hash);
        if let Ok(entry) = self.tables[table].find_entry(hash, |entry| *entry == slot) {
            entry.remove();
            self.len -= 1;
        }
        if self.tables.len() > 1 && self.len < self.tables.len() * ENTRIES_PER_MERGED_TABLE {
            self.merge_two(hash_of);
        }
    }

    fn table_of(&self, hash: u64) -> usize {
        // hashbrown uses the low bits for the position and the top seven for the tag.
        let bits = (hash >> 25) as u32 as usize;
        let table = bits & ((1 << self.level) - 1);
        if table < self.split {
            bits & ((2 << self.level) - 1)
        } else {
            table
        }
    }

    fn split_one(&mut self, hash_of: impl Fn(u32) -> u64) {
        let full = std::mem::take(&mut self.tables[self.split]);
        let old = self.split;
        self.tables.push(HashTable::with_capacity(full.len() / 2));
        self.tables[old] = HashTable::with_capacity(full.len() / 2);
        self.split += 1;
        if self.split == 1 << self.level {
            self.split = 0;
            self.level += 1;
        }
        for slot in full {
            let hash = hash_of(slot);
            let table = self.table_of(hash);
            self.tables[table].insert_unique(hash, slot, |slot| hash_of(*slot));
        }
    }

    /// Undoes the last split.
    fn merge_two(&mut self, hash_of: impl Fn(u32) -> u64) {
        if self.split == 0 {
            self.level -= 1;
            self.split = 1 << self.level;
        }
        self.split -= 1;
        let upper = self.tables.pop().unwrap_or_default();
        let lower = std::mem::take(&mut self.tables[self.split]);
        let mut merged = HashTable::with_capacity(lower.len() + upper.len());
        for slot in lower.into_iter().chain(upper) {
            merged.insert_unique(hash_of(slot), slot, |slot| hash_of(*slot));
        }
        self.tables[self.split] = merged;
        if self.tables.len() < self.tables.capacity() / 4 {
            self.tables.shrink_to(self.tables.capacity() / 2);
        }
    }

    /// Returns the number of tables.
    #[cfg(test)]
    pub(super) fn tables(&self) -> usize {
        self.tables.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash_of(slot: u32) -> u64 {
        u64::from(slot).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }

    fn largest(index: &Index) -> usize {
        let sizes = index.tables.iter().map(HashTable::len);
        sizes.max().unwrap_or_default()
    }

    #[test]
    fn entries_are_spread_over_the_tables_while_the_index_grows_and_shrinks() {
        let mut index = Index::default();
        for slot in 0..50_000 {
            index.insert(hash_of(slot), slot, hash_of);
        }
        // A table that was not split in this doubling has twice the entries of one that was.
        assert!(
            largest(&index) <= 3 * ENTRIES_PER_TABLE,
            "{}",
            largest(&index)
        );

        for slot in 0..40_000 {
            index.remove(hash_of(slot), slot, hash_of);
        }
        assert!(
            largest(&index) <= 3 * ENTRIES_PER_TABLE,
            "{}",
            largest(&index)
        );
        let found =
            (0..50_000).filter(|slot| index.find(hash_of(*slot), |found| found == *slot).is_some());
        assert_eq!((found.count(), index.len()), (10_000, 10_000));
    }
}
