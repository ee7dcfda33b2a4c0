//! Which workers may get new servers.

use std::collections::{BTreeMap, BTreeSet};

use oxeye_fleet::ids::{PlayerId, SlotId, WorkerName, WorldName};
use oxeye_fleet::rules::{Fleet, Offer, Slot, State};

use crate::counted::Counted;
use crate::places::is_live;
use crate::violations::Violations;
use crate::world::World;

/// What the workers have room for, and which of them an operator drains.
#[derive(Debug, Default)]
pub struct Hosts {
    rooms: BTreeMap<WorkerName, usize>,
    draining: BTreeSet<WorkerName>,
}

impl Hosts {
    /// A worker has said what it has room for.
    pub fn offer(&mut self, worker: &WorkerName, offer: &Offer) {
        let by_memory = offer
            .memory
            .map(|memory| (memory / offer.server_memory) as usize);
        let room = offer.max_servers.min(by_memory.unwrap_or(usize::MAX));
        self.rooms.insert(worker.clone(), room);
    }

    pub fn drain(&mut self, worker: &WorkerName, is_draining: bool) {
        match is_draining {
            true => self.draining.insert(worker.clone()),
            false => self.draining.remove(worker),
        };
    }

    /// After a restart, nothing is drained.
    pub fn restarted(&mut self) {
        self.draining.clear();
    }

    /// No worker has more servers than it has room for.
    pub fn check(&self, fleet: &Fleet, violations: &mut Violations) {
        for (worker, room) in &self.rooms {
            let theirs = fleet.slots().filter(|slot| slot.worker == *worker);
            let live = theirs.filter(|slot| is_live(slot)).count();
            violations.claim(live <= *room, || format!("{worker} has {live} of {room}"));
        }
    }

    /// Says what is wrong with the place of a new server.
    pub fn check_new(&self, id: SlotId, fleet: &Fleet, counted: &Counted) -> Option<String> {
        let worker = &fleet.slot(id)?.worker;
        let is_wrong = counted.is_away(worker) || self.draining.contains(worker);
        is_wrong.then(|| format!("{id} is placed on {worker}"))
    }

    /// Returns a worker that can take a new server of a player: it can be reached, is not drained, has room,
    /// and the world does not lie elsewhere.
    pub fn open_to(
        &self,
        player: &PlayerId,
        fleet: &Fleet,
        world: &World,
        counted: &Counted,
    ) -> Option<WorkerName> {
        let theirs = WorldName::of(player);
        let is_theirs = |slot: &Slot| {
            let mut visits = slot.sessions.values();
            let is_there = visits.any(|visit| visit.player == *player);
            is_there || slot.owner == *player || slot.world == theirs
        };
        let slots: Vec<_> = fleet.slots().filter(|slot| is_theirs(slot)).collect();
        let lies_elsewhere = |worker: &WorkerName| {
            // A world may be bound to a worker that was never able to make it.
            // Where players share servers, a player may have a second world.
            let mut homes = world.disk.homes.values();
            let is_bound = homes.any(|home| {
                home.world.as_str().starts_with(theirs.as_str()) && home.worker != *worker
            });
            !world.discards_worlds && is_bound
        };
        let has_room = |worker: &WorkerName| {
            let slots = fleet.slots().filter(|slot| slot.worker == *worker);
            // What is being removed may still run.
            let used = slots.filter(|slot| slot.state != State::Stopped);
            used.count() < self.rooms.get(worker).copied().unwrap_or(usize::MAX)
        };
        let mut workers = fleet.limits().workers.iter();
        let open = workers.find(|worker| {
            !counted.is_away(worker)
                && !self.draining.contains(worker)
                && has_room(worker)
                && !lies_elsewhere(worker)
                && slots.iter().all(|slot| slot.worker == **worker)
        });
        open.cloned()
    }
}
