//! The engine as other tests use it: what they choose happens.

use oxeye_process::tasks::Tasks;

use super::{FakeEngine, FakeMachine, Fault, Manners};
use crate::engine::contract::{FIRST, Host, LONG, SLOT, Servers, passes_the_contract};
use crate::engine::{Engine as _, Launch};
use crate::ids::{PlayerId, SlotId, WorldName};
use crate::rules::{Call, CallFailure, Run};

mod contract {
    use super::*;

    passes_the_contract!(FakeHost);
}

/// A machine, as the contract needs it.
struct FakeHost {
    machine: FakeMachine,
    engine: FakeEngine,
    next_port: u16,
}

impl Host for FakeHost {
    type Engine = FakeEngine;

    async fn with(servers: Servers) -> Self {
        let machine = FakeMachine::new(&Tasks::new());
        match servers {
            Servers::Polite => {}
            Servers::Stubborn => machine.set_manners(Manners::Stubborn),
            Servers::Missing => {
                let refusal = CallFailure::Refused("no such image".to_owned());
                machine.plan(Call::Start, Fault::Fails(refusal));
            }
        }
        Self {
            engine: FakeEngine::of(&machine),
            machine,
            next_port: 20_000,
        }
    }

    fn engine(&self) -> &FakeEngine {
        &self.engine
    }

    async fn restarted(self) -> Self {
        Self {
            engine: FakeEngine::of(&self.machine),
            ..self
        }
    }

    fn free_port(&mut self) -> u16 {
        self.next_port += 1;
        self.next_port
    }

    fn taken_port(&mut self) -> u16 {
        let port = self.free_port();
        self.machine.take_port(port);
        port
    }

    async fn is_up(&self, slot: SlotId, run: Run) {
        assert_eq!(self.machine.running(slot), Some(run));
    }

    async fn let_exit(&self, slot: SlotId, run: Run, code: i32) {
        assert_eq!(self.machine.running(slot), Some(run));
        self.machine.exit(slot, Some(code));
    }

    fn has_world(&self, world: &WorldName) -> bool {
        self.machine.has_world(world)
    }
}

fn launch() -> Launch {
    let player: PlayerId = "Steve".parse().unwrap();
    Launch {
        slot: SLOT,
        port: 20_000,
        world: WorldName::of(&player),
        player,
    }
}

fn machine() -> (FakeMachine, FakeEngine) {
    let machine = FakeMachine::new(&Tasks::new());
    let engine = FakeEngine::of(&machine);
    (machine, engine)
}

#[tokio::test]
async fn a_planned_fault_happens_once() {
    let (machine, engine) = machine();
    machine.plan(Call::Create, Fault::Fails(CallFailure::Unknown));
    machine.plan(Call::Start, Fault::LosesAnswer);

    let created = engine.create(&launch()).await;
    assert_eq!(created, Err(CallFailure::Unknown));
    assert_eq!(machine.container_count(), 0);

    engine.create(&launch()).await.unwrap();
    let started = engine.start(SLOT, FIRST).await;
    assert_eq!(started, Err(CallFailure::Unknown));
    assert_eq!(machine.running(SLOT), Some(FIRST));

    engine.start(SLOT, FIRST).await.unwrap();
    let calls = [Call::Create, Call::Create, Call::Start, Call::Start];
    assert_eq!(machine.calls(), calls.map(|call| (SLOT, call)));
}

#[tokio::test]
async fn an_exit_can_be_lost() {
    let (machine, engine) = machine();
    let mut exits = engine.exits();
    engine.create(&launch()).await.unwrap();
    engine.start(SLOT, FIRST).await.unwrap();

    machine.exit_unnoticed(SLOT, Some(3));

    exits.try_recv().unwrap_err();
    assert_eq!(engine.list().await.unwrap()[0].exit_code, Some(3));
}

#[tokio::test]
async fn an_engine_that_cannot_be_reached_does_nothing() {
    let (machine, engine) = machine();
    machine.disconnect();

    let created = engine.create(&launch()).await;
    assert_eq!(created, Err(CallFailure::Unreachable));
    assert_eq!(engine.list().await, Err(CallFailure::Unreachable));

    machine.recover();
    assert_eq!(engine.list().await, Ok(Vec::new()));
}

#[tokio::test]
async fn an_engine_that_hangs_goes_on_when_it_has_recovered() {
    let (machine, engine) = machine();
    machine.hang();
    let launch = launch();
    let mut creating = Box::pin(engine.create(&launch));
    let mut stopping = Box::pin(engine.stop(SLOT, LONG));
    assert!(futures_util::poll!(&mut creating).is_pending());
    assert!(futures_util::poll!(&mut stopping).is_pending());
    assert_eq!(machine.container_count(), 0);

    machine.recover();

    creating.await.unwrap();
    stopping.await.unwrap();
    assert_eq!(machine.container_count(), 1);
}

#[tokio::test(start_paused = true)]
async fn calls_take_as_long_as_was_chosen() {
    let (machine, engine) = machine();
    let started = tokio::time::Instant::now();
    machine.delay(LONG);

    engine.create(&launch()).await.unwrap();

    assert_eq!(started.elapsed(), LONG);
}
