//! Which port a slot gets.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::time::Duration;

use super::Limits;
use crate::ids::WorkerName;
use crate::time::Moment;

/// How long we leave a port alone that another program uses.
const FOREIGN: Duration = Duration::from_secs(600);

/// The ports that no slot may get now, each until a moment.
#[derive(Debug, Clone, Default)]
pub(super) struct Ports {
    /// Ports that rest, so that nobody lands on a stranger's server.
    resting: BTreeMap<u16, Moment>,
    /// Ports that rest on one worker only, after a server there that belonged to nobody.
    resting_there: BTreeMap<(WorkerName, u16), Moment>,
    /// Ports of other programs on a worker's machine. What one worker says keeps no port from the others.
    foreign: BTreeMap<(WorkerName, u16), Moment>,
}

impl Ports {
    /// Returns the lowest of these ports that a server on a worker may get.
    pub(super) fn free(
        &self,
        worker: &WorkerName,
        mut ports: RangeInclusive<u16>,
        limits: &Limits,
        used: &BTreeSet<u16>,
        now: Moment,
    ) -> Option<u16> {
        let is_blocked = |port: &u16| {
            let there = (worker.clone(), *port);
            is_in(&self.resting, port, now)
                || is_in(&self.resting_there, &there, now)
                || is_in(&self.foreign, &there, now)
        };
        let is_ours = |port: &u16| limits.own_ports.contains(port);
        ports.find(|port| !used.contains(port) && !is_ours(port) && !is_blocked(port))
    }

    /// Lets a port rest that a slot has given back.
    pub(super) fn rest(&mut self, port: u16, limits: &Limits, now: Moment) {
        self.resting.insert(port, now + limits.port_rest);
    }

    /// Lets a port rest that only a worker's word was known for.
    pub(super) fn rest_there(
        &mut self,
        worker: WorkerName,
        port: u16,
        limits: &Limits,
        now: Moment,
    ) {
        self.resting_there
            .insert((worker, port), now + limits.port_rest);
    }

    /// Leaves a port of a worker alone that another program uses.
    pub(super) fn avoid(&mut self, worker: &WorkerName, port: u16, now: Moment) {
        self.foreign.insert((worker.clone(), port), now + FOREIGN);
    }

    /// Returns whether another program used a port of a worker a short while ago.
    pub(super) fn is_foreign(&self, worker: &WorkerName, port: u16, now: Moment) -> bool {
        is_in(&self.foreign, &(worker.clone(), port), now)
    }

    /// Returns the ports that other programs have, or had.
    pub(super) fn foreign(&self) -> Vec<(WorkerName, u16)> {
        self.foreign.keys().cloned().collect()
    }

    /// Uses a port again that another program had, once it has rested.
    pub(super) fn is_free_again(&mut self, worker: &WorkerName, port: u16) {
        self.foreign.remove(&(worker.clone(), port));
    }

    /// Forgets the ports whose time is over.
    pub(super) fn expire(&mut self, now: Moment) {
        self.resting.retain(|_, until| now < *until);
        for blocked in [&mut self.resting_there, &mut self.foreign] {
            blocked.retain(|_, until| now < *until);
        }
    }
}

fn is_in<P: Ord>(blocked: &BTreeMap<P, Moment>, port: &P, now: Moment) -> bool {
    blocked.get(port).is_some_and(|until| now < *until)
}
