//! A sorted list in chunks. Adding or removing an entry moves those of one chunk only, and a snapshot shares every chunk
//! that has not changed since.

use std::sync::Arc;

/// Maximum number of entries in a chunk; a full chunk is split.
const CHUNK: usize = 512;
/// Number of entries in a new chunk, which leaves room for more.
const FILLED: usize = CHUNK * 3 / 4;

/// Entries in order, each once.
#[derive(Debug, Clone)]
pub(super) struct Sorted<T> {
    /// No chunk is empty.
    chunks: Vec<Arc<Vec<T>>>,
}

impl<T> Default for Sorted<T> {
    fn default() -> Self {
        Self { chunks: Vec::new() }
    }
}

impl<T: Copy + Ord> Sorted<T> {
    pub(super) fn of(mut entries: Vec<T>) -> Self {
        entries.sort_unstable();
        let chunks = entries.chunks(FILLED);
        Self {
            chunks: chunks.map(|chunk| Arc::new(chunk.to_vec())).collect(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.len()).sum()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    pub(super) fn contains(&self, entry: &T) -> bool {
        let chunk = self.chunks.get(self.place_of(entry));
        chunk.is_some_and(|chunk| chunk.binary_search(entry).is_ok())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = T> {
        self.chunks.iter().flat_map(|chunk| chunk.iter().copied())
    }

    /// Returns the entries from the first one that is not before a place.
    pub(super) fn from(&self, is_before: impl Fn(&T) -> bool) -> impl Iterator<Item = T> {
        let place = self.chunks.partition_point(|chunk| is_before(&chunk[0]));
        let place = place.saturating_sub(1);
        let rest = self.chunks.get(place).map_or(&[][..], |chunk| {
            &chunk[chunk.partition_point(|entry| is_before(entry))..]
        });
        let others = self.chunks.iter().skip(place + 1);
        let others = others.flat_map(|chunk| chunk.iter());
        rest.iter().chain(others).copied()
    }

    pub(super) fn insert(&mut self, new: T) {
        let place = self.place_of(&new);
        let Some(chunk) = self.chunks.get_mut(place) else {
            return self.chunks.push(Arc::new(vec![new]));
        };
        let Err(at) = chunk.binary_search(&new) else {
            return;
        };
        let chunk = Arc::make_mut(chunk);
        chunk.insert(at, new);
        if chunk.len() > CHUNK {
            let rest = chunk.split_off(CHUNK / 2);
            self.chunks.insert(place + 1, Arc::new(rest));
        }
    }

    pub(super) fn remove(&mut self, old: &T) {
        let place = self.place_of(old);
        let Some(chunk) = self.chunks.get_mut(place) else {
            return;
        };
        let Ok(at) = chunk.binary_search(old) else {
            return;
        };
        if chunk.len() == 1 {
            self.chunks.remove(place);
        } else {
            Arc::make_mut(chunk).remove(at);
        }
    }

    /// Returns the number of the chunk in which an entry is, or belongs.
    fn place_of(&self, entry: &T) -> usize {
        let place = self.chunks.partition_point(|chunk| chunk[0] <= *entry);
        place.saturating_sub(1)
    }

    /// Returns how many chunks are not shared with another list.
    #[cfg(test)]
    pub(super) fn chunks_apart_from(&self, other: &Self) -> usize {
        let is_shared =
            |chunk: &&Arc<Vec<T>>| other.chunks.iter().any(|one| Arc::ptr_eq(one, chunk));
        self.chunks.iter().filter(|chunk| !is_shared(chunk)).count()
    }
}

impl<T: Copy + Ord> PartialEq for Sorted<T> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<T: Copy + Ord> Eq for Sorted<T> {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::record::naive::model_cases;

    proptest! {
        #![proptest_config(model_cases(64))]

        #[test]
        fn the_entries_are_those_of_a_set(
            begun_with in prop::collection::btree_set(0..4_000_u32, 0..2_000),
            // Most of them beside each other, so that chunks become full and empty.
            changes in prop::collection::vec((any::<bool>(), 0..700_u32), 0..1_500),
            from in 0..4_100_u32,
        ) {
            let mut naive: BTreeSet<u32> = begun_with.clone();
            let mut sorted = Sorted::of(begun_with.into_iter().rev().collect());
            let snapshot = (sorted.clone(), naive.clone());
            for (is_added, entry) in changes {
                if is_added {
                    sorted.insert(entry);
                    naive.insert(entry);
                } else {
                    sorted.remove(&entry);
                    naive.remove(&entry);
                }
            }
            for (sorted, naive) in [(sorted, naive), snapshot] {
                prop_assert!(sorted.iter().eq(naive.iter().copied()));
                prop_assert_eq!(sorted.len(), naive.len());
                prop_assert_eq!(sorted.contains(&from), naive.contains(&from));
                prop_assert_eq!(sorted.is_empty(), naive.is_empty());
                let found = sorted.from(|entry| *entry < from);
                prop_assert!(found.eq(naive.range(from..).copied()));
                prop_assert!(sorted.chunks.iter().all(|chunk| (1..=CHUNK).contains(&chunk.len())));
            }
        }
    }

    #[test]
    fn lists_of_other_entries_differ() {
        let sorted = |entries: &[u32]| Sorted::of(entries.to_vec());
        assert!(sorted(&[1, 2]) == sorted(&[2, 1]) && sorted(&[1, 2]) != sorted(&[1, 3]));
    }

    #[test]
    fn a_snapshot_costs_the_next_entry_a_copy_of_one_chunk() {
        let mut sorted = Sorted::of((0..1_000_000_u32).map(|entry| 2 * entry).collect());
        let snapshot = sorted.clone();

        sorted.insert(1_000_001);
        assert_eq!(sorted.chunks_apart_from(&snapshot), 1);
        sorted.remove(&1_000_002);
        assert_eq!(sorted.chunks_apart_from(&snapshot), 1);

        let longest = sorted.chunks.iter().map(|chunk| chunk.len()).max();
        assert!(longest <= Some(CHUNK), "{longest:?}");
        assert_eq!(snapshot.len(), 1_000_000);
    }
}
