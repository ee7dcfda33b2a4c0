//! Where kept worlds lie. Each is bound to one worker, because an empty world elsewhere looks like a lost one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Fleet, HomeRow, Reply, Slot};
use crate::ids::{SlotId, WorkerName, WorldName};
use crate::time::Moment;

/// The worker that a world is bound to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Home {
    pub(super) worker: WorkerName,
    pub(super) making: Making,
}

/// Whether a world was made at its home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Making {
    /// It was.
    Made,
    /// Its creation was not asked for yet, or was refused, so there is no world.
    Intended,
    /// A creation was not answered, at the latest at this moment.
    Unsure(Moment),
}

/// The homes of all worlds.
#[derive(Debug, Clone, Default)]
pub(super) struct Homes {
    homes: HashMap<WorldName, Home>,
    /// The worlds that are not known to have been made. There are few.
    unmade: BTreeSet<WorldName>,
    /// How many worlds are bound to each worker.
    counts: BTreeMap<WorkerName, usize>,
}

impl Homes {
    /// Continues with what was kept. Whether a world was made that was about to be, nobody knows.
    pub(super) fn restored(rows: Vec<HomeRow>, now: Moment) -> Self {
        let mut homes = Self::default();
        for row in rows {
            let making = match row.is_made {
                true => Making::Made,
                false => Making::Unsure(now),
            };
            let worker = row.worker;
            homes.set(&row.world, Some(Home { worker, making }));
        }
        homes
    }

    pub(super) fn get(&self, world: &WorldName) -> Option<&Home> {
        self.homes.get(world)
    }

    /// Replaces the home of a world, and returns the one that it had.
    pub(super) fn set(&mut self, world: &WorldName, home: Option<Home>) -> Option<Home> {
        let before = self.homes.remove(world);
        self.unmade.remove(world);
        if let Some(before) = &before
            && let Some(count) = self.counts.get_mut(&before.worker)
        {
            *count -= 1;
        }
        if let Some(home) = home {
            *self.counts.entry(home.worker.clone()).or_default() += 1;
            if home.making != Making::Made {
                self.unmade.insert(world.clone());
            }
            self.homes.insert(world.clone(), home);
        }
        before
    }

    /// Returns how many worlds are bound to a worker.
    pub(super) fn count_of(&self, worker: &WorkerName) -> usize {
        self.counts.get(worker).copied().unwrap_or_default()
    }

    /// Returns the workers that worlds are bound to, and how many.
    pub(super) fn counts(&self) -> impl Iterator<Item = (&WorkerName, usize)> {
        let counts = self.counts.iter().filter(|(_, count)| **count > 0);
        counts.map(|(worker, count)| (worker, *count))
    }

    /// Returns the worlds that were perhaps made, where, and since when nobody knows.
    pub(super) fn unsure(&self) -> impl Iterator<Item = (&WorldName, &WorkerName, Moment)> {
        self.unmade.iter().filter_map(|world| {
            let home = self.homes.get(world)?;
            match home.making {
                Making::Unsure(since) => Some((world, &home.worker, since)),
                Making::Made | Making::Intended => None,
            }
        })
    }

    fn of_worker(&self, worker: &WorkerName) -> impl Iterator<Item = &WorldName> {
        let homes = self.homes.iter();
        let theirs = homes.filter(move |(_, home)| home.worker == *worker);
        theirs.map(|(world, _)| world)
    }
}

impl Fleet {
    /// Returns the worker that a world lies on, or is about to be made on, and is therefore bound to.
    #[must_use]
    pub fn home_of(&self, world: &WorldName) -> Option<&WorkerName> {
        self.home(world).map(|home| &home.worker)
    }

    /// Returns the worlds that are bound to a worker, by name.
    #[must_use]
    pub fn worlds_of(&self, worker: &WorkerName) -> Vec<WorldName> {
        let mut worlds: Vec<_> = self.homes.of_worker(worker).cloned().collect();
        worlds.sort();
        worlds
    }

    /// Returns the workers that are no longer in the settings, and how many worlds are bound to each. The
    /// players of these worlds get no server until a worker names them.
    pub fn missing_workers(&self) -> impl Iterator<Item = (&WorkerName, usize)> {
        let counts = self.homes.counts();
        counts.filter(|(worker, _)| !self.limits.discards_worlds && !self.is_in_settings(worker))
    }

    /// Returns the home of a world. Worlds that are deleted with their servers have none.
    pub(super) fn home(&self, world: &WorldName) -> Option<&Home> {
        let home = self.homes.get(world);
        home.filter(|_| !self.limits.discards_worlds)
    }

    pub(super) fn is_in_settings(&self, worker: &WorkerName) -> bool {
        self.limits.workers.contains(worker)
    }

    /// Whether a world is not known to have been made anywhere.
    pub(super) fn is_new(&self, world: &WorldName) -> bool {
        let home = self.home(world);
        home.is_none_or(|home| home.making != Making::Made)
    }

    /// Whether the world of a slot is bound to the slot's worker, which is lost. A creation that was never
    /// answered is older than that, so it binds no more than an old doubt: no server was started in its world.
    pub(super) fn is_bound(&self, slot: &Slot, now: Moment) -> bool {
        let home = self.home(&slot.world);
        home.is_some_and(|home| {
            let is_there = match home.making {
                Making::Made => true,
                Making::Intended => false,
                Making::Unsure(since) => !self.is_old_doubt(since, now),
            };
            home.worker == slot.worker && is_there
        })
    }

    fn is_old_doubt(&self, since: Moment, now: Moment) -> bool {
        now.since(since) >= self.limits.worker_lost_after
    }

    /// Notes where a world is about to be made, so that its player gets no second one elsewhere meanwhile.
    pub(super) fn intend_world(&mut self, world: &WorldName, worker: &WorkerName) {
        if self.home_of(world).is_none() {
            self.bind(world, worker, Making::Intended);
        }
    }

    /// Notes that the world of a slot was made, because its container is there.
    pub(super) fn world_is_made(&mut self, id: SlotId) {
        let Some(slot) = self.slots.get(&id).filter(|slot| !slot.is_stray()) else {
            return;
        };
        let home = self.homes.get(&slot.world);
        let is_news =
            home.is_none_or(|home| home.worker == slot.worker && home.making != Making::Made);
        if is_news {
            let (world, worker) = (slot.world.clone(), slot.worker.clone());
            self.bind(&world, &worker, Making::Made);
        }
    }

    /// Notes that the world of a slot is not there, even if it was made once: its engine has no room for a new
    /// one.
    pub(super) fn world_is_missing(&mut self, id: SlotId) {
        let Some(slot) = self.slots.get(&id).filter(|slot| !slot.is_stray()) else {
            return;
        };
        let (world, worker) = (slot.world.clone(), slot.worker.clone());
        let home = self.home(&world).filter(|home| home.worker == worker);
        let Some(making) = home.map(|home| home.making) else {
            return;
        };
        if making == Making::Made {
            self.warn(
                &worker,
                format!("no longer has the world {world}, which may be made on another worker"),
            );
        }
        self.bind(&world, &worker, Making::Intended);
    }

    /// Notes that nobody knows whether the world of a slot was made.
    pub(super) fn doubt_world(&mut self, id: SlotId, now: Moment) {
        self.note_making(id, Making::Unsure(now));
    }

    /// What was made once stays made.
    fn note_making(&mut self, id: SlotId, making: Making) {
        let Some(slot) = self.slots.get(&id).filter(|slot| !slot.is_stray()) else {
            return;
        };
        if self.is_new(&slot.world) && self.home_of(&slot.world) == Some(&slot.worker) {
            let (world, worker) = (slot.world.clone(), slot.worker.clone());
            self.bind(&world, &worker, making);
        }
    }

    /// Lets go of worlds about which nobody has known for too long whether they were made. If they were, they
    /// are empty: no server was started in them.
    pub(super) fn release_old_doubts(&mut self, now: Moment) {
        let unsure = self.homes.unsure();
        let old = unsure.filter(|(world, worker, since)| {
            self.is_old_doubt(*since, now) && !self.uses_world(world, worker)
        });
        for world in old.map(|(world, ..)| world.clone()).collect::<Vec<_>>() {
            self.let_go(&world);
        }
    }

    /// Lets go of a world that was not made, once its slot is gone, so that it can be made elsewhere.
    pub(super) fn release_world(&mut self, slot: &Slot, now: Moment) {
        let home = self.home(&slot.world);
        let is_unmade =
            home.is_some_and(|home| home.worker == slot.worker && home.making == Making::Intended);
        if slot.is_stray() || !is_unmade {
            return;
        }
        // Somebody else's container may have made it meanwhile.
        match self.uses_world(&slot.world, &slot.worker) {
            true => self.bind(&slot.world, &slot.worker, Making::Unsure(now)),
            false => self.let_go(&slot.world),
        }
    }

    /// Whether a slot has a world on a worker.
    pub(super) fn uses_world(&self, world: &WorldName, worker: &WorkerName) -> bool {
        let mut slots = self.slots.values();
        slots.any(|slot| slot.world == *world && slot.worker == *worker)
    }

    /// An operator binds a world to another worker. What lies on the one before is left alone, and what that one
    /// says about this world no longer counts.
    pub(super) fn bind_by_operator(&mut self, world: &WorldName, worker: &WorkerName) -> Reply {
        if !self.is_in_settings(worker) {
            return Reply::Unknown;
        }
        let Some(before) = self.home_of(world).cloned() else {
            return Reply::Unknown;
        };
        // One that nobody knows may still be saving the world.
        let uses_it = |slot: &&Slot| !slot.is_stray() || self.is_at_home(slot);
        let mut slots = self.slots.values().filter(uses_it);
        if let Some(slot) = slots.find(|slot| slot.world == *world) {
            return Reply::InUse(slot.id);
        }
        if before != *worker {
            self.bind(world, worker, Making::Made);
            let sentence = format!("gets the world {world} from {before}, as an operator wants");
            self.warn(worker, sentence);
        }
        Reply::Known
    }

    pub(super) fn bind(&mut self, world: &WorldName, worker: &WorkerName, making: Making) {
        let worker = worker.clone();
        self.change_home(world, Some(Home { worker, making }));
    }

    /// Changes the home of a world, unless worlds are deleted with their servers and lie nowhere.
    pub(super) fn change_home(&mut self, world: &WorldName, home: Option<Home>) {
        if self.limits.discards_worlds || self.homes.get(world) == home.as_ref() {
            return;
        }
        let before = self.homes.set(world, home);
        self.journal.note_home(world, before);
    }
}
