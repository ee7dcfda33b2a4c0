//! The entries by slot number, in chunks. Growing never copies existing entries, and an empty chunk
//! is freed.

use std::collections::BTreeSet;
use std::ops::{Index, IndexMut};

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

/// The value of a link that leads nowhere.
pub(super) const NONE: u32 = u32::MAX;

/// Number of entries in a chunk. Most servers never fill one, so the first chunk grows on demand;
/// later ones are allocated in full.
const CHUNK: usize = 1024;

/// One entry (40 bytes) and its links in time order.
#[derive(Debug)]
pub(super) struct Node {
    /// `None` while the slot is free; `newer` then links the free slots of the chunk.
    pub(super) player: Option<PlayerName>,
    pub(super) at: UnixSeconds,
    pub(super) older: u32,
    pub(super) newer: u32,
}

#[derive(Debug)]
struct Chunk {
    nodes: Vec<Node>,
    free: u32,
    used: usize,
}

impl Chunk {
    const EMPTY: Self = Self {
        nodes: Vec::new(),
        free: NONE,
        used: 0,
    };
}

#[derive(Debug, Default)]
pub(super) struct Slab {
    chunks: Vec<Chunk>,
    /// Chunks that are not full. The lowest is filled first, so that the higher ones become empty.
    with_room: BTreeSet<usize>,
}

impl Slab {
    pub(super) fn insert(&mut self, player: PlayerName, at: UnixSeconds) -> u32 {
        let node = Node {
            player: Some(player),
            at,
            older: NONE,
            newer: NONE,
        };
        let number = self.chunk_with_room();
        let alone = self.chunks.len() == 1;
        let chunk = &mut self.chunks[number];
        chunk.used += 1;
        if chunk.used == CHUNK {
            self.with_room.remove(&number);
        }
        if chunk.free != NONE {
            let slot = chunk.free;
            let freed = &mut chunk.nodes[slot as usize % CHUNK];
            chunk.free = std::mem::replace(freed, node).newer;
            return slot;
        }
        if chunk.nodes.is_empty() && !alone {
            chunk.nodes.reserve_exact(CHUNK);
        }
        let slot = number * CHUNK + chunk.nodes.len();
        chunk.nodes.push(node);
        u32::try_from(slot).expect("memory does not hold four billion players")
    }

    pub(super) fn remove(&mut self, slot: u32) {
        let number = slot as usize / CHUNK;
        let chunk = &mut self.chunks[number];
        let node = &mut chunk.nodes[slot as usize % CHUNK];
        node.player = None;
        node.newer = std::mem::replace(&mut chunk.free, slot);
        chunk.used -= 1;
        if chunk.used == 0 {
            *chunk = Chunk::EMPTY;
        }
        self.with_room.insert(number);
    }

    /// Returns how many entries fit into the allocated memory.
    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.chunks.iter().map(|chunk| chunk.nodes.capacity()).sum()
    }

    fn chunk_with_room(&mut self) -> usize {
        if let Some(number) = self.with_room.first() {
            return *number;
        }
        self.chunks.push(Chunk::EMPTY);
        self.with_room.insert(self.chunks.len() - 1);
        self.chunks.len() - 1
    }
}

impl Index<u32> for Slab {
    type Output = Node;

    fn index(&self, slot: u32) -> &Node {
        &self.chunks[slot as usize / CHUNK].nodes[slot as usize % CHUNK]
    }
}

impl IndexMut<u32> for Slab {
    fn index_mut(&mut self, slot: u32) -> &mut Node {
        &mut self.chunks[slot as usize / CHUNK].nodes[slot as usize % CHUNK]
    }
}
