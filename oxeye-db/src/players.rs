//! Each player's name once, under a number.

use hashbrown::HashMap;
use oxeye_plugin_proto::PlayerName;
use parking_lot::RwLock;

/// The number of a player in the store, never given twice while the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlayerId(pub u32);

/// All names that were ever heard. Only the writer's thread adds one.
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
    /// The number of a name that has been heard before.
    #[must_use]
    pub(crate) fn id(&self, name: &PlayerName) -> Option<PlayerId> {
        self.names.read().by_name.get(name).copied()
    }

    /// The name behind a number; `None` when the player was forgotten.
    #[must_use]
    pub(crate) fn name(&self, id: PlayerId) -> Option<PlayerName> {
        self.names.read().by_id.get(&id).cloned()
    }

    /// The number of a name, and whether it has just been given.
    pub(crate) fn number(&self, name: &PlayerName) -> (PlayerId, bool) {
        if let Some(id) = self.id(name) {
            return (id, false);
        }
        let mut names = self.names.write();
        let id = PlayerId(names.last_id + 1);
        names.insert(id, name.clone());
        (id, true)
    }

    /// A name that differs from this one in nothing but case. The lock is held for one name at a
    /// time, however many there are.
    pub(crate) fn in_other_case(&self, name: &PlayerName) -> Option<PlayerName> {
        let folded = name.as_str().to_lowercase();
        let last = self.names.read().last_id;
        let mut others = (1..=last).filter_map(|id| self.name(PlayerId(id)));
        others.find(|other| other != name && other.as_str().to_lowercase() == folded)
    }

    /// All of them, to cross out those who are known otherwise.
    pub(crate) fn all(&self) -> Roll {
        let names = self.names.read();
        let mut roll = Roll(vec![None; names.last_id as usize + 1]);
        for (id, name) in &names.by_id {
            roll.0[id.0 as usize] = Some(name.clone());
        }
        roll
    }

    /// Brings a player of the store into memory.
    pub(crate) fn load(&self, id: PlayerId, name: PlayerName) {
        self.names.write().insert(id, name);
    }

    /// Forgets a player.
    pub(crate) fn remove(&self, id: PlayerId) {
        let mut names = self.names.write();
        let name = names.by_id.remove(&id);
        // The name may have got a new number since.
        if let Some(name) = name.filter(|name| names.by_name.get(name) == Some(&id)) {
            names.by_name.remove(&name);
        }
    }
}

/// A list of players by their numbers, from which some are crossed out.
#[derive(Debug)]
pub(crate) struct Roll(Vec<Option<PlayerName>>);

impl Roll {
    /// This one is not on the list any more.
    pub(crate) fn cross_out(&mut self, player: PlayerId) {
        if let Some(entry) = self.0.get_mut(player.0 as usize) {
            *entry = None;
        }
    }

    /// The players who were not crossed out.
    pub(crate) fn left(self) -> impl Iterator<Item = (PlayerId, PlayerName)> {
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
