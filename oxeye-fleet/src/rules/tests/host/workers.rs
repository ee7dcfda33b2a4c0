//! The workers of a host.

use super::Host;
use crate::ids::{PlayerId, SlotId, WorkerName, WorldName};
use crate::rules::{Action, CallFailure, Event, Listed, Offer};

impl Host {
    /// A worker cannot be reached.
    pub(in crate::rules::tests) fn goes_away(&mut self, worker: &str) {
        let worker: WorkerName = worker.parse().unwrap();
        self.away.insert(worker.clone());
        self.step(Event::EngineLost(worker));
    }

    pub(in crate::rules::tests) fn comes_back(&mut self, worker: &str) {
        self.away.remove(&worker.parse().unwrap());
        self.list();
    }

    /// A worker says how many servers it takes.
    pub(in crate::rules::tests) fn takes_servers(&mut self, worker: &str, max_servers: usize) {
        let offer = Offer {
            max_servers,
            ..Offer::default()
        };
        let worker = worker.parse().unwrap();
        self.step(Event::Offered { worker, offer });
    }

    /// A worker says how much memory it has, and how much of it a server may use.
    pub(in crate::rules::tests) fn has_memory(&mut self, worker: &str, total: u64, server: u64) {
        let offer = Offer {
            memory: Some(total),
            server_memory: server,
            ..Offer::default()
        };
        let worker = worker.parse().unwrap();
        self.step(Event::Offered { worker, offer });
    }

    /// A worker says that it has the worlds of these players, and no others.
    pub(in crate::rules::tests) fn has_worlds(&mut self, worker: &str, players: &[&str]) {
        let world = |name: &&str| {
            let player: PlayerId = name.parse().unwrap();
            WorldName::of(&player)
        };
        self.step(Event::WorldsListed {
            worker: worker.parse().unwrap(),
            asked_at: self.now,
            worlds: players.iter().map(world).collect(),
        });
    }

    /// From now on, this comes of every creation on a worker, and nothing is done.
    pub(in crate::rules::tests) fn makes_no_server(&mut self, worker: &str, failure: CallFailure) {
        let worker = worker.parse().unwrap();
        self.engine.creations_fail.insert(worker, failure);
    }

    /// The worker that the world of a player is bound to.
    pub(in crate::rules::tests) fn home_of(&self, player: &str) -> Option<String> {
        let world = WorldName::of(&player.parse().unwrap());
        self.fleet.home_of(&world).map(ToString::to_string)
    }

    /// The workers that are no longer in the settings, and how many worlds are bound to each.
    pub(in crate::rules::tests) fn missing_workers(&self) -> Vec<(&str, usize)> {
        let missing = self.fleet.missing_workers();
        missing
            .map(|(worker, worlds)| (worker.as_str(), worlds))
            .collect()
    }

    /// How often operators were warned of a worker with these words.
    pub(in crate::rules::tests) fn warnings_of(&self, worker: &str, words: &str) -> usize {
        self.count(|action| match action {
            Action::Warn {
                worker: of,
                sentence,
            } => of.as_str() == worker && sentence.contains(words),
            _ => false,
        })
    }

    /// Another program was found on a port of a worker.
    pub(in crate::rules::tests) fn avoids(&mut self, worker: &WorkerName, port: u16) {
        let now = self.present();
        self.fleet.avoid_port(worker, port, now);
    }

    /// A worker says that it has this.
    pub(in crate::rules::tests) fn hears_a_list(&mut self, worker: &str, containers: Vec<Listed>) {
        self.step(Event::Listed {
            worker: worker.parse().unwrap(),
            asked_at: self.now,
            containers,
        });
    }

    /// The worker that was last called for a slot, which may be gone.
    pub(in crate::rules::tests) fn worker_of_call(&self, slot: SlotId) -> String {
        let worker = |action: &Action| match action {
            Action::Call {
                worker, slot: of, ..
            } if *of == slot => Some(worker.to_string()),
            _ => None,
        };
        let mut actions = self.engine.actions.iter().rev();
        actions.find_map(worker).expect("it was called")
    }

    /// The worker that a slot's server runs on.
    pub(in crate::rules::tests) fn worker_of(&self, slot: SlotId) -> String {
        let slot = self.fleet.slot(slot).expect("it is there");
        slot.worker.to_string()
    }
}
