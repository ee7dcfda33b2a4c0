//! Which port a slot gets.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::time::Duration;

use super::Limits;
use crate::time::Moment;

/// How long we leave a port alone that another program uses.
const FOREIGN: Duration = Duration::from_secs(600);

/// The ports that no slot may get now, each until a moment.
#[derive(Debug, Clone, Default)]
pub(super) struct Ports {
    /// Ports that rest, so that nobody lands on a stranger's server.
    resting: BTreeMap<u16, Moment>,
    /// Ports of other programs.
    foreign: BTreeMap<u16, Moment>,
}

impl Ports {
    /// Returns the lowest of these ports that may be given away.
    pub(super) fn free(
        &self,
        mut ports: RangeInclusive<u16>,
        limits: &Limits,
        used: &BTreeSet<u16>,
        now: Moment,
    ) -> Option<u16> {
        let is_blocked =
            |port: &u16| is_in(&self.resting, *port, now) || self.is_foreign(*port, now);
        let is_ours = |port: &u16| limits.own_ports.contains(port);
        ports.find(|port| !used.contains(port) && !is_ours(port) && !is_blocked(port))
    }

    /// Lets a port rest that a slot has given back.
    pub(super) fn rest(&mut self, port: u16, limits: &Limits, now: Moment) {
        self.resting.insert(port, now + limits.port_rest);
    }

    /// Leaves a port alone that another program uses.
    pub(super) fn avoid(&mut self, port: u16, now: Moment) {
        self.foreign.insert(port, now + FOREIGN);
    }

    /// Returns whether another program used a port a short while ago.
    pub(super) fn is_foreign(&self, port: u16, now: Moment) -> bool {
        is_in(&self.foreign, port, now)
    }

    /// Returns the ports that other programs have, or had.
    pub(super) fn foreign(&self) -> Vec<u16> {
        self.foreign.keys().copied().collect()
    }

    /// Uses a port again that another program had, once it has rested.
    pub(super) fn is_free_again(&mut self, port: u16) {
        self.foreign.remove(&port);
    }

    /// Forgets the ports whose time is over.
    pub(super) fn expire(&mut self, now: Moment) {
        for blocked in [&mut self.resting, &mut self.foreign] {
            blocked.retain(|_, until| now < *until);
        }
    }
}

fn is_in(blocked: &BTreeMap<u16, Moment>, port: u16, now: Moment) -> bool {
    blocked.get(&port).is_some_and(|until| now < *until)
}
