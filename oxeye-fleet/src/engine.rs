//! What starts and stops game servers.
//!
//! | module     | subject                                                                     |
//! |------------|-----------------------------------------------------------------------------|
//! | `process`  | runs a command of the operator's for each slot, on this machine                |
//! | `agones`   | runs GameServers of Agones in Kubernetes                                     |
//! | `remote`   | the engine of a worker, on this machine or another                          |
//! | `docker`   | runs a container of Docker or podman for each slot                           |
//! | `words`    | what others say, before we repeat it                                        |
//! | `fake`     | starts nothing: for tests and measurements, with faults on demand              |
//! | `contract` | the tests that every engine passes                                          |

pub mod agones;
#[cfg(test)]
pub(crate) mod contract;
#[cfg(target_os = "linux")]
pub mod docker;
#[cfg(any(test, feature = "stand-in"))]
pub mod fake;
pub mod process;
#[cfg(target_os = "linux")]
pub mod remote;
mod words;

use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use crate::ids::{PlayerId, SlotId, WorldName};
use crate::rules::{CallFailure, Listed, Offer, Run};

/// What the engine needs to know to make a container for a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Launch {
    /// The slot.
    pub slot: SlotId,
    /// The port that players connect to.
    pub port: u16,
    /// The world: made if it does not exist.
    pub world: WorldName,
    /// The player that it is for.
    pub player: PlayerId,
}

/// An exit that the engine noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// The slot whose server has exited.
    pub slot: SlotId,
    /// The run that ended.
    pub run: Run,
    /// The exit code; `None` after a signal, or if it is unknown.
    pub code: Option<i32>,
}

/// The memory that an engine has for servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// The memory of the machine in bytes.
    pub total_bytes: u64,
    /// The most that one server may use, in bytes.
    pub server_bytes: u64,
}

/// Why an engine cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// What everybody may read.
    pub sentence: &'static str,
    /// What operators read. It may repeat what the other side has said, and never has a secret of ours.
    pub in_full: String,
}

impl Trouble {
    /// Makes one about which there is no more to say.
    #[must_use]
    pub fn of(sentence: &'static str) -> Self {
        let in_full = sentence.to_owned();
        Self { sentence, in_full }
    }
}

/// What a server uses of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    /// Processor time since the last call, in percent of one core.
    pub cpu_percent: f32,
    /// Resident memory in bytes.
    pub memory_bytes: u64,
}

/// Starts and stops game servers. A *container* is whatever an engine makes for a slot: a folder and a
/// process here, a container there. All calls may be repeated, and none waits for a server to become
/// ready or to exit. Every engine passes the tests in `contract`.
pub trait Engine: Send + Sync + 'static {
    /// Makes a container without starting it. Succeeds if it is there already.
    fn create(&self, launch: &Launch) -> impl Future<Output = Result<(), CallFailure>> + Send;

    /// Starts a container that does not run. Succeeds if this run is in progress.
    fn start(&self, slot: SlotId, run: Run)
    -> impl Future<Output = Result<(), CallFailure>> + Send;

    /// Asks a server to save and exit, and kills it after `grace`. Succeeds if it does not run.
    fn stop(
        &self,
        slot: SlotId,
        grace: Duration,
    ) -> impl Future<Output = Result<(), CallFailure>> + Send;

    /// Kills a server, with everything that it has started. Succeeds if it does not run.
    fn kill(&self, slot: SlotId) -> impl Future<Output = Result<(), CallFailure>> + Send;

    /// Removes a container that does not run, and its world if `discards_world`. Succeeds if there is
    /// none. Fails, without killing anything, if it runs.
    fn remove(
        &self,
        slot: SlotId,
        discards_world: bool,
    ) -> impl Future<Output = Result<(), CallFailure>> + Send;

    /// Returns everything that the engine has for this fleet, and nothing of other fleets. A container is
    /// there until its removal is finished, and names a run only if its start has worked.
    fn list(&self) -> impl Future<Output = Result<Vec<Listed>, CallFailure>> + Send;

    /// Returns what the engine has for one slot: its entry in the list.
    fn container(
        &self,
        slot: SlotId,
    ) -> impl Future<Output = Result<Option<Listed>, CallFailure>> + Send {
        async move {
            let listed = self.list().await?;
            Ok(listed.into_iter().find(|listed| listed.slot == slot))
        }
    }

    /// Returns the names of all worlds of this fleet, whether or not a container has them.
    fn worlds(&self) -> impl Future<Output = Result<Vec<WorldName>, CallFailure>> + Send;

    /// Returns the exits that the engine notices from now on. They are hints, and some may be missed:
    /// `list` is authoritative. A second call closes the first receiver.
    fn exits(&self) -> mpsc::Receiver<Exit>;

    /// Returns what each running server uses. May leave out any of them.
    fn usage(&self) -> impl Future<Output = Vec<(SlotId, Usage)>> + Send;

    /// Returns the machine that each server runs on, by its port, as far as that is known. Empty if all run
    /// on this one.
    fn machines(&self) -> BTreeMap<u16, String> {
        BTreeMap::new()
    }

    /// Returns whether a server could listen on a port now, as far as that can be found out at once.
    /// Called before a player is told the port.
    fn is_port_free(&self, port: u16) -> bool;

    /// Returns where we can reach the server on a port, for probes and the proxy.
    fn reachable_at(&self, port: u16) -> oxeye_probe::Address;

    /// Returns the memory for servers, if they have a limit and it is known.
    fn memory(&self) -> Option<Memory> {
        None
    }

    /// Returns why the engine could not be used when that was tried last, if it is known.
    fn trouble(&self) -> Option<Trouble> {
        None
    }

    /// Returns what the engine has room for, once it is known; `None` if only the limits of the fleet count.
    fn offer(&self) -> Option<Offer> {
        None
    }
}
