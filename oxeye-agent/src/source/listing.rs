//! Who is on, as far as an answer proves it.

use std::collections::HashSet;

use crate::happening::Present;

/// What a source that is asked again and again can answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listing {
    /// Everybody who is on: nobody is missing and nobody is made up.
    Names(Vec<Present>),
    /// How many are on. Who they are was not told, or not so that it can be relied on.
    Count(u32),
}

impl Listing {
    /// How many are on.
    #[must_use]
    pub fn count(&self) -> u32 {
        match self {
            Self::Names(present) => u32::try_from(present.len()).unwrap_or(u32::MAX),
            Self::Count(count) => *count,
        }
    }

    /// The names count only if they are as many as the server says are on, and all different.
    pub(super) fn proven(count: u32, present: Vec<Present>) -> Self {
        let players: HashSet<_> = present.iter().map(|present| &present.player).collect();
        let uuids: HashSet<_> = present.iter().filter_map(|present| present.uuid).collect();
        let with_uuid = present.iter().filter(|present| present.uuid.is_some());
        let complete = usize::try_from(count) == Ok(present.len())
            && players.len() == present.len()
            && uuids.len() == with_uuid.count();
        if complete {
            Self::Names(present)
        } else {
            Self::Count(count)
        }
    }
}
