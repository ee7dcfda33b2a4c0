//! An engine that starts nothing. Its machine and servers are in memory, and the test or measurement that
//! uses it decides what goes wrong.
//!
//! | module    | subject                                                        |
//! |-----------|----------------------------------------------------------------|
//! | `machine` | [`FakeMachine`]: what a test sees of the machine, and decides    |
//! | `servers` | the containers, worlds and ports of a machine, and their servers |

mod machine;
mod servers;
#[cfg(test)]
mod tests;

use std::future::pending;
use std::time::Duration;

use tokio::sync::mpsc;

use self::machine::Health;
use crate::engine::{Engine, Exit, Launch, Memory, Usage};
use crate::ids::{SlotId, WorldName};
use crate::rules::{Call, CallFailure, Listed, Run};

pub use self::machine::{FakeMachine, Fault, Manners};

/// The engine of a [`FakeMachine`]. Every start of a program opens its own.
#[derive(Debug, Clone)]
pub struct FakeEngine {
    machine: FakeMachine,
}

impl FakeEngine {
    /// Opens the engine of a machine.
    #[must_use]
    pub fn of(machine: &FakeMachine) -> Self {
        Self {
            machine: machine.clone(),
        }
    }

    /// Carries out a call as far as the machine lets it.
    async fn call(
        &self,
        slot: SlotId,
        call: Call,
        carry_out: impl FnOnce(&FakeMachine) -> Result<(), CallFailure> + Send,
    ) -> Result<(), CallFailure> {
        let machine = &self.machine;
        machine.note_call(slot, call);
        if machine.answers().await == Health::Unreachable {
            return Err(CallFailure::Unreachable);
        }
        match machine.take_fault(call) {
            Some(Fault::Fails(failure)) => Err(failure),
            Some(Fault::LosesAnswer) => carry_out(machine).and(Err(CallFailure::Unknown)),
            Some(Fault::Hangs) => {
                machine.recovers().await;
                carry_out(machine)
            }
            None => carry_out(machine),
        }
    }
}

impl Engine for FakeEngine {
    async fn create(&self, launch: &Launch) -> Result<(), CallFailure> {
        let create = |machine: &FakeMachine| {
            machine.servers().create(launch);
            Ok(())
        };
        self.call(launch.slot, Call::Create, create).await
    }

    async fn start(&self, slot: SlotId, run: Run) -> Result<(), CallFailure> {
        let start = |machine: &FakeMachine| machine.servers().start(slot, run);
        self.call(slot, Call::Start, start).await
    }

    async fn stop(&self, slot: SlotId, grace: Duration) -> Result<(), CallFailure> {
        let stop = |machine: &FakeMachine| {
            machine.stop(slot, grace);
            Ok(())
        };
        self.call(slot, Call::Stop, stop).await
    }

    async fn kill(&self, slot: SlotId) -> Result<(), CallFailure> {
        let kill = |machine: &FakeMachine| {
            machine.exit(slot, None);
            Ok(())
        };
        self.call(slot, Call::Kill, kill).await
    }

    async fn remove(&self, slot: SlotId, discards_world: bool) -> Result<(), CallFailure> {
        let remove = |machine: &FakeMachine| machine.servers().remove(slot, discards_world);
        self.call(slot, Call::Remove, remove).await
    }

    async fn list(&self) -> Result<Vec<Listed>, CallFailure> {
        self.machine.note_list();
        match self.machine.answers().await {
            Health::Unreachable => Err(CallFailure::Unreachable),
            Health::Good | Health::Hanging => Ok(self.machine.servers().listed()),
        }
    }

    async fn container(&self, slot: SlotId) -> Result<Option<Listed>, CallFailure> {
        match self.machine.answers().await {
            Health::Unreachable => Err(CallFailure::Unreachable),
            Health::Good | Health::Hanging => Ok(self.machine.servers().listed_one(slot)),
        }
    }

    async fn worlds(&self) -> Result<Vec<WorldName>, CallFailure> {
        if self.machine.hides_worlds() {
            pending::<()>().await;
        }
        match self.machine.answers().await {
            Health::Unreachable => Err(CallFailure::Unreachable),
            Health::Good | Health::Hanging => Ok(self.machine.servers().worlds()),
        }
    }

    fn exits(&self) -> mpsc::Receiver<Exit> {
        self.machine.new_receiver()
    }

    async fn usage(&self) -> Vec<(SlotId, Usage)> {
        match self.machine.answers().await {
            Health::Unreachable => Vec::new(),
            Health::Good | Health::Hanging => self.machine.servers().usage(),
        }
    }

    fn memory(&self) -> Option<Memory> {
        self.machine.servers().memory
    }

    fn is_port_free(&self, port: u16) -> bool {
        self.machine.servers().is_port_free(port)
    }

    fn reachable_at(&self, port: u16) -> oxeye_probe::Address {
        oxeye_probe::Address::new("127.0.0.1", port)
    }
}
