//! Groups items by a small number, without sorting and without a list per group.

/// Items in groups: those of group 0, then those of group 1, and so on.
#[derive(Debug)]
pub(super) struct Groups<T> {
    items: Vec<T>,
    /// Where each group ends.
    ends: Vec<usize>,
}

impl<T: Copy> Groups<T> {
    /// Puts each item into the group of its number, which must be below `count`. Items keep their
    /// order within a group.
    pub(super) fn of(count: usize, numbered: &[(u32, T)]) -> Self {
        let mut ends = vec![0; count];
        for (group, _) in numbered {
            ends[*group as usize] += 1;
        }
        let mut all = 0;
        for end in &mut ends {
            // For now, this is where the group begins.
            all += std::mem::replace(end, all);
        }
        // Each place is filled exactly once; until then it holds a copy of the first item.
        let first = numbered.first();
        let mut items = first.map_or_else(Vec::new, |(_, first)| vec![*first; numbered.len()]);
        for (group, item) in numbered {
            let place = &mut ends[*group as usize];
            items[*place] = *item;
            *place += 1;
        }
        Self { items, ends }
    }

    /// Returns each group.
    pub(super) fn each(&mut self) -> impl Iterator<Item = &mut [T]> {
        let (mut rest, mut begin) = (self.items.as_mut_slice(), 0);
        self.ends.iter().map(move |end| {
            let (group, after) = std::mem::take(&mut rest).split_at_mut(*end - begin);
            (rest, begin) = (after, *end);
            group
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_item_is_in_its_group_and_keeps_its_order() {
        let mut groups = Groups::of(4, &[(2, 'a'), (0, 'b'), (2, 'c')]);
        let groups: Vec<_> = groups.each().map(|group| group.to_vec()).collect();
        assert_eq!(groups, [vec!['b'], vec![], vec!['a', 'c'], vec![]]);
    }
}
