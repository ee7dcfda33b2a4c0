//! The workers of a host.

use super::Host;
use crate::ids::{PlayerId, SlotId, WorkerName, WorldName};
use crate::rules::{Event, Listed, Offer};

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

    /// A worker says that it has the worlds of these players, and no others.
    pub(in crate::rules::tests) fn has_worlds(&mut self, worker: &str, players: &[&str]) {
        let world = |name: &&str| {
            let player: PlayerId = name.parse().unwrap();
            WorldName::of(&player)
        };
        self.step(Event::WorldsListed {
            worker: worker.parse().unwrap(),
            worlds: players.iter().map(world).collect(),
        });
    }

    /// A worker says that it has this.
    pub(in crate::rules::tests) fn hears_a_list(&mut self, worker: &str, containers: Vec<Listed>) {
        self.step(Event::Listed {
            worker: worker.parse().unwrap(),
            asked_at: self.now,
            containers,
        });
    }

    /// The worker that a slot's server runs on.
    pub(in crate::rules::tests) fn worker_of(&self, slot: SlotId) -> String {
        let slot = self.fleet.slot(slot).expect("it is there");
        slot.worker.to_string()
    }
}
