//! The entries from oldest to newest, as a doubly linked list through the slab.
//!
//! The place of an earlier time is found through the last slot of each second rather than by
//! walking the list: after a clock jumps back an hour, no write should have to walk an hour of
//! entries.

use std::collections::BTreeMap;
use std::iter::successors;

use oxeye_plugin_proto::UnixSeconds;

use super::slab::{NONE, Slab};

#[derive(Debug)]
pub(super) struct Order {
    oldest: u32,
    newest: u32,
    /// The newest slot of each second that has entries.
    last_of_second: BTreeMap<UnixSeconds, u32>,
}

impl Default for Order {
    fn default() -> Self {
        Self {
            oldest: NONE,
            newest: NONE,
            last_of_second: BTreeMap::new(),
        }
    }
}

impl Order {
    pub(super) fn oldest(&self) -> Option<u32> {
        linked(self.oldest)
    }

    pub(super) fn newest_first<'a>(&self, slab: &'a Slab) -> impl Iterator<Item = u32> + use<'a> {
        successors(linked(self.newest), |slot| linked(slab[*slot].older))
    }

    pub(super) fn oldest_first<'a>(&self, slab: &'a Slab) -> impl Iterator<Item = u32> + use<'a> {
        successors(linked(self.oldest), |slot| linked(slab[*slot].newer))
    }

    /// Whether there is an entry at `from` or later and before `to`.
    pub(super) fn any_between(&self, from: UnixSeconds, to: UnixSeconds) -> bool {
        from < to && self.last_of_second.range(from..to).next().is_some()
    }

    /// Links a slot after all entries of its second or earlier.
    pub(super) fn link(&mut self, slab: &mut Slab, slot: u32) {
        let at = slab[slot].at;
        let older = if self.newest == NONE || slab[self.newest].at <= at {
            self.newest
        } else {
            let before = self.last_of_second.range(..=at).next_back();
            before.map_or(NONE, |(_, slot)| *slot)
        };
        let newer = match older {
            NONE => std::mem::replace(&mut self.oldest, slot),
            older => std::mem::replace(&mut slab[older].newer, slot),
        };
        match newer {
            NONE => self.newest = slot,
            newer => slab[newer].older = slot,
        }
        (slab[slot].older, slab[slot].newer) = (older, newer);
        self.last_of_second.insert(at, slot);
    }

    pub(super) fn unlink(&mut self, slab: &mut Slab, slot: u32) {
        let (at, older, newer) = (slab[slot].at, slab[slot].older, slab[slot].newer);
        if newer == NONE || slab[newer].at != at {
            // It was the last slot of its second; the one before it may take its place.
            if older != NONE && slab[older].at == at {
                self.last_of_second.insert(at, older);
            } else {
                self.last_of_second.remove(&at);
            }
        }
        match older {
            NONE => self.oldest = newer,
            older => slab[older].newer = newer,
        }
        match newer {
            NONE => self.newest = older,
            newer => slab[newer].older = older,
        }
    }
}

fn linked(slot: u32) -> Option<u32> {
    (slot != NONE).then_some(slot)
}
