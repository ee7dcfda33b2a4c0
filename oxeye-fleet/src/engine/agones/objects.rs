//! What we read of claims, GameServers and pods, and the labels that make them ours.

use std::collections::BTreeMap;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::ids::{SlotId, WorldName};
use crate::rules::Run;

/// Label: the id of the fleet.
pub(super) const FLEET: &str = "oxeye.fleet";

/// Label: the slot. A claim without one belongs to no slot, and only keeps a world.
pub(super) const SLOT: &str = "oxeye.slot";

/// Annotation: the world.
pub(super) const WORLD: &str = "oxeye.world";

/// Annotation: the player that a claim was made for.
pub(super) const PLAYER: &str = "oxeye.player";

/// Annotation: the port that players connect to.
pub(super) const PORT: &str = "oxeye.port";

/// Annotation: the number of a run.
pub(super) const RUN: &str = "oxeye.run";

/// Annotation of a claim: the last exit, as `SLOT RUN CODE`. The code is `-` if there is none.
pub(super) const EXIT: &str = "oxeye.exit";

/// Annotation of Agones on a pod: which container is the game server.
const GAME_CONTAINER: &str = "agones.dev/container";

/// The container that Agones adds to a pod.
const SIDECAR: &str = "agones-gameserver-sidecar";

/// Returns the name of the claim and the GameServer of a world: the same for ever, and that of no other
/// world or fleet.
pub(super) fn name_of(fleet: &str, world: &WorldName) -> String {
    let mut digest = Sha256::new();
    digest.update(fleet);
    digest.update([0]);
    digest.update(world.as_str());
    let hash: String = digest.finalize()[..12]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("ox-{hash}")
}

/// Objects, and the version of the cluster at which they were listed.
#[derive(Debug, Deserialize)]
pub(super) struct List<T> {
    #[serde(default)]
    pub(super) metadata: Metadata,
    pub(super) items: Vec<T>,
}

/// What all objects have.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Metadata {
    pub(super) name: String,
    pub(super) uid: String,
    pub(super) resource_version: String,
    deletion_timestamp: Option<String>,
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
}

/// A claim on a volume.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Claim {
    pub(super) metadata: Metadata,
}

/// A GameServer of Agones.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct GameServer {
    pub(super) metadata: Metadata,
    #[serde(default)]
    spec: ServerSpec,
    #[serde(default)]
    status: ServerStatus,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct ServerSpec {
    ports: Vec<ServerPort>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ServerPort {
    host_port: Option<i64>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct ServerStatus {
    state: String,
}

/// A pod.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Pod {
    pub(super) metadata: Metadata,
    #[serde(default)]
    status: PodStatus,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PodStatus {
    phase: String,
    #[serde(rename = "hostIP")]
    host_ip: Option<String>,
    container_statuses: Vec<ContainerStatus>,
}

#[derive(Debug, Clone, Deserialize)]
struct ContainerStatus {
    name: String,
    #[serde(default)]
    state: ContainerState,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct ContainerState {
    terminated: Option<Terminated>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Terminated {
    exit_code: i32,
}

/// That a game server has exited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ended {
    /// The exit code; `None` after a signal, or if it is unknown.
    pub(super) code: Option<i32>,
}

impl Metadata {
    pub(super) fn belongs_to(&self, fleet: &str) -> bool {
        self.labels.get(FLEET).is_some_and(|id| id == fleet)
    }

    /// Returns whether this is what a fleet has for a world. A copy has the same labels, and another name.
    pub(super) fn is_for_its_world(&self, fleet: &str) -> bool {
        let world = self.world();
        self.belongs_to(fleet) && world.is_some_and(|world| name_of(fleet, &world) == self.name)
    }

    pub(super) fn is_being_deleted(&self) -> bool {
        self.deletion_timestamp.is_some()
    }

    pub(super) fn slot(&self) -> Option<SlotId> {
        self.labels.get(SLOT)?.parse().ok()
    }

    pub(super) fn world(&self) -> Option<WorldName> {
        self.annotations.get(WORLD)?.parse().ok()
    }

    pub(super) fn player(&self) -> Option<&str> {
        self.annotations.get(PLAYER).map(String::as_str)
    }

    pub(super) fn port(&self) -> Option<u16> {
        self.annotations.get(PORT)?.parse().ok()
    }

    pub(super) fn run(&self) -> Option<Run> {
        self.annotations.get(RUN)?.parse().ok().map(Run)
    }

    /// Returns the last exit of a slot's server, if this claim knows it.
    pub(super) fn exit_of(&self, slot: SlotId) -> Option<(Run, Ended)> {
        let mut words = self.annotations.get(EXIT)?.split(' ');
        let is_of_slot = words.next()?.parse() == Ok(slot);
        let run = words.next()?.parse().ok().map(Run)?;
        let code = words.next()?.parse().ok();
        is_of_slot.then_some((run, Ended { code }))
    }
}

/// Returns the value of the annotation [`EXIT`].
pub(super) fn exit_text(slot: SlotId, run: Run, ended: Ended) -> String {
    match ended.code {
        Some(code) => format!("{slot} {} {code}", run.0),
        None => format!("{slot} {} -", run.0),
    }
}

impl GameServer {
    /// Returns the ports of the machine that it uses.
    pub(super) fn host_ports(&self) -> impl Iterator<Item = u16> {
        let ports = self.spec.ports.iter();
        ports.filter_map(|port| port.host_port.and_then(|port| u16::try_from(port).ok()))
    }

    /// Returns whether it no longer has a game server that runs or could begin to.
    pub(super) fn has_ended(&self, pod: Option<&Pod>) -> bool {
        match pod {
            Some(pod) => pod.ended().is_some(),
            None => {
                let is_over = ["Error", "Unhealthy", "Shutdown"];
                self.metadata.is_being_deleted() || is_over.contains(&self.status.state.as_str())
            }
        }
    }
}

impl Pod {
    /// Returns the address of the machine that it runs on, once that is known.
    pub(super) fn machine(&self) -> Option<&str> {
        let address = self.status.host_ip.as_deref();
        address.filter(|address| !address.is_empty())
    }

    /// Returns how its game server has exited, if it has.
    pub(super) fn ended(&self) -> Option<Ended> {
        let terminated = self.game_container().and_then(|game| game.state.terminated);
        match terminated {
            Some(terminated) => Some(Ended {
                // A container that died of a signal has 128 and the number of the signal.
                code: (terminated.exit_code < 128).then_some(terminated.exit_code),
            }),
            None if ["Succeeded", "Failed"].contains(&self.status.phase.as_str()) => {
                Some(Ended { code: None })
            }
            None => None,
        }
    }

    fn game_container(&self) -> Option<&ContainerStatus> {
        let name = self.metadata.annotations.get(GAME_CONTAINER);
        let mut containers = self.status.container_statuses.iter();
        containers.find(|container| match name {
            Some(name) => &container.name == name,
            None => container.name != SIDECAR,
        })
    }
}
