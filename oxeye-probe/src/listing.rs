//! The players who are online, as far as an answer proves it.

use std::collections::HashSet;

use uuid::Uuid;

/// A player named by a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPlayer {
    /// The name, which may contain anything that the server allows.
    pub name: String,
    /// The UUID of the account, if the answer contains it.
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

/// What a server says about who is online.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listing {
    /// Everybody who is online: nobody is missing, and nobody is invented.
    Names(Vec<ListedPlayer>),
    /// The number of players, without names or with names that are not reliable.
    Count(u32),
}

impl Listing {
    /// Returns the number of players online.
    #[must_use]
    pub fn count(&self) -> u32 {
        match self {
            Self::Names(present) => u32::try_from(present.len()).unwrap_or(u32::MAX),
            Self::Count(count) => *count,
        }
    }

    /// Returns the names if they are all different and as many as the server says are online, and
    /// otherwise only the number.
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
