//! Where kept worlds lie. Each is bound to one worker, because an empty world elsewhere looks like a lost one.

use super::{Action, Fleet};
use crate::ids::{WorkerName, WorldName};

/// The most worlds that a warning names.
const MOST_NAMED: usize = 5;

impl Fleet {
    /// Returns the worker that a world lies on, and is therefore bound to.
    #[must_use]
    pub fn home_of(&self, world: &WorldName) -> Option<&WorkerName> {
        let home = self.homes.get(world);
        home.filter(|_| !self.limits.discards_worlds)
    }

    /// Returns the worlds that are bound to a worker, by name.
    #[must_use]
    pub fn worlds_of(&self, worker: &WorkerName) -> Vec<WorldName> {
        let homes = self.homes.iter().filter(|(_, home)| *home == worker);
        let mut worlds: Vec<_> = homes.map(|(world, _)| world.clone()).collect();
        worlds.sort();
        worlds
    }

    /// Notes where a world lies, so that its player never gets an empty one elsewhere. Worlds that are
    /// deleted with their servers lie nowhere.
    pub(super) fn settle_world(&mut self, world: &WorldName, worker: &WorkerName) {
        if self.limits.discards_worlds || self.homes.get(world) == Some(worker) {
            return;
        }
        let before = self.homes.insert(world.clone(), worker.clone());
        self.journal.note_home(world.clone(), before);
    }

    /// Takes in which worlds lie on a worker. A world that is bound to another worker stays bound to it.
    pub(super) fn worlds_listed(&mut self, worker: &WorkerName, worlds: &[WorldName]) {
        if self.limits.discards_worlds {
            return;
        }
        for world in worlds {
            if !self.homes.contains_key(world) {
                self.settle_world(world, worker);
            }
        }
        self.shared.workers.change(worker).are_worlds_known = true;
        self.note_unused(worker, worlds);
    }

    /// Warns once of worlds on a worker whose players are bound to other workers.
    fn note_unused(&mut self, worker: &WorkerName, worlds: &[WorldName]) {
        let elsewhere = |world: &WorldName| {
            let home = self.home_of(world).filter(|home| *home != worker)?;
            Some(format!("{world} ({home})"))
        };
        let unused: Vec<_> = worlds.iter().filter_map(elsewhere).collect();
        let known = self.shared.workers.change(worker);
        let is_known = known.unused_worlds == unused.len();
        known.unused_worlds = unused.len();
        if unused.is_empty() || is_known {
            return;
        }
        let named = &unused[..unused.len().min(MOST_NAMED)];
        self.actions.push(Action::Warn {
            worker: worker.clone(),
            sentence: format!(
                "has worlds that are not used ({} in all), because their players are bound to other workers: {}",
                unused.len(),
                named.join(", ")
            ),
        });
    }

    /// Whether a world that is bound to no worker could lie on another one than this: one that has never
    /// said which worlds it has. A lost one keeps nobody waiting.
    pub(super) fn may_lie_elsewhere(&self, worker: &WorkerName) -> bool {
        let mut others = self.limits.workers.iter().filter(|other| *other != worker);
        let is_unknown = |other: &WorkerName| {
            let known = self.shared.workers.get(other);
            !known.is_some_and(|known| known.are_worlds_known) && !self.is_lost(other)
        };
        !self.limits.discards_worlds && others.any(is_unknown)
    }
}
