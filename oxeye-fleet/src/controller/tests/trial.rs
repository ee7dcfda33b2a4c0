//! A machine with a fake engine, a disk, and a program that runs the fleet on them. The clock stands still
//! unless a test moves it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use oxeye_process::tasks::Tasks;
use tempfile::TempDir;
use tokio::task::yield_now;
use tokio::time::advance;

use crate::controller::{self, FleetHandle, JoinError, Joined, Setup};
use crate::engine::fake::{FakeEngine, FakeMachine};
use crate::ids::{SessionId, SlotId, WorkerName};
use crate::rules::{Limits, State};
use crate::settings::ReadyProbe;
use crate::store::{Disk, FleetStore, Kept};
use crate::time::Clock;
use crate::view::SlotView;

/// How far the clock moves at once: as often as the controller looks at it.
const STEP: Duration = Duration::from_millis(250);

/// Longer than anything takes that a test waits for.
const LIMIT: Duration = Duration::from_secs(600);

/// How long the program may take to end.
const END: Duration = Duration::from_secs(60);

pub(super) struct Trial {
    pub(super) machine: FakeMachine,
    /// The machine of the second worker, if there is one.
    pub(super) other: Option<FakeMachine>,
    pub(super) disk: Disk,
    pub(super) fleet: FleetHandle,
    pub(super) folder: TempDir,
    limits: Limits,
    program: Tasks,
    world: Tasks,
}

/// A machine without a program.
pub(super) struct Scene {
    pub(super) machine: FakeMachine,
    pub(super) other: Option<FakeMachine>,
    pub(super) folder: TempDir,
    limits: Limits,
    world: Tasks,
}

impl Scene {
    pub(super) fn new(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let world = Tasks::new();
        // The runtime moves the clock itself when it is idle, also while it waits for the disk.
        world.spawn(never_idle());
        Self {
            machine: FakeMachine::new(&world),
            other: None,
            folder,
            limits,
            world,
        }
    }

    /// Two workers, `attic` with this machine and `home` with another one.
    pub(super) fn with_two_workers(limits: Limits) -> Self {
        Self::new(limits).with_another_worker()
    }

    /// Adds the worker `home`. What was `local` is called `attic` then.
    pub(super) fn with_another_worker(self) -> Self {
        Self {
            other: Some(FakeMachine::new(&self.world)),
            ..self
        }
    }

    /// Returns the engines of the workers.
    fn engines(&self) -> BTreeMap<WorkerName, Arc<FakeEngine>> {
        let engine = |machine| Arc::new(FakeEngine::of(machine));
        match &self.other {
            None => [(WorkerName::local(), engine(&self.machine))].into(),
            Some(other) => [
                ("attic".parse().unwrap(), engine(&self.machine)),
                ("home".parse().unwrap(), engine(other)),
            ]
            .into(),
        }
    }

    /// Opens the store.
    pub(super) fn store(&self) -> (FleetStore, Kept) {
        FleetStore::open(&self.folder.path().join("fleet.db")).unwrap()
    }

    /// Starts the program.
    pub(super) fn begin(self) -> Trial {
        let (store, kept) = self.store();
        self.begin_with(store, kept)
    }

    pub(super) fn begin_with(self, store: FleetStore, kept: Kept) -> Trial {
        let program = Tasks::new();
        let disk = Disk::below(&store);
        let setup = Setup {
            limits: self.limits.clone(),
            ready_probe: ReadyProbe::After(Duration::ZERO),
            engines: self.engines(),
            store,
            kept,
            clock: Clock::start(),
        };
        Trial {
            disk,
            fleet: controller::start(setup, &program),
            machine: self.machine,
            other: self.other,
            folder: self.folder,
            limits: self.limits,
            program,
            world: self.world,
        }
    }
}

async fn never_idle() {
    loop {
        yield_now().await;
    }
}

impl Trial {
    /// Starts a program with default limits, and waits until it takes joins.
    pub(super) async fn new() -> Self {
        Scene::new(Limits::default()).begin().ready().await
    }

    /// Waits until the program takes joins.
    pub(super) async fn ready(self) -> Self {
        self.until("it has started", |trial| trial.fleet.view().revision > 0)
            .await;
        self
    }

    /// Ends the program. The game servers go on.
    pub(super) async fn ended(self) -> Scene {
        self.program.stop();
        assert!(self.program.finished_within(END).await);
        Scene {
            machine: self.machine,
            other: self.other,
            folder: self.folder,
            limits: self.limits,
            world: self.world,
        }
    }

    pub(super) async fn join(&self, player: &str) -> Result<Joined, JoinError> {
        self.fleet.join(Some(player.parse().unwrap())).await
    }

    /// Joins, and waits until the server runs.
    pub(super) async fn plays(&self, player: &str) -> Joined {
        let joined = self.join(player).await.unwrap();
        self.until("the server runs", |trial| {
            trial.state(joined.slot) == Some(State::Running)
        })
        .await;
        joined
    }

    /// Lets time pass in which the players of these sessions send heartbeats.
    pub(super) async fn pass_with(&self, time: Duration, sessions: &[SessionId]) {
        for _ in 0..time.as_millis() / STEP.as_millis() {
            for session in sessions {
                assert_eq!(self.fleet.heartbeat(*session).await, Ok(true));
            }
            self.step().await;
        }
    }

    pub(super) async fn pass(&self, time: Duration) {
        self.pass_with(time, &[]).await;
    }

    /// Lets time pass until something is true.
    #[track_caller]
    pub(super) fn until<'a>(
        &'a self,
        what: &'a str,
        is_true: impl Fn(&Self) -> bool + 'a,
    ) -> impl Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            for _ in 0..LIMIT.as_millis() / STEP.as_millis() {
                self.step().await;
                if is_true(self) {
                    return;
                }
            }
            let slots = &self.fleet.view().slots;
            let calls = self.machine.calls();
            panic!("this did not happen: {what} ({caller}); {slots:?}, {calls:?}");
        }
    }

    /// Moves the clock a little, and waits until the controller has answered everything so far.
    async fn step(&self) {
        advance(STEP).await;
        // What one answer leads to may need another turn.
        for _ in 0..4 {
            let _ = self.fleet.heartbeat(SessionId::random()).await;
        }
    }

    pub(super) fn slot(&self, slot: SlotId) -> Option<SlotView> {
        let view = self.fleet.view();
        view.slots.iter().find(|known| known.id == slot).cloned()
    }

    pub(super) fn state(&self, slot: SlotId) -> Option<State> {
        self.slot(slot).map(|slot| slot.state)
    }
}
