//! The containers, worlds and ports of a machine. A container is what was launched, and how far its
//! server is.

use std::collections::{BTreeMap, BTreeSet};

use super::Manners;
use crate::engine::{Exit, Launch, Memory, Usage};
use crate::ids::{SlotId, WorldName};
use crate::rules::{CallFailure, Listed, Run};

/// The usage reported for every server.
const USAGE: Usage = Usage {
    cpu_percent: 1.0,
    memory_bytes: 1 << 20,
};

/// Everything on a machine.
#[derive(Debug, Default)]
pub(super) struct Servers {
    pub(super) manners: Manners,
    pub(super) memory: Option<Memory>,
    containers: BTreeMap<SlotId, Container>,
    worlds: BTreeSet<WorldName>,
    foreign_ports: BTreeSet<u16>,
}

#[derive(Debug)]
struct Container {
    launch: Launch,
    phase: Phase,
}

/// How far a container's server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Created,
    Running(Run),
    Exited(Run, Option<i32>),
}

impl Servers {
    /// Makes a container. One that does not run takes the new port and world.
    pub(super) fn create(&mut self, launch: &Launch) {
        if self.running(launch.slot).is_some() {
            return;
        }
        let known = self.containers.get(&launch.slot);
        let phase = known.map_or(Phase::Created, |container| container.phase);
        let launch = launch.clone();
        self.worlds.insert(launch.world.clone());
        self.containers
            .insert(launch.slot, Container { launch, phase });
    }

    pub(super) fn start(&mut self, slot: SlotId, run: Run) -> Result<(), CallFailure> {
        match self.running(slot) {
            Some(running) if running == run => return Ok(()),
            Some(_) => return Err(CallFailure::Refused(format!("{slot} still runs"))),
            None => {}
        }
        let port = self.containers.get(&slot).map(|known| known.launch.port);
        let port = port.ok_or_else(|| CallFailure::Refused(format!("there is no {slot}")))?;
        if !self.is_port_free(port) {
            return Err(CallFailure::PortTaken);
        }
        if let Some(container) = self.containers.get_mut(&slot) {
            container.phase = Phase::Running(run);
        }
        Ok(())
    }

    /// Ends a server, and returns its exit if it ran.
    pub(super) fn exit(&mut self, slot: SlotId, code: Option<i32>) -> Option<Exit> {
        let run = self.running(slot)?;
        let container = self.containers.get_mut(&slot)?;
        container.phase = Phase::Exited(run, code);
        Some(Exit { slot, run, code })
    }

    /// Removes a container that does not run, and its world if no other container has it.
    pub(super) fn remove(&mut self, slot: SlotId, discards_world: bool) -> Result<(), CallFailure> {
        if self.running(slot).is_some() {
            return Err(CallFailure::Refused(format!("{slot} still runs")));
        }
        let Some(removed) = self.containers.remove(&slot) else {
            return Ok(());
        };
        let world = removed.launch.world;
        let mut others = self.containers.values();
        if discards_world && !others.any(|other| other.launch.world == world) {
            self.worlds.remove(&world);
        }
        Ok(())
    }

    pub(super) fn listed(&self) -> Vec<Listed> {
        self.containers.values().map(Container::listed).collect()
    }

    pub(super) fn listed_one(&self, slot: SlotId) -> Option<Listed> {
        self.containers.get(&slot).map(Container::listed)
    }

    pub(super) fn running(&self, slot: SlotId) -> Option<Run> {
        match self.containers.get(&slot)?.phase {
            Phase::Running(run) => Some(run),
            Phase::Created | Phase::Exited(..) => None,
        }
    }

    pub(super) fn usage(&self) -> Vec<(SlotId, Usage)> {
        let slots = self.containers.keys();
        let running = slots.filter(|slot| self.running(**slot).is_some());
        running.map(|slot| (*slot, USAGE)).collect()
    }

    pub(super) fn is_port_free(&self, port: u16) -> bool {
        let mut containers = self.containers.values();
        let is_used = containers.any(|container| {
            container.launch.port == port && matches!(container.phase, Phase::Running(_))
        });
        !is_used && !self.foreign_ports.contains(&port)
    }

    pub(super) fn take_port(&mut self, port: u16) {
        self.foreign_ports.insert(port);
    }

    /// Returns the worlds.
    pub(super) fn worlds(&self) -> Vec<WorldName> {
        self.worlds.iter().cloned().collect()
    }

    /// Lets a world be there of which no container was made.
    pub(super) fn add_world(&mut self, world: WorldName) {
        self.worlds.insert(world);
    }

    pub(super) fn has_world(&self, world: &WorldName) -> bool {
        self.worlds.contains(world)
    }
}

impl Container {
    fn listed(&self) -> Listed {
        let (run, exit_code) = match self.phase {
            Phase::Created => (None, None),
            Phase::Running(run) => (Some(run), None),
            Phase::Exited(run, code) => (Some(run), code),
        };
        Listed {
            slot: self.launch.slot,
            port: self.launch.port,
            world: self.launch.world.clone(),
            run,
            running: matches!(self.phase, Phase::Running(_)),
            exit_code,
        }
    }
}
