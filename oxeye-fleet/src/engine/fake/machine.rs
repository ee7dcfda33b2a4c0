//! What a test sees of a machine, and decides about it. Clones share the machine.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use oxeye_process::tasks::Tasks;
use parking_lot::{Mutex, MutexGuard};
use tokio::sync::{mpsc, watch};
use tokio::time::sleep;

use super::servers::Servers;
use crate::engine::{Exit, Memory};
use crate::ids::{SlotId, WorldName};
use crate::rules::{Call, CallFailure, Run};

/// How many exits may wait to be received. Further ones are lost.
const MAX_EXITS: usize = 1024;

/// A machine without processes: its engine outlives the programs that use it.
#[derive(Debug, Clone)]
pub struct FakeMachine {
    shared: Arc<Shared>,
    /// What goes on when nobody calls.
    tasks: Tasks,
}

#[derive(Debug)]
struct Shared {
    servers: Mutex<Servers>,
    plan: Mutex<Plan>,
    health: watch::Sender<Health>,
    exits: Mutex<Option<mpsc::Sender<Exit>>>,
    calls: Mutex<Vec<(SlotId, Call)>>,
    lists: AtomicUsize,
}

/// What will happen to calls.
#[derive(Debug, Default)]
struct Plan {
    delay: Duration,
    faults: VecDeque<(Call, Fault)>,
    hides_worlds: bool,
}

/// Whether the engine answers at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    Good,
    /// It takes calls, and does not carry them out before it has recovered.
    Hanging,
    Unreachable,
}

/// What goes wrong with one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is done, and the call fails with this.
    Fails(CallFailure),
    /// The call is carried out, but nobody learns that.
    LosesAnswer,
    /// The call is carried out once the machine recovers. All others go on.
    Hangs,
}

/// What servers do when they are asked to exit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Manners {
    /// They exit at once, with code 0.
    #[default]
    Polite,
    /// They go on.
    Stubborn,
}

impl FakeMachine {
    /// Starts without servers. What goes on beside calls ends with the tasks.
    #[must_use]
    pub fn new(tasks: &Tasks) -> Self {
        let shared = Shared {
            servers: Mutex::default(),
            plan: Mutex::default(),
            health: watch::Sender::new(Health::Good),
            exits: Mutex::default(),
            calls: Mutex::default(),
            lists: AtomicUsize::default(),
        };
        Self {
            shared: Arc::new(shared),
            tasks: tasks.clone(),
        }
    }

    /// Lets every call, list and question about usage take this long from now on.
    pub fn delay(&self, time: Duration) {
        self.shared.plan.lock().delay = time;
    }

    /// Lets the next call of this kind go wrong. Repeated, the one after it, too.
    pub fn plan(&self, call: Call, fault: Fault) {
        self.shared.plan.lock().faults.push_back((call, fault));
    }

    /// Lets every question about worlds hang from now on. All others are answered.
    pub fn hide_worlds(&self) {
        self.shared.plan.lock().hides_worlds = true;
    }

    /// Lets all calls, lists and questions about usage wait until [`FakeMachine::recover`].
    pub fn hang(&self) {
        self.shared.health.send_replace(Health::Hanging);
    }

    /// Makes the engine unreachable until [`FakeMachine::recover`]. Its servers go on.
    pub fn disconnect(&self) {
        self.shared.health.send_replace(Health::Unreachable);
    }

    /// Lets the engine answer again.
    pub fn recover(&self) {
        self.shared.health.send_replace(Health::Good);
    }

    /// Decides what servers do from now on when they are asked to exit.
    pub fn set_manners(&self, manners: Manners) {
        self.servers().manners = manners;
    }

    /// Sets how much memory there is for servers.
    pub fn set_memory(&self, memory: Memory) {
        self.servers().memory = Some(memory);
    }

    /// Lets another program have a port from now on.
    pub fn take_port(&self, port: u16) {
        self.servers().take_port(port);
    }

    /// Puts a world on the machine that no call has made.
    pub fn add_world(&self, world: WorldName) {
        self.servers().add_world(world);
    }

    /// Returns whether a world exists.
    #[must_use]
    pub fn has_world(&self, world: &WorldName) -> bool {
        self.servers().has_world(world)
    }

    /// Returns the run of a slot's server, if it runs.
    #[must_use]
    pub fn running(&self, slot: SlotId) -> Option<Run> {
        self.servers().running(slot)
    }

    /// Returns how many containers there are.
    #[must_use]
    pub fn container_count(&self) -> usize {
        self.servers().listed().len()
    }

    /// Returns whether nobody has a port.
    #[must_use]
    pub fn is_port_free(&self, port: u16) -> bool {
        self.servers().is_port_free(port)
    }

    /// Returns how many calls, lists and questions about usage have not been answered.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.shared.health.receiver_count()
    }

    /// Returns all calls so far, also those that failed, in the order in which they came.
    #[must_use]
    pub fn calls(&self) -> Vec<(SlotId, Call)> {
        self.shared.calls.lock().clone()
    }

    /// Returns how many times everything was asked for that the engine has.
    #[must_use]
    pub fn lists(&self) -> usize {
        self.shared.lists.load(Ordering::Relaxed)
    }

    /// Lets a server exit, with no code after a signal. Does nothing if it does not run.
    pub fn exit(&self, slot: SlotId, code: Option<i32>) {
        if let Some(exit) = self.servers().exit(slot, code)
            && let Some(exits) = &*self.shared.exits.lock()
        {
            // A full channel loses the hint, and a closed one means that nobody wants it.
            let _ = exits.try_send(exit);
        }
    }

    /// Lets a server exit without a report, as if that had been lost.
    pub fn exit_unnoticed(&self, slot: SlotId, code: Option<i32>) {
        self.servers().exit(slot, code);
    }

    /// Asks a server to exit. One that does not is killed after its grace.
    pub(super) fn stop(&self, slot: SlotId, grace: Duration) {
        let (manners, running) = {
            let servers = self.servers();
            (servers.manners, servers.running(slot))
        };
        match (manners, running) {
            (_, None) => {}
            (Manners::Polite, Some(_)) => self.exit(slot, Some(0)),
            (Manners::Stubborn, Some(run)) => self.kill_after(slot, run, grace),
        }
    }

    fn kill_after(&self, slot: SlotId, run: Run, grace: Duration) {
        let (machine, stop) = (self.clone(), self.tasks.stop_signal());
        self.tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = sleep(grace) => {
                    if machine.running(slot) == Some(run) {
                        machine.exit(slot, None);
                    }
                }
            }
        });
    }

    pub(super) fn servers(&self) -> MutexGuard<'_, Servers> {
        self.shared.servers.lock()
    }

    pub(super) fn note_list(&self) {
        self.shared.lists.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn note_call(&self, slot: SlotId, call: Call) {
        self.shared.calls.lock().push((slot, call));
    }

    /// Takes as long as the engine does, and returns whether it can be reached then.
    pub(super) async fn answers(&self) -> Health {
        let delay = self.shared.plan.lock().delay;
        if !delay.is_zero() {
            sleep(delay).await;
        }
        let mut health = self.shared.health.subscribe();
        let answer = health.wait_for(|health| *health != Health::Hanging).await;
        // The sender lives as long as the machine.
        answer.map_or(Health::Unreachable, |health| *health)
    }

    /// Waits until the next [`FakeMachine::recover`].
    pub(super) async fn recovers(&self) {
        // The sender lives as long as the machine.
        let _ = self.shared.health.subscribe().changed().await;
    }

    pub(super) fn hides_worlds(&self) -> bool {
        self.shared.plan.lock().hides_worlds
    }

    pub(super) fn take_fault(&self, call: Call) -> Option<Fault> {
        let faults = &mut self.shared.plan.lock().faults;
        let place = faults.iter().position(|(of, _)| *of == call)?;
        faults.remove(place).map(|(_, fault)| fault)
    }

    /// Replaces the receiver of exits.
    pub(super) fn new_receiver(&self) -> mpsc::Receiver<Exit> {
        let (sender, receiver) = mpsc::channel(MAX_EXITS);
        *self.shared.exits.lock() = Some(sender);
        receiver
    }
}
