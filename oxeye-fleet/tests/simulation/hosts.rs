//! Which workers may get new servers.

use std::collections::{BTreeMap, BTreeSet};

use oxeye_fleet::ids::{PlayerId, SlotId, WorkerName, WorldName};
use oxeye_fleet::rules::{Fleet, HomeRow, Offer, Slot, State};
use rand::Rng;

use crate::counted::Counted;
use crate::places::is_live;
use crate::violations::Violations;
use crate::world::World;

/// What the workers have room for, and which of them an operator drains.
#[derive(Debug, Default)]
pub struct Hosts {
    rooms: BTreeMap<WorkerName, usize>,
    draining: BTreeSet<WorkerName>,
    /// Those that have ever said which worlds they have.
    with_known_worlds: BTreeSet<WorkerName>,
    /// The worker that each world is bound to.
    bound: BTreeMap<WorldName, WorkerName>,
}

impl Hosts {
    /// A worker has said what it has room for.
    pub fn offer(&mut self, worker: &WorkerName, offer: &Offer) {
        let by_memory = offer
            .memory
            // One server always fits.
            .map(|memory| (memory / offer.server_memory).max(1) as usize);
        let room = offer.max_servers.min(by_memory.unwrap_or(usize::MAX));
        self.rooms.insert(worker.clone(), room);
    }

    pub fn drain(&mut self, worker: &WorkerName, is_draining: bool) {
        match is_draining {
            true => self.draining.insert(worker.clone()),
            false => self.draining.remove(worker),
        };
    }

    /// A worker has said which worlds it has.
    pub fn name_worlds(&mut self, worker: &WorkerName) {
        self.with_known_worlds.insert(worker.clone());
    }

    /// After a restart, a worker whose world was about to be made on another one has to name it again.
    pub fn restarted(&mut self, world: &World) {
        let is_kept = |worker: &WorkerName| {
            let row = world.disk.workers.get(worker);
            row.is_some_and(|row| row.are_worlds_known)
        };
        self.with_known_worlds.retain(is_kept);
    }

    pub fn knows_worlds_of(&self, worker: &WorkerName) -> bool {
        self.with_known_worlds.contains(worker)
    }

    /// Whether a world that is bound to no worker may be on this one, for all that players know: it has not said
    /// so, and has had too little time.
    fn may_have(&self, worker: &WorkerName, fleet: &Fleet, counted: &Counted) -> bool {
        let is_over = counted.since_start(worker) >= fleet.limits().worker_lost_after;
        !self.knows_worlds_of(worker) && !is_over
    }

    /// A world is bound to no worker any more.
    pub fn unbind(&mut self, world: &WorldName) {
        self.bound.remove(world);
    }

    /// Says what is wrong with the worker that a world has been bound to: the world lies on another one, which
    /// has said so or still may.
    pub fn check_home(
        &mut self,
        home: &HomeRow,
        fleet: &Fleet,
        world: &World,
        counted: &Counted,
    ) -> Option<String> {
        let before = self.bound.insert(home.world.clone(), home.worker.clone());
        if before.as_ref() == Some(&home.worker) {
            return None;
        }
        let places = world.lived_in.iter();
        let places: Vec<_> = places
            .filter(|(name, _)| *name == home.world)
            .map(|(_, worker)| worker)
            .collect();
        let is_elsewhere = places
            .iter()
            .any(|worker| self.knows_worlds_of(worker) || self.may_have(worker, fleet, counted));
        // What a liar says about worlds that nobody else has named is believed.
        let is_liar = world.liar.as_ref() == Some(&home.worker);
        let is_wrong = is_elsewhere && !is_liar && !places.contains(&&home.worker);
        is_wrong.then(|| format!("{} lies on {places:?}, not on {}", home.world, home.worker))
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
            // Where players share servers, a player may have a second world.
            let mut homes = world.disk.homes.values();
            let is_bound = homes.any(|home| {
                home.world.as_str().starts_with(theirs.as_str()) && home.worker != *worker
            });
            let mut others = fleet.limits().workers.iter();
            let may_be_elsewhere =
                others.any(|other| other != worker && self.may_have(other, fleet, counted));
            let home = world.disk.homes.get(&theirs);
            // If others have all places on it, the player gets another world.
            let is_full = |slot: &&Slot| {
                slot.world == theirs && slot.player_count() >= fleet.limits().max_players
            };
            let is_here = home.is_some_and(|home| home.worker == *worker);
            let is_here = is_here && !slots.iter().any(is_full);
            !world.discards_worlds && (is_bound || may_be_elsewhere && !is_here)
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
                && world.has_room_for(&theirs, worker)
                && !lies_elsewhere(worker)
                && slots.iter().all(|slot| slot.worker == **worker)
        });
        open.cloned()
    }
}

/// What the workers have room for. Together it may be more or less than the fleet may have.
pub fn offers(world: &mut World, workers: &[WorkerName]) -> Vec<(WorkerName, Offer)> {
    let mut offers = Vec::new();
    for worker in workers {
        let has_limit = workers.len() > 1 && world.chance(50);
        let servers = world.random.random_range(1..=3);
        let memory = world.random.random_range(0..=3) * 1_000 + 500;
        let limited = Offer {
            max_servers: servers,
            memory: world.chance(50).then_some(memory),
            server_memory: 1_000,
            ..Offer::default()
        };
        let offer = if has_limit { limited } else { Offer::default() };
        offers.push((worker.clone(), offer));
    }
    offers
}
