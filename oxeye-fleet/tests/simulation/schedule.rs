//! One schedule: some minutes of chaos, then calm. In the calm, players who stay must get their servers,
//! and when they leave, nothing may be left.

use std::collections::BTreeSet;
use std::time::Duration;

use oxeye_fleet::ids::{SessionId, WorkerName};
use oxeye_fleet::rules::{Event, Fleet, Limits, Offer};
use rand::Rng;

use crate::hosts;
use crate::watcher::Watcher;
use crate::world::{Parcel, Troubles, World};

pub const PLAYERS: usize = 6;
const HEARTBEAT: Duration = Duration::from_secs(5);
const LIST_EVERY: Duration = Duration::from_secs(10);

/// What a schedule has found.
pub struct Found {
    pub steps: u64,
    pub violations: Vec<String>,
}

pub struct Schedule {
    pub world: World,
    pub fleet: Fleet,
    pub limits: Limits,
    offers: Vec<(WorkerName, Offer)>,
    pub watcher: Watcher,
    /// The sessions whose players have vanished without leaving.
    vanished: BTreeSet<SessionId>,
    pub steps: u64,
    next_beats: u64,
    next_list: u64,
}

/// Runs the schedule of this number.
pub fn run(seed: u64) -> Found {
    let mut world = World::new(seed);
    let names: &[&str] = match world.chance(50) {
        true => &["attic", "home"],
        false => &["local"],
    };
    let workers: Vec<WorkerName> = names
        .iter()
        .map(|name| name.parse().expect("a good name"))
        .collect();
    world.discards_worlds = world.chance(30);
    if workers.len() > 1 && world.chance(60) {
        world.add_old_worlds(&workers, PLAYERS);
    }
    if workers.len() > 1 {
        world.limit_worlds(&workers);
        world.choose_silent(&workers);
    }
    let offers = hosts::offers(&mut world, &workers);
    let rooms = offers
        .iter()
        .map(|(worker, offer)| (worker.clone(), offer.max_servers));
    world.rooms = rooms.collect();
    let limits = Limits {
        max_servers: world.random.random_range(1..=4),
        max_players: if world.chance(25) { 2 } else { 1 },
        ports: 8081..=8210,
        own_ports: vec![8083],
        stop_grace: Duration::from_secs(20),
        start: Duration::from_secs(60),
        discards_worlds: world.discards_worlds,
        worker_lost_after: Duration::from_secs(10),
        workers,
        ..Limits::default()
    };
    if limits.workers.len() > 1 && world.chance(30) {
        world.liar = limits.workers.last().cloned();
    }
    let fleet = Fleet::new(limits.clone(), world.present());
    let mut schedule = Schedule {
        world,
        fleet,
        limits,
        offers,
        watcher: Watcher::default(),
        vanished: BTreeSet::new(),
        steps: 0,
        next_beats: 0,
        next_list: 0,
    };
    schedule.offer();
    schedule.bind_old_worlds();
    schedule.chaos();
    schedule.calm();
    schedule.every_player_gets_in();
    Found {
        steps: schedule.steps,
        violations: [schedule.watcher.violations.0, schedule.world.violations.0].concat(),
    }
}

impl Schedule {
    fn chaos(&mut self) {
        let rounds = self.world.random.random_range(20..150);
        for _ in 0..rounds {
            self.change_troubles();
            self.misfortune();
            for _ in 0..self.world.random.random_range(0..3) {
                self.player_does_something();
            }
            let tick = self.world.millis(200..1_000);
            self.advance(tick);
        }
    }

    fn change_troubles(&mut self) {
        if !self.world.chance(5) {
            return;
        }
        let random = &mut self.world.random;
        let workers = self.limits.workers.iter();
        let away = workers.filter(|_| random.random_range(0..100) < 15);
        let away = away.cloned().collect();
        self.world.troubles = Troubles {
            away,
            lost: random.random_range(0..20),
            doubled: random.random_range(0..20),
            refused: if random.random_range(0..100) < 15 {
                50
            } else {
                0
            },
            full: if random.random_range(0..100) < 15 {
                30
            } else {
                0
            },
            port_taken: random.random_range(0..15),
            crashing: if random.random_range(0..100) < 10 {
                95
            } else {
                random.random_range(0..40)
            },
        };
    }

    fn misfortune(&mut self) {
        if self.world.chance(2) {
            self.crash();
        }
        if self.world.chance(2) {
            // The machine slept, or we did not get the processor.
            let gap = self.world.millis(2_500..60_000);
            self.world.now = self.world.now + gap;
        }
        if self.limits.workers.len() > 1 && self.world.chance(2) {
            let index = self.world.random.random_range(0..self.limits.workers.len());
            let worker = self.limits.workers[index].clone();
            let is_draining = self.world.chance(50);
            self.step(Event::DrainWorker {
                worker,
                is_draining,
            });
        }
        if let Some(liar) = self.world.liar.clone()
            && self.world.chance(5)
        {
            self.lie(liar);
        }
        if self.world.chance(3) {
            self.world.disk.is_full = !self.world.disk.is_full;
        }
        if self.world.chance(2) {
            let ids: Vec<_> = self.fleet.slots().map(|slot| slot.id).collect();
            if !ids.is_empty() {
                let index = self.world.random.random_range(0..ids.len());
                self.step(Event::Stop(ids[index]));
            }
        }
        let ids: Vec<_> = self.world.engine.keys().copied().collect();
        for id in ids {
            let people = if self.world.chance(15) { 1 } else { 0 };
            if self.world.chance(10)
                && let Some(container) = self.world.engine.get_mut(&id)
            {
                container.people = people;
            }
        }
    }

    fn player_does_something(&mut self) {
        let sessions = self.watcher.sessions();
        let pick = self.world.random.random_range(0..sessions.len().max(1));
        let session = sessions.get(pick).copied();
        match self.world.random.random_range(0..10) {
            0..4 => {
                let player = self.world.player(PLAYERS);
                let session = self.world.session();
                self.step(Event::Join { player, session });
            }
            4..7 => {
                if let Some(session) = session {
                    self.world.send(Event::Leave(session));
                }
            }
            7 => {
                let session = self.world.session();
                self.step(Event::Heartbeat(session));
            }
            8 => self.vanished.extend(session),
            _ => {}
        }
    }

    fn calm(&mut self) {
        self.world.troubles = Troubles::default();
        self.world.disk.is_full = false;
        for worker in self.limits.workers.clone() {
            self.step(Event::DrainWorker {
                worker,
                is_draining: false,
            });
        }
        for container in self.world.engine.values_mut() {
            container.people = 0;
            if container.exits_at.is_some_and(|(_, code)| code == Some(1)) {
                container.exits_at = None;
            }
        }
        let tick = Duration::from_millis(1_500);
        let waiting = self.limits.stop_grace * 2 + self.limits.start * 2 + Duration::from_secs(260);
        self.pass(waiting, tick);
        self.watcher.check_that_players_play(&self.fleet);
        for session in self.watcher.sessions() {
            self.step(Event::Leave(session));
        }
        let longest = self.limits.start
            + self.limits.lost()
            + self.limits.idle
            + Duration::from_secs(30)
            + self.limits.stop_grace * 2
            + Duration::from_secs(40)
            + self.limits.delete_after
            + Duration::from_secs(60);
        self.pass(longest, tick);
        self.watcher
            .check_that_nothing_is_left(&self.fleet, &self.world);
    }

    pub fn pass(&mut self, time: Duration, tick: Duration) {
        let end = self.world.now + time;
        while self.world.now < end
            && !(self.fleet.slots().next().is_none() && self.world.engine.is_empty())
        {
            self.advance(tick);
        }
    }

    pub fn advance(&mut self, tick: Duration) {
        self.world.now = self.world.now + tick;
        self.world.run_engine();
        self.world.arrive();
        while let Some(parcel) = self.world.arriving.pop_front() {
            match parcel {
                Parcel::ToRules(event) => self.step(event),
                Parcel::ToEngine(action) => self.world.carry_out(action),
            }
        }
        if self.world.now.0 >= self.next_beats {
            self.next_beats = self.world.now.0 + HEARTBEAT.as_millis() as u64;
            for session in self.watcher.sessions() {
                if !self.vanished.contains(&session) {
                    self.world.send(Event::Heartbeat(session));
                }
            }
        }
        if self.world.now.0 >= self.next_list {
            self.next_list = self.world.now.0 + LIST_EVERY.as_millis() as u64;
            self.list();
        }
        self.step(Event::Tick);
    }

    /// The workers say what they have room for, as they do when we connect to them.
    pub fn offer(&mut self) {
        for (worker, offer) in self.offers.clone() {
            self.step(Event::Offered { worker, offer });
        }
    }

    fn list(&mut self) {
        for worker in self.limits.workers.clone() {
            if self.world.troubles.away.contains(&worker) {
                self.step(Event::EngineLost(worker));
                continue;
            }
            let listed = Event::Listed {
                asked_at: self.world.now,
                containers: self.world.list(&worker),
                worker: worker.clone(),
            };
            self.world.send(listed);
            let is_known = self.watcher.knows_worlds_of(&worker);
            let is_asked = !is_known || self.fleet.doubts_worlds_of(&worker);
            let is_silent = self.world.silent.as_ref() == Some(&worker);
            if (is_asked || self.world.chance(10)) && !is_silent {
                let named = Event::WorldsListed {
                    worlds: self.world.worlds_on(&worker),
                    asked_at: self.world.now,
                    worker,
                };
                self.world.send(named);
            }
        }
    }
}
