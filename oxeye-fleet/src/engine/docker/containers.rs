//! What all calls share.

use std::collections::HashSet;
use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bollard::Docker;
use oxeye_process::tasks::Tasks;
use parking_lot::Mutex;
use tokio::sync::MutexGuard;

use super::client::Client;
use super::crashes::Crashes;
use super::exits::Exits;
use super::labels;
use super::runs::{Record, Runs};
use super::state::{Inspected, State};
use super::stops::Stops;
use super::trouble::Trouble;
use crate::engine::Launch;
use crate::engine::process::folders::Folders;
use crate::ids::{SlotId, WorldName};
use crate::rules::{CallFailure, Run};
use crate::settings::ContainerSettings;

/// The number of locks for slots. Slots that share one wait for each other.
const GATES: u64 = 64;

/// The number of digits of the fleet's id in the names of what it makes.
const FLEET_DIGITS: usize = 12;

/// What all calls share.
#[derive(Debug)]
pub(super) struct Containers {
    pub(super) settings: ContainerSettings,
    /// The id of the fleet, which everything that it makes carries as a label.
    pub(super) fleet: String,
    pub(super) client: Client,
    pub(super) runs: Arc<Runs>,
    pub(super) exits: Exits,
    pub(super) tasks: Tasks,
    pub(super) stops: Stops,
    pub(super) crashes: Crashes,
    /// The containers that ran when the engine was asked last.
    pub(super) running: Mutex<Vec<(SlotId, String)>>,
    /// The containers with our labels that were left alone when the engine was asked last.
    pub(super) copies: Mutex<HashSet<String>>,
    /// Whether operators have been told what is wrong with the network.
    pub(super) network_warned: AtomicBool,
    /// The memory of the machine in bytes, once the engine has said it.
    pub(super) machine_memory: Mutex<Option<u64>>,
    gates: Vec<tokio::sync::Mutex<()>>,
    /// The lock on the folder, held until nobody here uses it any more.
    _lock: File,
}

/// The container of a slot.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) id: String,
    pub(super) launch: Launch,
    pub(super) state: State,
    pub(super) record: Record,
}

impl Found {
    /// Returns the run that it has begun last.
    pub(super) fn run(&self) -> Option<Run> {
        self.record.run(&self.state)
    }
}

impl Containers {
    /// Starts without knowing what is there.
    pub(super) fn new(
        settings: ContainerSettings,
        fleet: String,
        runs: Runs,
        folders: &Folders,
        lock: File,
        tasks: &Tasks,
    ) -> Self {
        Self {
            client: Client::of(settings.socket.clone()),
            settings,
            fleet,
            exits: Exits::expecting(runs.told_to_exit()),
            runs: Arc::new(runs),
            tasks: tasks.clone(),
            stops: Stops::default(),
            crashes: Crashes::below(folders.crashes()),
            running: Mutex::default(),
            copies: Mutex::default(),
            network_warned: AtomicBool::new(false),
            machine_memory: Mutex::default(),
            gates: (0..GATES).map(|_| tokio::sync::Mutex::default()).collect(),
            _lock: lock,
        }
    }

    /// Waits until no other call changes this slot.
    pub(super) async fn gate(&self, slot: SlotId) -> MutexGuard<'_, ()> {
        let index = usize::try_from(slot.0 % GATES).unwrap_or_default();
        self.gates[index].lock().await
    }

    /// Returns the name of a slot's container.
    pub(super) fn name(&self, slot: SlotId) -> String {
        format!("oxeye-{}-{slot}", self.short_fleet())
    }

    /// Returns the name of a world's volume.
    pub(super) fn volume(&self, world: &WorldName) -> String {
        format!("oxeye-{}-world-{world}", self.short_fleet())
    }

    /// Returns the name of the network that the fleet makes for itself.
    pub(super) fn own_network(&self) -> String {
        format!("oxeye-{}", self.short_fleet())
    }

    fn short_fleet(&self) -> String {
        let digits = self.fleet.chars().filter(char::is_ascii_alphanumeric);
        digits.take(FLEET_DIGITS).collect()
    }

    /// Returns what speaks to the engine.
    pub(super) async fn docker(&self) -> Result<Docker, CallFailure> {
        let docker = self.client.docker().await;
        docker.map_err(|trouble| unseen(trouble, "cannot talk to the container engine"))
    }

    /// Looks at the container of a slot: the one that was started last, which may have been renamed, or else
    /// the one with the slot's name. Every call begins with it.
    ///
    /// # Errors
    /// When a container of somebody else has the name of this slot's: it is never touched.
    pub(super) async fn find(&self, slot: SlotId) -> Result<Option<Found>, CallFailure> {
        let name = self.name(slot);
        let mut inspected = None;
        if let Some(started) = self.runs.container(slot) {
            inspected = self.inspect(&started).await?;
        }
        if inspected.is_none() {
            inspected = self.inspect(&name).await?;
        }
        let Some(inspected) = inspected else {
            return Ok(None);
        };
        let launch = labels::read(&self.fleet, inspected.config.labels.as_ref());
        let Some(launch) = launch.filter(|launch| launch.slot == slot) else {
            return Err(CallFailure::Refused(format!(
                "the container {name} does not belong to this fleet and is left alone; remove or rename it"
            )));
        };
        Ok(Some(Found {
            record: self.runs.of(slot, &inspected.id),
            id: inspected.id,
            launch,
            state: inspected.state,
        }))
    }

    async fn inspect(&self, container: &str) -> Result<Option<Inspected>, CallFailure> {
        let inspected = self.inspected(container).await;
        // The engine may hang about this container alone, so that says nothing about the whole engine.
        inspected.map_err(|trouble| trouble.failure("cannot inspect a container"))
    }
}

/// A look changes nothing, so one without an answer has done nothing.
pub(super) fn unseen(trouble: Trouble, what: &str) -> CallFailure {
    match trouble {
        Trouble::Unanswered(_) => CallFailure::Unreachable,
        other => other.failure(what),
    }
}
