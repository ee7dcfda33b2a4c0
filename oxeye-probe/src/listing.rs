//! The players who are on, as far as an answer proves it.

use std::collections::HashSet;

use uuid::Uuid;

/// A player whom a server names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPlayer {
    /// The name, which can hold whatever the server lets into a name.
    pub name: String,
    /// The UUID of the account, if the answer has one.
    pub uuid: Option<Uuid>,
}

impl ListedPlayer {
    pub(crate) fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            uuid: None,
        }
    }
}

/// What a server says about who is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listing {
    /// Everybody who is on: nobody is missing and nobody is made up.
    Names(Vec<ListedPlayer>),
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
    pub(crate) fn proven(count: u32, present: Vec<ListedPlayer>) -> Self {
        let names: HashSet<_> = present.iter().map(|present| &present.name).collect();
        let uuids: HashSet<_> = present.iter().filter_map(|present| present.uuid).collect();
        let with_uuid = present.iter().filter(|present| present.uuid.is_some());
        let complete = usize::try_from(count) == Ok(present.len())
            && names.len() == present.len()
            && uuids.len() == with_uuid.count();
        if complete {
            Self::Names(present)
        } else {
            Self::Count(count)
        }
    }
}
