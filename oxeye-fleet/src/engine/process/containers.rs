//! Everything that the engine has: the record of each slot in memory, and the servers that run.

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Arc;

use oxeye_process::tasks::Tasks;
use parking_lot::Mutex;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

use super::folders::Folders;
use super::gates::{Gate, Gates, Spawning};
use super::leader::Leader;
use super::record::Record;
use crate::engine::Exit;
use crate::ids::{SlotId, WorldName};
use crate::rules::{Listed, Run};
use crate::settings::SlotCommand;

/// How many exits may wait to be received. They are hints, so further ones may be lost.
const MAX_EXITS: usize = 1024;

/// Everything that the engine has.
#[derive(Debug)]
pub(super) struct Containers {
    pub(super) folders: Folders,
    pub(super) command: SlotCommand,
    /// What tells our processes from those of other fleets.
    pub(super) fleet: String,
    /// This boot of the machine.
    pub(super) boot: String,
    pub(super) tasks: Tasks,
    /// A turn is held while a port is tried and a process is spawned, so that no other new process inherits
    /// the socket used for the trial.
    pub(super) spawning: Spawning,
    slots: Mutex<BTreeMap<SlotId, Container>>,
    gates: Gates,
    exits: Mutex<Option<mpsc::Sender<Exit>>>,
    /// The lock on the folder, held until nobody here uses it any more.
    _lock: File,
}

#[derive(Debug)]
struct Container {
    record: Record,
    running: Option<Arc<Running>>,
}

/// A server that runs.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) run: Run,
    pub(super) leader: Leader,
    /// When it is killed, if it was asked to exit.
    pub(super) kill_at: watch::Sender<Option<Instant>>,
}

/// What a program needs to know to use a folder.
pub(super) struct Opening {
    pub(super) folders: Folders,
    pub(super) command: SlotCommand,
    pub(super) fleet: String,
    pub(super) boot: String,
    pub(super) lock: File,
}

impl Container {
    fn listed(&self) -> Listed {
        self.record.listed(self.running.is_some())
    }
}

impl Containers {
    /// Starts without slots.
    pub(super) fn new(opening: Opening, tasks: &Tasks) -> Self {
        Self {
            folders: opening.folders,
            command: opening.command,
            fleet: opening.fleet,
            boot: opening.boot,
            tasks: tasks.clone(),
            spawning: Spawning::default(),
            slots: Mutex::default(),
            gates: Gates::default(),
            exits: Mutex::default(),
            _lock: opening.lock,
        }
    }

    /// Waits until no other call changes this slot.
    pub(super) fn gate(&self, slot: SlotId) -> Gate<'_> {
        self.gates.enter(slot)
    }

    pub(super) fn record(&self, slot: SlotId) -> Option<Record> {
        let slots = self.slots.lock();
        slots.get(&slot).map(|container| container.record.clone())
    }

    pub(super) fn running(&self, slot: SlotId) -> Option<Arc<Running>> {
        let slots = self.slots.lock();
        slots
            .get(&slot)
            .and_then(|container| container.running.clone())
    }

    /// Replaces what is known of a slot.
    pub(super) fn put(&self, record: Record, running: Option<Arc<Running>>) {
        let container = Container { record, running };
        self.slots.lock().insert(container.record.slot, container);
    }

    pub(super) fn forget(&self, slot: SlotId) {
        self.slots.lock().remove(&slot);
    }

    pub(super) fn listed(&self) -> Vec<Listed> {
        let slots = self.slots.lock();
        slots.values().map(Container::listed).collect()
    }

    /// Returns the entry of one slot.
    pub(super) fn listed_one(&self, slot: SlotId) -> Option<Listed> {
        self.slots.lock().get(&slot).map(Container::listed)
    }

    /// Returns every server that runs.
    pub(super) fn all_running(&self) -> Vec<(SlotId, WorldName, Arc<Running>)> {
        let slots = self.slots.lock();
        let running = slots.iter().filter_map(|(slot, container)| {
            let running = container.running.clone()?;
            Some((*slot, container.record.world.clone(), running))
        });
        running.collect()
    }

    /// Returns whether any other slot has this world.
    pub(super) fn is_shared(&self, world: &WorldName, slot: SlotId) -> bool {
        let slots = self.slots.lock();
        let mut others = slots
            .values()
            .filter(|container| container.record.slot != slot);
        others.any(|container| container.record.world == *world)
    }

    /// Replaces the receiver of exits.
    pub(super) fn exits(&self) -> mpsc::Receiver<Exit> {
        let (sender, receiver) = mpsc::channel(MAX_EXITS);
        *self.exits.lock() = Some(sender);
        receiver
    }

    pub(super) fn report(&self, exit: Exit) {
        if let Some(exits) = &*self.exits.lock() {
            // A full channel loses the hint, and a closed one means that nobody wants it.
            let _ = exits.try_send(exit);
        }
    }
}
