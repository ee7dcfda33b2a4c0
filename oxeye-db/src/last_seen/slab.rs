//! Entries by slot number, in chunks, so that growing never copies what is already there.

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use std::ops::{Index, IndexMut};

/// "No slot", where a link ends.
pub(super) const NONE: u32 = u32::MAX;

/// Entries per chunk. The first chunk grows by itself: most servers never fill one.
const CHUNK: usize = 1024;

/// One entry and its links in time order. 40 bytes.
#[derive(Debug)]
pub(super) struct Node {
    /// `None` while the slot is free; then `newer` links the free slots.
    pub(super) player: Option<PlayerName>,
    pub(super) at: UnixSeconds,
    pub(super) older: u32,
    pub(super) newer: u32,
}

#[derive(Debug)]
pub(super) struct Slab {
    chunks: Vec<Vec<Node>>,
    free: u32,
}

impl Default for Slab {
    fn default() -> Self {
        Self {
            chunks: Vec::new(),
            free: NONE,
        }
    }
}

impl Slab {
    pub(super) fn insert(&mut self, player: PlayerName, at: UnixSeconds) -> u32 {
        let node = Node {
            player: Some(player),
            at,
            older: NONE,
            newer: NONE,
        };
        if self.free != NONE {
            let slot = self.free;
            self.free = self[slot].newer;
            self[slot] = node;
            return slot;
        }
        self.push(node)
    }

    pub(super) fn remove(&mut self, slot: u32) {
        let free = self.free;
        let node = &mut self[slot];
        node.player = None;
        node.newer = free;
        self.free = slot;
    }

    fn push(&mut self, node: Node) -> u32 {
        if self.chunks.last().is_none_or(|chunk| chunk.len() == CHUNK) {
            let capacity = if self.chunks.is_empty() { 0 } else { CHUNK };
            self.chunks.push(Vec::with_capacity(capacity));
        }
        let last = self.chunks.len() - 1;
        let slot = last * CHUNK + self.chunks[last].len();
        self.chunks[last].push(node);
        u32::try_from(slot).expect("four thousand million players do not fit in memory")
    }
}

impl Index<u32> for Slab {
    type Output = Node;

    fn index(&self, slot: u32) -> &Node {
        &self.chunks[slot as usize / CHUNK][slot as usize % CHUNK]
    }
}

impl IndexMut<u32> for Slab {
    fn index_mut(&mut self, slot: u32) -> &mut Node {
        &mut self.chunks[slot as usize / CHUNK][slot as usize % CHUNK]
    }
}
