//! Finds a slot by the hash of its player's name.
//!
//! Linear hashing (Litwin, 1980) over small hash tables: when the average table gets full, *one*
//! table is split in two, and when it gets empty, the last split is undone. A single large table
//! would rehash a million names in one pause.

use hashbrown::HashTable;

/// Splitting keeps tables at about this many entries, so a split takes well under a millisecond.
const ENTRIES_PER_TABLE: usize = 400;

/// Below this many entries per table two become one. Far enough from the above that an index that
/// grows and shrinks by turns does not split and merge by turns.
const ENTRIES_PER_MERGED_TABLE: usize = 100;

#[derive(Debug)]
pub(super) struct Index {
    tables: Vec<HashTable<u32>>,
    /// The tables before `split` are already split for the next doubling; `1 << level` tables
    /// stood at the beginning of this one.
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

    /// The slot must not be in the index yet.
    pub(super) fn insert(&mut self, hash: u64, slot: u32, hash_of: impl Fn(u32) -> u64) {
        let table = self.table_of(hash);
        self.tables[table].insert_unique(hash, slot, |slot| hash_of(*slot));
        self.len += 1;
        if self.len > self.tables.len() * ENTRIES_PER_TABLE {
            self.split_one(hash_of);
        }
    }

    /// `hash_of` must still know the slots that stay.
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
        // hashbrown takes its position from the low bits and its tag from the top seven.
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

    /// How many tables the entries are in.
    #[cfg(test)]
    pub(super) fn tables(&self) -> usize {
        self.tables.len()
    }
}
