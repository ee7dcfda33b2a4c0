//! Which engine starts the game servers.

use oxeye_process::config::{ConfigError, Sources};

use super::list;

/// The engines that `FLEET_ENGINE` can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineKind {
    /// Runs a command of the operator's for each slot.
    Process,
}

/// Every engine, with its name in the setting.
const KINDS: [(&str, EngineKind); 1] = [("process", EngineKind::Process)];

pub(super) fn read(from: &Sources) -> Result<EngineKind, ConfigError> {
    from.word(list::FLEET_ENGINE, KINDS)
}
