//! Which port a slot gets.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::Limits;
use crate::time::Moment;

/// How long we leave a port alone that another program uses.
const FOREIGN: Duration = Duration::from_secs(600);

/// The ports that no slot may get now, each until a moment: ports that rest, so that nobody lands on a
/// stranger's server, and ports of other programs.
#[derive(Debug, Clone, Default)]
pub(super) struct Ports {
    blocked: BTreeMap<u16, Moment>,
}

impl Ports {
    /// Returns the lowest port that may be given away.
    pub(super) fn free(&self, limits: &Limits, used: &BTreeSet<u16>, now: Moment) -> Option<u16> {
        let is_blocked = |port: &u16| self.blocked.get(port).is_some_and(|until| now < *until);
        let is_ours = |port: &u16| limits.own_ports.contains(port);
        let mut ports = limits.ports.clone();
        ports.find(|port| !used.contains(port) && !is_ours(port) && !is_blocked(port))
    }

    /// Lets a port rest that a slot has given back.
    pub(super) fn rest(&mut self, port: u16, limits: &Limits, now: Moment) {
        self.block(port, now + limits.port_rest);
    }

    /// Leaves a port alone that another program uses.
    pub(super) fn is_foreign(&mut self, port: u16, now: Moment) {
        self.block(port, now + FOREIGN);
    }

    fn block(&mut self, port: u16, until: Moment) {
        let blocked = self.blocked.entry(port).or_insert(until);
        *blocked = until.max(*blocked);
    }

    /// Forgets the ports whose time is over.
    pub(super) fn expire(&mut self, now: Moment) {
        self.blocked.retain(|_, until| now < *until);
    }
}
