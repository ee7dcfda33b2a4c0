//! Which engine starts the game servers.

use oxeye_process::config::{ConfigError, Sources};

use super::agones::{self, AgonesSettings};
use super::docker::{self, ContainerSettings};
use super::list;

/// The engines that `FLEET_ENGINE` can name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EngineKind {
    /// Runs a command of the operator's for each slot.
    Process,
    /// Runs a container of Docker or podman for each slot. Only a worker may have this engine.
    Docker(Box<ContainerSettings>),
    /// Makes GameServers of Agones.
    Agones(AgonesSettings),
}

/// Reads the settings of one engine.
type Read = fn(&Sources) -> Result<EngineKind, ConfigError>;

/// Every engine, with its name in the setting.
const KINDS: [(&str, Read); 3] = [
    ("process", |_| Ok(EngineKind::Process)),
    ("docker", |from| {
        docker::read(from).map(|containers| EngineKind::Docker(Box::new(containers)))
    }),
    ("agones", |from| agones::read(from).map(EngineKind::Agones)),
];

pub(super) fn read(from: &Sources) -> Result<EngineKind, ConfigError> {
    let read = from.word(list::FLEET_ENGINE, KINDS)?;
    read(from)
}
