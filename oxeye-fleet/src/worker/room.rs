//! Whether there is room for one more world. Worlds are kept when their servers are gone, so without a limit,
//! made-up players would fill the disk.

use std::collections::BTreeSet;

use parking_lot::Mutex;

use crate::ids::WorldName;
use crate::rules::CallFailure;

/// The room for worlds.
#[derive(Debug)]
pub(super) struct WorldRoom {
    most: usize,
    /// Every world that is there, once the engine was asked, and those that were allowed since. Some may be
    /// gone.
    known: Mutex<Option<BTreeSet<WorldName>>>,
}

impl WorldRoom {
    /// Allows this many worlds. Those that are made at the same moment may be a few more.
    pub(super) fn for_most(most: usize) -> Self {
        Self {
            most,
            known: Mutex::default(),
        }
    }

    /// Returns whether a world may be used, as far as that is known without asking the engine.
    pub(super) fn is_known_for(&self, world: &WorldName) -> bool {
        let mut known = self.known.lock();
        known.as_mut().is_some_and(|known| self.take(known, world))
    }

    /// Checks whether a world may be used, given the worlds that are there.
    pub(super) fn check(
        &self,
        world: &WorldName,
        there: Vec<WorldName>,
    ) -> Result<(), CallFailure> {
        let mut there = there.into_iter().collect();
        let has_room = self.take(&mut there, world);
        *self.known.lock() = Some(there);
        match has_room {
            true => Ok(()),
            false => Err(CallFailure::NoNewWorlds(format!(
                "the worker keeps no more worlds (FLEET_WORKER_MAX_WORLDS is {})",
                self.most
            ))),
        }
    }

    fn take(&self, there: &mut BTreeSet<WorldName>, world: &WorldName) -> bool {
        let has_room = there.contains(world) || there.len() < self.most;
        if has_room {
            there.insert(world.clone());
        }
        has_room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world(player: &str) -> WorldName {
        WorldName::of(&player.parse().unwrap())
    }

    #[test]
    fn the_engine_is_asked_at_first_and_when_there_seems_to_be_no_room() {
        let room = WorldRoom::for_most(2);
        let [ada, bob, eve] = ["Ada", "Bob", "Eve"].map(world);
        assert!(!room.is_known_for(&ada));

        room.check(&ada, vec![]).unwrap();
        assert!(room.is_known_for(&ada) && room.is_known_for(&bob));
        assert!(!room.is_known_for(&eve));
        let refused = room.check(&eve, vec![ada.clone(), bob.clone()]);
        room.check(&bob, vec![ada.clone(), bob.clone()]).unwrap();

        let sentence = "the worker keeps no more worlds (FLEET_WORKER_MAX_WORLDS is 2)";
        let full = CallFailure::NoNewWorlds(sentence.to_owned());
        assert_eq!(refused, Err(full));
        // A world was deleted meanwhile.
        room.check(&eve, vec![bob]).unwrap();
        assert!(!room.is_known_for(&ada));
    }
}
