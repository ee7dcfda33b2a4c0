//! The names of all players, each stored once under an id.

use std::collections::BTreeSet;
use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashMap};
use oxeye_plugin_proto::PlayerName;
use parking_lot::RwLock;

/// The id of a player in the store. No id is assigned twice while the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlayerId(pub u32);

/// The names of all known players. Only the writer's thread adds names.
#[derive(Debug, Default)]
pub(crate) struct Players {
    names: RwLock<Names>,
}

#[derive(Debug, Default)]
struct Names {
    by_id: HashMap<PlayerId, PlayerName>,
    by_name: HashMap<PlayerName, PlayerId>,
    /// By a hash of the name in lower case. Other names may have the same hash.
    in_lower_case: BTreeSet<(u32, PlayerId)>,
    hasher: DefaultHashBuilder,
    last_id: u32,
}

impl Players {
    /// Returns the id of a known name.
    #[must_use]
    pub(crate) fn id(&self, name: &PlayerName) -> Option<PlayerId> {
        self.names.read().by_name.get(name).copied()
    }

    /// Returns the name of a player; `None` if the player was forgotten.
    #[must_use]
    pub(crate) fn name(&self, id: PlayerId) -> Option<PlayerName> {
        self.names.read().by_id.get(&id).cloned()
    }

    /// Returns the id of a name and whether it was just assigned.
    pub(crate) fn number(&self, name: &PlayerName) -> (PlayerId, bool) {
        if let Some(id) = self.id(name) {
            return (id, false);
        }
        let mut names = self.names.write();
        let id = PlayerId(names.last_id + 1);
        names.insert(id, name.clone());
        (id, true)
    }

    /// Returns a name that differs from this one only in case.
    pub(crate) fn in_other_case(&self, name: &PlayerName) -> Option<PlayerName> {
        let mut others = self.others_in_case(name).into_iter();
        others.next().map(|(_, other)| other)
    }

    /// Returns the players whose names differ from this one only in case, in the order of their ids.
    pub(crate) fn others_in_case(&self, name: &PlayerName) -> Vec<(PlayerId, PlayerName)> {
        let folded = name.as_str().to_lowercase();
        let names = self.names.read();
        let hash = names.hash(&folded);
        let ids = names
            .in_lower_case
            .range((hash, PlayerId(0))..=(hash, PlayerId(u32::MAX)));
        let alike = ids.filter_map(|(_, id)| Some((*id, names.by_id.get(id)?)));
        alike
            .filter(|(_, other)| *other != name && other.as_str().to_lowercase() == folded)
            .map(|(id, other)| (id, other.clone()))
            .collect()
    }

    /// Returns the players who are not known, in the order of their ids.
    pub(crate) fn unknown(
        &self,
        is_known: impl Fn(PlayerId) -> bool,
    ) -> Vec<(PlayerId, PlayerName)> {
        let names = self.names.read();
        let unknown = names.by_id.iter().filter(|(id, _)| !is_known(**id));
        let mut unknown: Vec<_> = unknown.map(|(id, name)| (*id, name.clone())).collect();
        drop(names);
        unknown.sort_unstable_by_key(|(id, _)| *id);
        unknown
    }

    /// Adds a player who is in the file already.
    pub(crate) fn load(&self, id: PlayerId, name: PlayerName) {
        self.names.write().insert(id, name);
    }

    /// Forgets a player.
    pub(crate) fn remove(&self, id: PlayerId) {
        let mut names = self.names.write();
        let Some(name) = names.by_id.remove(&id) else {
            return;
        };
        let hash = names.hash(&name.as_str().to_lowercase());
        names.in_lower_case.remove(&(hash, id));
        // The name may have got a new id since.
        if names.by_name.get(&name) == Some(&id) {
            names.by_name.remove(&name);
        }
    }
}

impl Names {
    fn insert(&mut self, id: PlayerId, name: PlayerName) {
        self.last_id = self.last_id.max(id.0);
        let hash = self.hash(&name.as_str().to_lowercase());
        self.in_lower_case.insert((hash, id));
        self.by_id.insert(id, name.clone());
        self.by_name.insert(name, id);
    }

    /// Returns the upper half of the hash of a name in lower case.
    fn hash(&self, in_lower_case: &str) -> u32 {
        (self.hasher.hash_one(in_lower_case) >> 32) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> PlayerName {
        PlayerName::try_from(text).unwrap()
    }

    #[test]
    fn names_are_found_in_other_case_until_they_are_removed() {
        let players = Players::default();
        for (id, text) in (1..).zip(["Alex", "ALEX", "Ägir", "Steve"]) {
            players.load(PlayerId(id), name(text));
        }
        let found = |text| {
            let others = players.others_in_case(&name(text)).into_iter();
            others.map(|(id, _)| id.0).collect::<Vec<_>>()
        };

        assert_eq!(found("alex"), [1, 2]);
        assert_eq!(found("Alex"), [2]);
        assert_eq!(found("äGIR"), [3]);
        assert_eq!(found("Nobody"), [0_u32; 0]);

        players.remove(PlayerId(1));
        assert_eq!(found("alex"), [2]);
        let (again, is_new) = players.number(&name("Alex"));
        assert!(is_new);
        assert_eq!(found("alex"), [2, again.0]);
    }
}
