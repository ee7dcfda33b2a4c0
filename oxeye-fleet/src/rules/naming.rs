//! What workers say about the worlds that lie on them, and how long players wait for a worker that says nothing.

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use super::homes::Making;
use super::{Action, Fleet};
use crate::ids::{WorkerName, WorldName};
use crate::time::Moment;

/// The most worlds that are bound to a worker because it has named them: as many as a worker may keep. A
/// name has at most 64 bytes.
const MOST_NAMED: usize = 100_000;

/// The most worlds that a warning names.
const MOST_SHOWN: usize = 5;

impl Fleet {
    /// Takes in which worlds lay on a worker at `asked_at`. A world that is bound to another worker of the
    /// settings stays bound to it.
    pub(super) fn worlds_named(
        &mut self,
        worker: &WorkerName,
        asked_at: Moment,
        worlds: &[WorldName],
    ) {
        if self.limits.discards_worlds {
            return;
        }
        let (mut surplus, mut taken) = (0, Vec::new());
        let (mut waits_for_worlds, mut claimed) = (false, BTreeSet::new());
        for world in worlds {
            let missing = self.missing_home(world).cloned();
            if !self.may_take(worker, world) {
                waits_for_worlds |= missing.is_some();
                claimed.extend(self.is_new(world).then(|| world.clone()));
                continue;
            }
            let is_theirs = self.home_of(world) == Some(worker);
            if is_theirs || self.homes.count_of(worker) < MOST_NAMED {
                taken.extend(missing.map(|missing| (world, missing)));
                self.bind(world, worker, Making::Made);
            } else {
                surplus += 1;
            }
        }
        let known = self.shared.workers.change(worker);
        known.are_worlds_known = true;
        known.waits_for_worlds = waits_for_worlds;
        known.claimed = claimed;
        self.forget_unmade(worker, asked_at, worlds);
        self.note_taken(worker, &taken);
        self.note_unused(worker, worlds);
        self.note_surplus(worker, surplus);
    }

    /// Whether a world that a worker names is bound to it: nothing else is known of it, or the worker that it
    /// is bound to is no longer in the settings. Where a slot still uses the world, its server may still run.
    fn may_take(&self, worker: &WorkerName, world: &WorldName) -> bool {
        let Some(home) = self.home(world) else {
            return true;
        };
        let is_free = home.making != Making::Made || !self.is_in_settings(&home.worker);
        home.worker == *worker || is_free && !self.uses_world(world, &home.worker)
    }

    /// Returns the worker that a world is bound to, if it is no longer in the settings.
    fn missing_home(&self, world: &WorldName) -> Option<&WorkerName> {
        let home = self.home_of(world);
        home.filter(|home| !self.is_in_settings(home))
    }

    /// Lets go of worlds that were perhaps made on a worker, and were not.
    fn forget_unmade(&mut self, worker: &WorkerName, asked_at: Moment, worlds: &[WorldName]) {
        let unsure = self.homes.unsure();
        let older = unsure.filter(|(world, at, since)| {
            *at == worker && *since < asked_at && !self.uses_world(world, worker)
        });
        let older: Vec<_> = older.map(|(world, ..)| world.clone()).collect();
        if older.is_empty() {
            return;
        }
        let named: HashSet<_> = worlds.iter().collect();
        for world in older.iter().filter(|world| !named.contains(world)) {
            self.let_go(world);
        }
    }

    /// Lets go of a world that was not made where it was to be. A worker that has named it meanwhile has it.
    pub(super) fn let_go(&mut self, world: &WorldName) {
        let workers = &self.shared.workers;
        let claims = |name: &&WorkerName| {
            let worker = workers.get(name);
            worker.is_some_and(|worker| worker.claimed.contains(world))
        };
        let Some(claimant) = self.limits.workers.iter().find(claims).cloned() else {
            self.change_home(world, None);
            return;
        };
        self.shared.workers.change(&claimant).claimed.remove(world);
        self.bind(world, &claimant, Making::Made);
    }

    /// Returns whether a worker should say which worlds it has, because a player waits to learn whether theirs
    /// was made there, or because it has named worlds that slots of other workers still used.
    #[must_use]
    pub fn doubts_worlds_of(&self, worker: &WorkerName) -> bool {
        let known = self.shared.workers.get(worker);
        let mut unsure = self.homes.unsure();
        known.is_some_and(|known| known.waits_for_worlds || !known.claimed.is_empty())
            || unsure.any(|(world, at, _)| at == worker && !self.uses_world(world, worker))
    }

    /// Warns of worlds that a worker has got from workers that are no longer in the settings.
    fn note_taken(&mut self, worker: &WorkerName, taken: &[(&WorldName, WorkerName)]) {
        if taken.is_empty() {
            return;
        }
        let shown = taken.iter().take(MOST_SHOWN);
        let shown: Vec<_> = shown
            .map(|(world, from)| format!("{world} ({from})"))
            .collect();
        self.warn(
            worker,
            format!(
                "takes over worlds ({} in all) whose workers FLEET_WORKERS no longer names: {}",
                taken.len(),
                shown.join(", ")
            ),
        );
    }

    /// Warns once of worlds on a worker whose players are bound to other workers.
    fn note_unused(&mut self, worker: &WorkerName, worlds: &[WorldName]) {
        let home = |world: &WorldName| self.home_of(world).filter(|home| *home != worker);
        let unused = || {
            worlds
                .iter()
                .filter_map(|world| Some((world, home(world)?)))
        };
        let count = unused().count();
        let shown = unused().take(MOST_SHOWN);
        let shown: Vec<_> = shown
            .map(|(world, home)| format!("{world} ({home})"))
            .collect();
        let known = self.shared.workers.change(worker);
        let is_known = known.unused_worlds == count;
        known.unused_worlds = count;
        if count == 0 || is_known {
            return;
        }
        self.warn(
            worker,
            format!(
                "has worlds that are not used ({count} in all), because their players are bound to other workers: {}",
                shown.join(", ")
            ),
        );
    }

    /// Warns once of more worlds than a worker can have.
    fn note_surplus(&mut self, worker: &WorkerName, surplus: usize) {
        let known = self.shared.workers.change(worker);
        let is_known = known.has_surplus;
        known.has_surplus = surplus > 0;
        if surplus > 0 && !is_known {
            self.warn(
                worker,
                format!("names more than {MOST_NAMED} worlds; {surplus} of them are ignored"),
            );
        }
    }

    /// Whether a world that is bound to no worker could lie on another one than this: one that has not said
    /// which worlds it has, and has had too little time to do so.
    pub(super) fn may_lie_elsewhere(&self, worker: &WorkerName) -> bool {
        let mut others = self.limits.workers.iter().filter(|other| *other != worker);
        let is_unknown = |other: &WorkerName| {
            let known = self.shared.workers.get(other);
            known.is_none_or(|known| {
                !known.are_worlds_known && known.unnamed_for < self.limits.worker_lost_after
            })
        };
        !self.limits.discards_worlds && others.any(is_unknown)
    }

    /// Warns of workers for which players wait no longer, now that so much time has passed.
    pub(super) fn note_silent_workers(&mut self, passed: Duration) {
        let limit = self.limits.worker_lost_after;
        if self.limits.discards_worlds || self.limits.workers.len() < 2 {
            return;
        }
        let names = self.limits.workers.iter();
        let silent = names.filter(|name| {
            let known = self.shared.workers.get(name);
            known.is_some_and(|known| {
                let is_over = known.unnamed_for >= limit;
                !known.are_worlds_known && is_over && known.unnamed_for < limit + passed
            })
        });
        for name in silent.cloned().collect::<Vec<_>>() {
            self.warn(
                &name,
                format!(
                    "has not said for {} s which worlds it has: players whose worlds are unknown get servers elsewhere",
                    limit.as_secs()
                ),
            );
        }
    }

    pub(super) fn warn(&mut self, worker: &WorkerName, sentence: String) {
        self.actions.push(Action::Warn {
            worker: worker.clone(),
            sentence,
        });
    }
}
