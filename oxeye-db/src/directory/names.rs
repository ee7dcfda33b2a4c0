//! Names in order, and whose they are. They lie close together in memory, so that all of them are searched quickly for
//! those that contain a text.

use crate::players::PlayerId;

/// Most names of a block: they are moved when one is added or removed.
const MOST_IN_BLOCK: usize = 512;
/// Ends each name in a block. No name contains a control character.
const END: char = '\n';

/// A name and whose it is.
pub(super) type Named<'a> = (&'a str, PlayerId);

/// Names in their order; equal ones in the order of their players.
#[derive(Debug)]
pub(super) struct NamesInOrder {
    /// Each comes before the next one, and none is empty.
    blocks: Vec<Block>,
    most_in_block: usize,
}

/// Names that follow each other.
#[derive(Debug, Default)]
struct Block {
    /// The names, each with its end.
    text: String,
    /// Where each name begins in the text, and whose it is.
    entries: Vec<(u32, PlayerId)>,
}

impl Default for NamesInOrder {
    fn default() -> Self {
        Self::with_blocks_of(MOST_IN_BLOCK)
    }
}

impl NamesInOrder {
    fn with_blocks_of(most_in_block: usize) -> Self {
        Self {
            blocks: Vec::new(),
            most_in_block,
        }
    }

    /// Adds a name of a player, unless it is there.
    pub(super) fn insert(&mut self, named: Named<'_>) {
        if self.blocks.is_empty() {
            self.blocks.push(Block::default());
        }
        let last = self.blocks.len() - 1;
        let index = self.block_after(|one| one < named).min(last);
        let block = &mut self.blocks[index];
        block.insert(named);
        if block.entries.len() > self.most_in_block {
            let upper = block.split_off_half();
            self.blocks.insert(index + 1, upper);
        }
    }

    /// Removes a name of a player, if it is there.
    pub(super) fn remove(&mut self, named: Named<'_>) {
        let index = self.block_after(|one| one < named);
        if let Some(block) = self.blocks.get_mut(index) {
            block.remove(named);
            if block.entries.is_empty() {
                self.blocks.remove(index);
            }
        }
    }

    /// Returns the names after those that come before a place.
    pub(super) fn after(
        &self,
        is_before: impl Fn(Named<'_>) -> bool,
    ) -> impl Iterator<Item = Named<'_>> {
        let index = self.block_after(&is_before);
        let block = self.blocks.get(index);
        let place = block.map_or(0, |block| block.place_after(&is_before));
        let blocks = self.blocks[index..].iter();
        blocks.flat_map(Block::iter).skip(place)
    }

    /// Looks at some of the names after those that come before a place for names that contain a text, but not at
    /// their beginning. Returns whose they are, the last name that was looked at, and how many were; `None` if there
    /// is none.
    pub(super) fn containing(
        &self,
        text: &str,
        is_before: impl Fn(Named<'_>) -> bool,
    ) -> Option<(Vec<PlayerId>, Named<'_>, usize)> {
        if text.is_empty() || text.contains(END) {
            return None;
        }
        let block = self.blocks.get(self.block_after(&is_before))?;
        let place = block.place_after(is_before);
        let last = block.last()?;
        let count = block.entries.len() - place;
        Some((block.containing(text, place), last, count))
    }

    /// Returns the first block with a name after those that come before a place.
    fn block_after(&self, is_before: impl Fn(Named<'_>) -> bool) -> usize {
        let is_over = |block: &Block| block.last().is_some_and(&is_before);
        self.blocks.partition_point(is_over)
    }
}

impl Block {
    fn insert(&mut self, named: Named<'_>) {
        let place = self.place_after(|one| one < named);
        if self.get(place) == Some(named) {
            return;
        }
        let ((name, player), start) = (named, self.start(place));
        self.text.insert(start, END);
        self.text.insert_str(start, name);
        self.entries.insert(place, (start as u32, player));
        let length = (name.len() + END.len_utf8()) as u32;
        for (start, _) in &mut self.entries[place + 1..] {
            *start += length;
        }
    }

    fn remove(&mut self, named: Named<'_>) {
        let place = self.place_after(|one| one < named);
        if self.get(place) != Some(named) {
            return;
        }
        let (start, end) = (self.start(place), self.start(place + 1));
        self.text.replace_range(start..end, "");
        self.entries.remove(place);
        for (at, _) in &mut self.entries[place..] {
            *at -= (end - start) as u32;
        }
    }

    fn split_off_half(&mut self) -> Self {
        let place = self.entries.len() / 2;
        let start = self.start(place);
        let (text, mut entries) = (self.text.split_off(start), self.entries.split_off(place));
        for (at, _) in &mut entries {
            *at -= start as u32;
        }
        Self { text, entries }
    }

    fn containing(&self, text: &str, place: usize) -> Vec<PlayerId> {
        let from = self.start(place);
        let (mut found, mut next) = (Vec::new(), place);
        for (at, _) in self.text[from..].match_indices(text) {
            let at = (from + at) as u32;
            let place = self.entries.partition_point(|(start, _)| *start <= at) - 1;
            // What follows the first match of a name says nothing new.
            if place < next {
                continue;
            }
            next = place + 1;
            let (start, player) = self.entries[place];
            if start < at {
                found.push(player);
            }
        }
        found
    }

    fn iter(&self) -> impl Iterator<Item = Named<'_>> {
        (0..self.entries.len()).map(|place| self.at(place))
    }

    fn last(&self) -> Option<Named<'_>> {
        self.get(self.entries.len().checked_sub(1)?)
    }

    fn get(&self, place: usize) -> Option<Named<'_>> {
        (place < self.entries.len()).then(|| self.at(place))
    }

    /// Returns the first place after the names that come before another one.
    fn place_after(&self, is_before: impl Fn(Named<'_>) -> bool) -> usize {
        let (mut low, mut high) = (0, self.entries.len());
        while low < high {
            let middle = low.midpoint(high);
            if is_before(self.at(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    fn at(&self, place: usize) -> Named<'_> {
        let end = self.start(place + 1) - END.len_utf8();
        let name = &self.text[self.start(place)..end];
        (name, self.entries[place].1)
    }

    /// Returns where a name begins in the text; behind the last one, where the text ends.
    fn start(&self, place: usize) -> usize {
        let entry = self.entries.get(place);
        entry.map_or(self.text.len(), |(start, _)| *start as usize)
    }
}

#[cfg(test)]
mod tests;
