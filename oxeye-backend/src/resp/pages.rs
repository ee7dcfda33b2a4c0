//! Lists in pages: a cursor is a place in the order, so pages stay correct when things come and go.

use std::hash::{DefaultHasher, Hash, Hasher};

/// Returns a thing's place in the order: never 0, which as a cursor stands for the beginning and the end.
pub(super) fn place(thing: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    thing.hash(&mut hasher);
    // Clients may keep a cursor as a signed or a floating-point number.
    (hasher.finish() >> 16).max(1)
}

/// Returns the next page, from the cursor's place on, and the cursor of the page after it. Things with the same place
/// are on the same page.
pub(super) fn page<T>(
    things: &[T],
    cursor: u64,
    count: usize,
    place: impl Fn(&T) -> u64,
    weight: impl Fn(&T) -> usize,
) -> (u64, &[T]) {
    let rest = &things[things.partition_point(|thing| place(thing) < cursor)..];
    let (mut taken, mut weighed, mut last) = (0, 0, 0);
    while let Some(thing) = rest.get(taken)
        && (weighed < count || place(thing) == last)
    {
        (taken, weighed, last) = (taken + 1, weighed + weight(thing), place(thing));
    }
    (rest.get(taken).map_or(0, place), &rest[..taken])
}
