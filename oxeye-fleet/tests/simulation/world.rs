//! The world around the rules: an engine with containers that really run and exit, players, a disk, and a
//! clock. Whatever can go wrong on the way does, at random.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use oxeye_fleet::ids::{PlayerId, SessionId, SlotId, WorkerName, WorldName};
use oxeye_fleet::rules::{
    Action, Event, HomeRow, Kept, Listed, Run, SessionRow, SlotRow, WorkerRow, Write,
};
use oxeye_fleet::time::{Moment, Now, UnixMillis};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::Uuid;

use crate::violations::Violations;

/// A container as it really is.
#[derive(Debug, Clone)]
pub struct Container {
    pub worker: WorkerName,
    pub port: u16,
    pub world: WorldName,
    pub run: Option<Run>,
    pub running: bool,
    pub exit_code: Option<i32>,
    /// When it last exited.
    pub exited_at: Option<Moment>,
    /// When it answers the readiness probe, if ever.
    pub ready_at: Option<Moment>,
    /// When it exits, and with which code.
    pub exits_at: Option<(Moment, Option<i32>)>,
    /// How many people are on, whatever their heartbeats say.
    pub people: u32,
}

/// Something on its way to the rules or to the engine.
#[derive(Debug, Clone)]
pub enum Parcel {
    ToRules(Event),
    ToEngine(Action),
}

/// What the next calls of the engine do wrong.
#[derive(Debug, Clone, Default)]
pub struct Troubles {
    /// The workers that cannot be reached.
    pub away: BTreeSet<WorkerName>,
    /// In percent.
    pub lost: u32,
    pub doubled: u32,
    pub refused: u32,
    pub full: u32,
    pub port_taken: u32,
    pub crashing: u32,
}

/// What is on the disk.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    pub slots: BTreeMap<SlotId, SlotRow>,
    pub sessions: BTreeMap<SessionId, SessionRow>,
    pub homes: BTreeMap<WorldName, HomeRow>,
    pub workers: BTreeMap<WorkerName, WorkerRow>,
    pub is_full: bool,
}

impl Disk {
    pub fn write(&mut self, writes: &[Write]) {
        for write in writes {
            match write {
                Write::Slot(row) => drop(self.slots.insert(row.id, row.clone())),
                Write::SlotGone(id) => {
                    self.slots.remove(id);
                    self.sessions.retain(|_, row| row.slot != *id);
                }
                Write::Session(row) => drop(self.sessions.insert(row.id, row.clone())),
                Write::SessionGone(id) => drop(self.sessions.remove(id)),
                Write::Home(row) => drop(self.homes.insert(row.world.clone(), row.clone())),
                Write::HomeGone(world) => drop(self.homes.remove(world)),
                Write::Worker(row) => drop(self.workers.insert(row.name.clone(), row.clone())),
            }
        }
    }

    pub fn kept(&self) -> Kept {
        Kept {
            slots: self.slots.values().cloned().collect(),
            sessions: self.sessions.values().cloned().collect(),
            homes: self.homes.values().cloned().collect(),
            workers: self.workers.values().cloned().collect(),
        }
    }
}

pub struct World {
    pub random: StdRng,
    pub now: Moment,
    pub engine: BTreeMap<SlotId, Container>,
    /// How often each slot's server has exited with an error, whether or not anybody was on.
    pub crashes: BTreeMap<SlotId, usize>,
    /// The worlds that lie on each worker.
    pub worlds: BTreeSet<(WorldName, WorkerName)>,
    /// Those that a server was started in, or that were there before the fleet: they are not empty.
    pub lived_in: BTreeSet<(WorldName, WorkerName)>,
    /// Those that were there before the fleet.
    pub old_worlds: BTreeSet<(WorldName, WorkerName)>,
    /// Whether worlds are deleted with their servers, so that one may lie on several workers.
    pub discards_worlds: bool,
    pub violations: Violations,
    pub parcels: Vec<(Moment, Parcel)>,
    /// What arrives at this moment, first things first. If we are killed meanwhile, the rest is still on its way.
    pub arriving: VecDeque<Parcel>,
    pub troubles: Troubles,
    pub disk: Disk,
    pub probed: BTreeMap<SlotId, (Run, Moment)>,
    /// The most servers that each worker runs at the same time.
    pub rooms: BTreeMap<WorkerName, usize>,
    /// The most worlds that each worker keeps.
    pub most_worlds: BTreeMap<WorkerName, usize>,
    /// The worker that says what is not true, if one does.
    pub liar: Option<WorkerName>,
    /// The worker that never says which worlds it has, if there is one.
    pub silent: Option<WorkerName>,
}

impl World {
    pub fn new(seed: u64) -> Self {
        Self {
            random: StdRng::seed_from_u64(seed),
            now: Moment(1_000),
            engine: BTreeMap::new(),
            crashes: BTreeMap::new(),
            worlds: BTreeSet::new(),
            lived_in: BTreeSet::new(),
            old_worlds: BTreeSet::new(),
            discards_worlds: false,
            violations: Violations::default(),
            parcels: Vec::new(),
            arriving: VecDeque::new(),
            troubles: Troubles::default(),
            disk: Disk::default(),
            probed: BTreeMap::new(),
            rooms: BTreeMap::new(),
            most_worlds: BTreeMap::new(),
            liar: None,
            silent: None,
        }
    }

    pub fn present(&self) -> Now {
        Now {
            moment: self.now,
            wall: UnixMillis(1_700_000_000_000 + self.now.0),
        }
    }

    pub fn chance(&mut self, percent: u32) -> bool {
        self.random.random_range(0..100) < percent
    }

    pub fn millis(&mut self, range: std::ops::Range<u64>) -> Duration {
        Duration::from_millis(self.random.random_range(range))
    }

    pub fn session(&mut self) -> SessionId {
        SessionId(Uuid::from_u128(self.random.random()))
    }

    pub fn player(&mut self, players: usize) -> PlayerId {
        let number = self.random.random_range(0..players);
        format!("player{number}").parse().expect("a good name")
    }

    /// Puts worlds on the workers that no fleet has made yet; perhaps the same one on several.
    pub fn add_old_worlds(&mut self, workers: &[WorkerName], players: usize) {
        for number in 0..players {
            let player: PlayerId = format!("player{number}").parse().expect("a good name");
            for worker in workers {
                if self.chance(25) {
                    let place = (WorldName::of(&player), worker.clone());
                    self.old_worlds.insert(place.clone());
                    self.lived_in.insert(place.clone());
                    self.worlds.insert(place);
                }
            }
        }
    }

    /// Some workers keep no more worlds than a few.
    pub fn limit_worlds(&mut self, workers: &[WorkerName]) {
        for worker in workers {
            if self.chance(30) {
                let most = self.worlds_on(worker).len() + self.random.random_range(0..3);
                self.most_worlds.insert(worker.clone(), most);
            }
        }
    }

    /// Perhaps one worker never says which worlds it has.
    pub fn choose_silent(&mut self, workers: &[WorkerName]) {
        if self.chance(15) {
            let index = self.random.random_range(0..workers.len());
            self.silent = workers.get(index).cloned();
        }
    }

    /// Returns the worlds on a worker.
    pub fn worlds_on(&self, worker: &WorkerName) -> Vec<WorldName> {
        let theirs = self.worlds.iter().filter(|(_, at)| at == worker);
        theirs.map(|(world, _)| world.clone()).collect()
    }

    /// Returns whether a worker has a world, or has room for it.
    pub fn has_room_for(&self, name: &WorldName, worker: &WorkerName) -> bool {
        let worlds = self.worlds_on(worker);
        let most = self.most_worlds.get(worker).copied();
        worlds.contains(name) || worlds.len() < most.unwrap_or(usize::MAX)
    }

    /// Sends an event to the rules: perhaps late, perhaps twice, perhaps never.
    #[expect(clippy::needless_pass_by_value, reason = "as events are made")]
    pub fn send(&mut self, event: Event) {
        let (lost, doubled) = (self.troubles.lost, self.troubles.doubled);
        if self.chance(lost) {
            return;
        }
        let copies = if self.chance(doubled) { 2 } else { 1 };
        for copy in 0..copies {
            let slow = self.chance(10);
            let slowest = match event {
                // Only game servers take longer than we wait for them.
                Event::Occupied { .. } => 25_000,
                // An answer may be repeated when the next call of the same kind is in flight.
                Event::Called { .. } if copy > 0 => 60_000,
                _ => 8_000,
            };
            let is_late = slow || slowest == 60_000;
            let delay = self.millis(if is_late { 0..slowest } else { 0..400 });
            self.parcels
                .push((self.now + delay, Parcel::ToRules(event.clone())));
        }
    }

    /// Carries an action to where it takes effect.
    pub fn act(&mut self, action: Action) {
        let delay = self.millis(0..500);
        self.parcels
            .push((self.now + delay, Parcel::ToEngine(action)));
    }

    /// Has everything arrive that is due.
    pub fn arrive(&mut self) {
        let now = self.now;
        let (mut due, later): (Vec<_>, Vec<_>) = std::mem::take(&mut self.parcels)
            .into_iter()
            .partition(|(at, _)| *at <= now);
        self.parcels = later;
        due.sort_by_key(|(at, _)| *at);
        self.arriving
            .extend(due.into_iter().map(|(_, parcel)| parcel));
    }

    /// Lets time pass for the containers.
    pub fn run_engine(&mut self) {
        let now = self.now;
        let mut exits = Vec::new();
        for (slot, container) in &mut self.engine {
            if let Some((at, code)) = container.exits_at
                && container.running
                && at <= now
            {
                container.running = false;
                container.exit_code = code;
                container.exited_at = Some(now);
                container.exits_at = None;
                container.people = 0;
                if code != Some(0) {
                    *self.crashes.entry(*slot).or_default() += 1;
                }
                let is_heard = !self.troubles.away.contains(&container.worker);
                if is_heard {
                    exits.push((
                        container.worker.clone(),
                        *slot,
                        container.run.unwrap_or_default(),
                        code,
                    ));
                }
            }
        }
        for (worker, slot, run, code) in exits {
            self.send(Event::Exited {
                worker,
                slot,
                run,
                code,
            });
        }
        self.probe();
    }

    fn probe(&mut self) {
        let mut ready = Vec::new();
        for (slot, (run, _)) in &self.probed {
            if let Some(container) = self.engine.get(slot)
                && container.running
                && container.run == Some(*run)
                && container.ready_at.is_some_and(|at| at <= self.now)
            {
                ready.push((*slot, *run));
            }
        }
        for (slot, run) in ready {
            self.probed.remove(&slot);
            // A probe that is lost is repeated, so this event arrives.
            self.parcels
                .push((self.now, Parcel::ToRules(Event::Ready { slot, run })));
        }
    }

    /// Returns what a worker has.
    pub fn list(&self, worker: &WorkerName) -> Vec<Listed> {
        let listed = |(slot, container): (&SlotId, &Container)| Listed {
            slot: *slot,
            port: container.port,
            world: container.world.clone(),
            run: container.run,
            running: container.running,
            exit_code: container.exit_code,
        };
        let containers = self.engine.iter();
        let theirs = containers.filter(|(_, container)| container.worker == *worker);
        theirs.map(listed).collect()
    }
}
