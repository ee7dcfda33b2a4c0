//! The names of all players, each stored once under an id.

use hashbrown::HashMap;
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
        self.others_in_case(name).next().map(|(_, other)| other)
    }

    /// Returns the players whose names differ from this one only in case. Takes the lock for one name at a
    /// time, so that many names do not block the writer.
    pub(crate) fn others_in_case(
        &self,
        name: &PlayerName,
    ) -> impl Iterator<Item = (PlayerId, PlayerName)> {
        let folded = name.as_str().to_lowercase();
        let last = self.names.read().last_id;
        let ids = (1..=last).map(PlayerId);
        let all = ids.filter_map(|id| Some((id, self.name(id)?)));
        all.filter(move |(_, other)| other != name && other.as_str().to_lowercase() == folded)
    }

    /// Returns all players, as a list from which the caller removes some.
    pub(crate) fn all(&self) -> PlayerList {
        let names = self.names.read();
        let mut list = PlayerList(vec![None; names.last_id as usize + 1]);
        for (id, name) in &names.by_id {
            list.0[id.0 as usize] = Some(name.clone());
        }
        list
    }

    /// Adds a player who is in the file already.
    pub(crate) fn load(&self, id: PlayerId, name: PlayerName) {
        self.names.write().insert(id, name);
    }

    /// Forgets a player.
    pub(crate) fn remove(&self, id: PlayerId) {
        let mut names = self.names.write();
        let name = names.by_id.remove(&id);
        // The name may have got a new id since.
        if let Some(name) = name.filter(|name| names.by_name.get(name) == Some(&id)) {
            names.by_name.remove(&name);
        }
    }
}

/// A list of players from which some are removed.
#[derive(Debug)]
pub(crate) struct PlayerList(Vec<Option<PlayerName>>);

impl PlayerList {
    /// Removes a player from the list.
    pub(crate) fn remove(&mut self, player: PlayerId) {
        if let Some(entry) = self.0.get_mut(player.0 as usize) {
            *entry = None;
        }
    }

    /// Returns the players who were not removed.
    pub(crate) fn remaining(self) -> impl Iterator<Item = (PlayerId, PlayerName)> {
        let entries = (0..).zip(self.0);
        entries.filter_map(|(id, name)| Some((PlayerId(id), name?)))
    }
}

impl Names {
    fn insert(&mut self, id: PlayerId, name: PlayerName) {
        self.last_id = self.last_id.max(id.0);
        self.by_id.insert(id, name.clone());
        self.by_name.insert(name, id);
    }
}
