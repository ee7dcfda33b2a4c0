//! Which engine starts the game servers.

use oxeye_process::config::{ConfigError, Sources};

use super::agones::{self, AgonesSettings};
use super::list;

/// The engines that `FLEET_ENGINE` can name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EngineKind {
    /// Runs a command of the operator's for each slot.
    Process,
    /// Makes GameServers of Agones.
    Agones(AgonesSettings),
}

/// Reads the settings of one engine.
type Read = fn(&Sources) -> Result<EngineKind, ConfigError>;

/// Every engine, with its name in the setting.
const KINDS: [(&str, Read); 2] = [
    ("process", |_| Ok(EngineKind::Process)),
    ("agones", |from| agones::read(from).map(EngineKind::Agones)),
];

pub(super) fn read(from: &Sources) -> Result<EngineKind, ConfigError> {
    let read = from.word(list::FLEET_ENGINE, KINDS)?;
    read(from)
}
