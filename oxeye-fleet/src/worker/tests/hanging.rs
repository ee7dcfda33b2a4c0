//! An engine that hangs in one call, and in all.

use std::future::Future;
use std::sync::Arc;

use oxeye_process::tasks::Tasks;
use serde_json::json;
use tokio::io::duplex;
use tokio::time::timeout;

use super::site::{LIMIT, Site, Stranger, generous, launch};
use crate::engine::fake::{FakeEngine, FakeMachine, Fault};
use crate::engine::{Engine as _, Launch};
use crate::ids::SlotId;
use crate::rules::{Call, CallFailure, Run};
use crate::worker::connection::serve;
use crate::worker::epochs::Epochs;
use crate::worker::limits::WorkerLimits;
use crate::worker::lines::PING_EVERY;
use crate::worker::strangers::{Origin, Strangers};
use crate::worker::wire::{Answer, Verb};
use crate::worker::{CALLS_AT_ONCE, Worker};

async fn in_time<T>(answer: impl Future<Output = T>) -> T {
    timeout(LIMIT, answer).await.expect("an answer in time")
}

/// Starts a server, and returns once the engine has the call.
async fn start_hangs(site: &Site, starting: &mut (impl Future + Unpin)) {
    site.machine.plan(Call::Start, Fault::Hangs);
    let asked = async {
        while !site.machine.calls().contains(&(SlotId(1), Call::Start)) {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = starting => panic!("it does not hang"),
        () = in_time(asked) => {}
    }
}

#[tokio::test]
async fn a_start_that_hangs_holds_up_no_other_server() {
    let limits = WorkerLimits {
        max_servers: 2,
        ..generous()
    };
    let site = Site::with(limits, None);
    let fleet = site.fleet(1);
    for slot in 1..=3 {
        fleet
            .create(&launch(slot, 8080 + slot as u16))
            .await
            .unwrap();
    }
    let mut starting = Box::pin(fleet.start(SlotId(1), Run(1)));
    start_hangs(&site, &mut starting).await;

    in_time(fleet.create(&launch(4, 8084))).await.unwrap();
    in_time(fleet.start(SlotId(2), Run(1))).await.unwrap();
    assert_eq!(in_time(fleet.list()).await.unwrap().len(), 4);
    // What hangs has its place.
    let full = in_time(fleet.start(SlotId(3), Run(1))).await;
    assert!(matches!(full, Err(CallFailure::Full(_))), "{full:?}");
    let taken = in_time(fleet.create(&launch(5, 8084))).await;
    assert_eq!(taken, Err(CallFailure::PortTaken));

    site.machine.recover();
    in_time(starting).await.unwrap();
    assert_eq!(site.machine.running(SlotId(1)), Some(Run(1)));
}

#[tokio::test]
async fn a_new_fleet_waits_only_for_the_server_that_hangs() {
    let site = Site::start();
    let (old, new) = (site.fleet(1), site.fleet(2));
    for slot in 1..=2 {
        old.create(&launch(slot, 8080 + slot as u16)).await.unwrap();
    }
    let mut starting = Box::pin(old.start(SlotId(1), Run(1)));
    start_hangs(&site, &mut starting).await;

    assert_eq!(in_time(new.list()).await.unwrap().len(), 2);
    in_time(new.start(SlotId(2), Run(1))).await.unwrap();
    let early = in_time(new.start(SlotId(1), Run(2))).await;
    assert_eq!(early, Err(CallFailure::Unknown), "the worker is there");

    site.machine.recover();
    let unknown = in_time(starting).await;
    assert_eq!(unknown, Err(CallFailure::Unknown));
    let kill = async {
        while new.kill(SlotId(1)).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    in_time(kill).await;
    assert_eq!(site.machine.running(SlotId(1)), None);
}

/// Another slot of the player of slot 1.
fn next_slot_of_the_same_player(slot: u64) -> Launch {
    Launch {
        slot: SlotId(slot),
        port: 8080 + slot as u16,
        ..launch(1, 8081)
    }
}

#[tokio::test]
async fn a_world_that_hangs_takes_no_place_for_the_next_slots_of_its_player() {
    let site = Site::start();
    let (old, new, hanging) = (site.fleet(1), site.fleet(2), launch(1, 8081));
    site.machine.plan(Call::Create, Fault::Hangs);
    let asked = async {
        while site.machine.calls().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = old.create(&hanging) => panic!("it does not hang"),
        () = in_time(asked) => {}
    }

    // Its server is given up, and the player comes again and again, also to a fleet that was started again.
    for fleet in [&old, &new] {
        for slot in 2..u64::from(2 * CALLS_AT_ONCE) {
            let refused = in_time(fleet.create(&next_slot_of_the_same_player(slot))).await;
            assert!(
                matches!(refused, Err(CallFailure::WorldUnusable(_))),
                "{refused:?}"
            );
        }
    }
    assert_eq!(site.machine.calls(), [(SlotId(1), Call::Create)]);
    in_time(new.create(&launch(200, 8200))).await.unwrap();
}

#[tokio::test]
async fn a_start_that_hangs_keeps_the_world_of_its_slot() {
    let site = Site::start();
    let fleet = site.fleet(1);
    fleet.create(&launch(1, 8081)).await.unwrap();
    let mut starting = Box::pin(fleet.start(SlotId(1), Run(1)));
    start_hangs(&site, &mut starting).await;

    let refused = in_time(fleet.create(&next_slot_of_the_same_player(2))).await;
    let unknown = in_time(fleet.remove(SlotId(1), false)).await;

    assert!(
        matches!(refused, Err(CallFailure::WorldUnusable(_))),
        "{refused:?}"
    );
    assert_eq!(unknown, Err(CallFailure::Unknown));
    site.machine.recover();
    in_time(starting).await.unwrap();
    in_time(fleet.create(&next_slot_of_the_same_player(2)))
        .await
        .unwrap();
}

#[tokio::test(start_paused = true)]
async fn as_many_calls_as_may_hang_keep_no_question_from_being_read() {
    let (tasks, folder) = (Tasks::new(), tempfile::tempdir().unwrap());
    let machine = FakeMachine::new(&tasks);
    let epochs = Epochs::open(folder.path()).unwrap();
    let worker = Worker::new(FakeEngine::of(&machine), generous(), None, epochs);
    let (theirs, ours) = duplex(1 << 20);
    let place = Arc::new(Strangers::default()).enter(Origin::Socket);
    tasks.spawn(serve(Arc::new(worker), theirs, place, tasks.clone()));
    let mut fleet = Stranger::on(ours);
    fleet.says_hello(1).await;
    let last = u64::from(CALLS_AT_ONCE) + 1;
    for number in 1..=last {
        if number < last {
            machine.plan(Call::Kill, Fault::Hangs);
        }
        let kill = json!({"kill": {"slot": SlotId(number)}});
        fleet.calls(number, &kill).await;
    }

    fleet.calls(last + 1, &json!("list")).await;
    let listed = fleet.hears().await;
    assert_eq!(listed["answer"]["number"], last + 1, "{listed}");
    let refused = loop {
        match timeout(PING_EVERY, fleet.hears()).await {
            Ok(answer) => break answer,
            Err(_elapsed) => fleet.says("\"ping\"\n").await,
        }
    };

    assert_eq!(refused["answer"]["number"], last, "{refused}");
    let sentence = "the engine has not ended 64 earlier calls";
    assert_eq!(refused["answer"]["answer"]["failed"]["full"], sentence);
    // It was not carried out, and is not carried out later either.
    assert_eq!(machine.calls().len() as u64, last - 1);
    machine.recover();
    for _ in 1..last {
        let done = fleet.hears().await;
        assert_eq!(done["answer"]["answer"], "done", "{done}");
    }
    assert_eq!(machine.calls().len() as u64, last - 1);
}

#[tokio::test]
async fn looks_that_hang_keep_no_call_from_being_taken() {
    let site = Site::start();
    let mut fleet = site.stranger().await;
    fleet.says_hello(1).await;
    site.machine.hang();
    for number in 1..=9 {
        fleet.calls(number, &json!("list")).await;
    }

    let refused = fleet.hears().await;
    assert_eq!(refused["answer"]["number"], 9);
    assert_eq!(refused["answer"]["answer"]["failed"], "unreachable");
    site.machine.recover();
    for _ in 0..8 {
        let listed = fleet.hears().await;
        assert!(
            listed["answer"]["answer"]["containers"].is_array(),
            "{listed}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_does_not_name_its_worlds_refuses_creations_and_holds_up_nothing() {
    let (folder, machine) = (
        tempfile::tempdir().unwrap(),
        FakeMachine::new(&Tasks::new()),
    );
    let epochs = Epochs::open(folder.path()).unwrap();
    let worker = Worker::new(FakeEngine::of(&machine), generous(), None, epochs);
    machine.hide_worlds();

    let answers = [
        worker.carry_out(Verb::Create(launch(1, 8081))).await,
        worker.carry_out(Verb::Worlds).await,
        worker.carry_out(Verb::List).await,
    ];

    let sentence = "the engine does not say which worlds it has".to_owned();
    let refused = Answer::Failed(CallFailure::Refused(sentence));
    assert_eq!(
        answers,
        [refused.clone(), refused, Answer::Containers(Vec::new())]
    );
}
