//! Which fleet is let in, and what it may do.

use std::time::Duration;

use oxeye_process::fingerprint::Fingerprint;
use oxeye_process::{Secret, clock};
use serde_json::json;

use super::site::{Site, generous, launch};
use crate::engine::fake::{FakeEngine, Manners};
use crate::engine::remote::RemoteEngine;
use crate::engine::{Engine as _, Launch, Memory};
use crate::ids::SlotId;
use crate::rules::{Call, CallFailure, Offer, Run};
use crate::worker::limits::WorkerLimits;
use crate::worker::proof::Proof;

#[tokio::test]
async fn only_a_fleet_with_the_secret_is_let_in() {
    let secret = Secret::new("the secret of this worker");
    let site = Site::with(generous(), Some(&secret));
    let lies = Secret::new("the secret of another one");

    for wrong in [None, Some(lies)] {
        let refused = site.fleet_with(1, wrong).create(&launch(1, 8081)).await;
        assert_eq!(refused, Err(CallFailure::Unreachable));
    }
    assert_eq!(site.machine.container_count(), 0);

    let fleet = site.fleet_with(1, Some(secret));
    fleet.create(&launch(1, 8081)).await.unwrap();
    assert_eq!(site.machine.container_count(), 1);
}

#[tokio::test]
async fn a_proof_that_another_worker_was_given_opens_nothing() {
    let secret = Secret::new("the secret of this worker");
    let site = Site::with(generous(), Some(&secret));
    let attic = Some(Fingerprint::of(b"its certificate"));
    let hello = |epoch, proof: Proof| {
        let hello = json!({"hello": {"protocol": 3, "epoch": epoch, "proof": proof}});
        format!("{hello}\n")
    };

    for proof in [
        Proof::of(&secret, attic, 5),
        Proof::of(&secret, None, 4),
        Proof::of(&Secret::new("another secret"), None, 5),
    ] {
        let mut stranger = site.stranger().await;
        stranger.says(&hello(5, proof)).await;
        let reason = stranger.is_refused().await;
        assert_eq!(
            reason,
            "the secret is wrong (FLEET_WORKER_SECRET, or FLEET_WORKER_SECRETS at the fleet)"
        );
    }

    let mut fleet = site.stranger().await;
    fleet.says(&hello(5, Proof::of(&secret, None, 5))).await;
    assert!(fleet.hears().await["welcome"].is_object());
}

#[tokio::test]
async fn a_fleet_that_was_replaced_gives_no_more_orders() {
    let site = Site::start();
    let (old, new) = (site.fleet(1), site.fleet(2));
    old.create(&launch(1, 8081)).await.unwrap();
    new.start(SlotId(1), Run(1)).await.unwrap();

    let refused = old.kill(SlotId(1)).await;

    assert!(refused.is_err(), "{refused:?}");
    assert_eq!(old.kill(SlotId(1)).await, Err(CallFailure::Unreachable));
    assert_eq!(site.machine.running(SlotId(1)), Some(Run(1)));
    new.kill(SlotId(1)).await.unwrap();
    assert_eq!(site.machine.running(SlotId(1)), None);
}

#[tokio::test]
async fn an_older_fleet_does_not_disturb_the_newest() {
    let site = Site::start();
    let (old, new) = (site.fleet(1), site.fleet(2));
    let mut exits = new.exits();
    new.create(&launch(1, 8081)).await.unwrap();
    new.start(SlotId(1), Run(1)).await.unwrap();

    assert_eq!(old.list().await, Err(CallFailure::Unreachable));

    site.machine.exit(SlotId(1), Some(3));
    let exit = exits.recv().await.unwrap();
    assert_eq!((exit.slot, exit.code), (SlotId(1), Some(3)));
}

#[tokio::test]
async fn a_fleet_whose_clock_is_far_ahead_keeps_nobody_out() {
    let site = Site::start();
    let ahead = site.fleet(u64::MAX);

    assert_eq!(ahead.list().await, Err(CallFailure::Unreachable));

    let trouble = ahead.trouble().unwrap().in_full;
    assert!(trouble.contains("ahead of the worker's clock"), "{trouble}");
    assert_eq!(site.fleet(1).list().await, Ok(Vec::new()));
}

#[tokio::test]
async fn a_number_from_the_future_is_refused_unless_it_is_there_already() {
    const DAY: u64 = 24 * 60 * 60 * 1_000;
    let site = Site::start();
    let fleet = site.fleet(1);
    let now = clock::now_millis();

    for slot in [now + 2 * DAY, 1 << 63, u64::MAX] {
        let Err(CallFailure::Refused(sentence)) = fleet.create(&launch(slot, 8081)).await else {
            panic!("{slot} must be refused")
        };
        assert_eq!(
            sentence,
            format!(
                "the number of auto-{slot} is more than a day ahead of the worker's clock; set the clocks of both machines"
            )
        );
    }
    assert_eq!(site.machine.container_count(), 0);

    fleet.create(&launch(now + DAY, 8081)).await.unwrap();
    let engine = FakeEngine::of(&site.machine);
    engine.create(&launch(u64::MAX, 8082)).await.unwrap();
    fleet.create(&launch(u64::MAX, 8083)).await.unwrap();
    fleet.remove(SlotId(u64::MAX), true).await.unwrap();
    assert_eq!(site.machine.container_count(), 1);
}

#[tokio::test]
async fn one_server_is_started_stopped_and_killed_without_asking_about_all() {
    let limits = WorkerLimits {
        max_servers: 2,
        ..generous()
    };
    let site = Site::with(limits, None);
    let fleet = site.fleet(1);
    for slot in 1..=3 {
        let port = 8080 + u16::try_from(slot).unwrap();
        fleet.create(&launch(slot, port)).await.unwrap();
    }
    let before = site.machine.lists();

    fleet.start(SlotId(1), Run(1)).await.unwrap();
    fleet.start(SlotId(2), Run(1)).await.unwrap();
    fleet.stop(SlotId(1), Duration::ZERO).await.unwrap();
    fleet.kill(SlotId(2)).await.unwrap();

    assert_eq!(site.machine.lists(), before);
    // By what was allowed, two servers run. The engine knows that they have ended.
    fleet.start(SlotId(3), Run(1)).await.unwrap();
    assert_eq!(site.machine.lists(), before + 1);
    assert_eq!(site.machine.running(SlotId(3)), Some(Run(1)));
}

#[tokio::test]
async fn a_fleet_learns_why_a_worker_cannot_be_used_until_it_can() {
    let site = Site::start();
    let fleet = site.fleet(1);
    fleet.list().await.unwrap();
    assert_eq!(fleet.trouble(), None);

    site.machine.disconnect();
    fleet.list().await.unwrap_err();
    let trouble = fleet.trouble().unwrap();
    assert_eq!(trouble.in_full, "its engine cannot be reached");

    site.machine.recover();
    fleet.list().await.unwrap();
    assert_eq!(fleet.trouble(), None);
    site.fleet(2).list().await.unwrap();
    fleet.list().await.unwrap_err();
    fleet.list().await.unwrap_err();
    let trouble = fleet.trouble().unwrap();
    assert_eq!(trouble.sentence, "it refuses this fleet");
    assert_eq!(
        trouble.in_full,
        "it answered: a fleet that was started later gives the orders here (epoch 2)"
    );
}

#[tokio::test]
async fn a_world_is_in_use_whatever_else_is_asked_for_its_server() {
    let site = Site::start();
    let fleet = site.fleet(1);
    let first = launch(1, 8081);
    let second = Launch {
        slot: SlotId(2),
        port: 8082,
        ..first.clone()
    };
    fleet.create(&first).await.unwrap();
    fleet.create(&second).await.unwrap();
    fleet.start(first.slot, Run(1)).await.unwrap();

    let elsewhere = Launch {
        slot: first.slot,
        ..launch(3, 8083)
    };
    fleet.create(&elsewhere).await.unwrap();
    let refused = fleet.start(second.slot, Run(1)).await.unwrap_err();

    assert!(
        matches!(refused, CallFailure::WorldUnusable(_)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn two_servers_never_run_on_one_world() {
    let site = Site::start();
    let fleet = site.fleet(1);
    let (first, second) = (
        launch(1, 8081),
        Launch {
            slot: SlotId(2),
            port: 8082,
            ..launch(1, 8081)
        },
    );
    fleet.create(&first).await.unwrap();
    fleet.create(&second).await.unwrap();
    let (one, other) = tokio::join!(
        fleet.start(first.slot, Run(1)),
        fleet.start(second.slot, Run(1))
    );

    let (started, refused, next) = match one.is_ok() {
        true => (first.slot, other, second.slot),
        false => (second.slot, one, first.slot),
    };
    let Err(CallFailure::WorldUnusable(sentence)) = refused else {
        panic!("{refused:?}")
    };
    let expected = format!("the world {} is in use by {started}", first.world);
    assert!(sentence.starts_with(&expected), "{sentence}");
    site.machine.exit(started, Some(0));
    fleet.start(next, Run(2)).await.unwrap();
}

/// Starts a server that does not exit when it is asked, on a worker that gives it this long.
async fn stubborn_server(stop_grace: Duration) -> (Site, RemoteEngine, SlotId) {
    let limits = WorkerLimits {
        stop_grace,
        ..generous()
    };
    let site = Site::with(limits, None);
    site.machine.set_manners(Manners::Stubborn);
    let (fleet, slot) = (site.fleet(1), SlotId(1));
    fleet.create(&launch(1, 8081)).await.unwrap();
    fleet.start(slot, Run(1)).await.unwrap();
    (site, fleet, slot)
}

#[tokio::test]
async fn the_worker_decides_how_long_a_server_may_save_its_world() {
    let (site, fleet, slot) = stubborn_server(Duration::from_secs(60)).await;

    fleet.kill(slot).await.unwrap();
    fleet.stop(slot, Duration::ZERO).await.unwrap();
    fleet.kill(slot).await.unwrap();

    assert_eq!(site.machine.running(slot), Some(Run(1)));
    let calls = site.machine.calls();
    // The first kill asks, the second does not ask again.
    assert_eq!(calls[2..], [(slot, Call::Stop); 2]);
}

#[tokio::test]
async fn a_server_that_had_its_time_is_killed() {
    let (site, fleet, slot) = stubborn_server(Duration::from_millis(1)).await;
    let mut exits = fleet.exits();
    fleet.stop(slot, Duration::ZERO).await.unwrap();
    assert_eq!(exits.recv().await.unwrap().code, None);

    fleet.kill(slot).await.unwrap();
    fleet.start(slot, Run(2)).await.unwrap();
    fleet.kill(slot).await.unwrap();

    let ends = [Call::Stop, Call::Kill, Call::Start, Call::Stop];
    assert_eq!(site.machine.calls()[2..], ends.map(|call| (slot, call)));
}

#[tokio::test]
async fn a_server_that_is_started_under_a_number_of_before_has_its_own_time() {
    let (site, fleet, slot) = stubborn_server(Duration::from_millis(1)).await;
    let mut exits = fleet.exits();
    fleet.stop(slot, Duration::ZERO).await.unwrap();
    exits.recv().await.unwrap();

    fleet.start(slot, Run(1)).await.unwrap();
    fleet.kill(slot).await.unwrap();

    let ends = [Call::Stop, Call::Start, Call::Stop];
    assert_eq!(site.machine.calls()[2..], ends.map(|call| (slot, call)));
}

#[tokio::test]
async fn a_fleet_cannot_exceed_the_limits_of_the_worker() {
    let limits = WorkerLimits {
        max_servers: 1,
        ports: 8081..=8084,
        creations_per_minute: 2,
        stop_grace: Duration::ZERO,
        max_worlds: 10,
        discards_worlds: false,
    };
    let site = Site::with(limits, None);
    let fleet = site.fleet(1);

    for _ in 0..3 {
        fleet.create(&launch(1, 8081)).await.unwrap();
    }
    fleet.create(&launch(2, 8082)).await.unwrap();
    let refused = fleet.create(&launch(3, 22)).await;
    assert!(
        matches!(refused, Err(CallFailure::Refused(_))),
        "{refused:?}"
    );
    let full = fleet.create(&launch(3, 8083)).await;
    assert!(matches!(full, Err(CallFailure::Full(_))), "{full:?}");
    fleet.start(SlotId(1), Run(1)).await.unwrap();
    let full = fleet.start(SlotId(2), Run(1)).await;
    assert!(matches!(full, Err(CallFailure::Full(_))), "{full:?}");
    let kept = fleet.remove(SlotId(2), true).await;
    assert!(matches!(kept, Err(CallFailure::Refused(_))), "{kept:?}");

    assert_eq!(site.machine.container_count(), 2);
    assert_eq!(site.machine.running(SlotId(2)), None);
}

#[tokio::test]
async fn a_fleet_cannot_fill_the_disk_with_worlds() {
    let limits = WorkerLimits {
        max_worlds: 2,
        ..generous()
    };
    let site = Site::with(limits, None);
    let fleet = site.fleet(1);
    for (slot, port) in [(1, 8081), (2, 8082)] {
        fleet.create(&launch(slot, port)).await.unwrap();
        fleet.remove(SlotId(slot), false).await.unwrap();
    }

    let refused = fleet.create(&launch(3, 8083)).await;
    fleet.create(&launch(1, 8081)).await.unwrap();
    fleet.remove(SlotId(1), true).await.unwrap();
    fleet.create(&launch(3, 8083)).await.unwrap();

    let sentence = "the worker keeps no more worlds (FLEET_WORKER_MAX_WORLDS is 2)";
    let full = CallFailure::NoNewWorlds(sentence.to_owned());
    assert_eq!(refused, Err(full));
}

#[tokio::test]
async fn a_fleet_learns_how_much_memory_there_is_for_servers() {
    let site = Site::start();
    let without = site.fleet(1);
    without.list().await.unwrap();
    site.machine.set_memory(Memory {
        total_bytes: 8 << 30,
        server_bytes: 2 << 30,
    });
    let with = site.fleet(2);
    with.list().await.unwrap();

    let memory = |offer: Option<Offer>| offer.map(|offer| (offer.memory, offer.server_memory));
    assert_eq!(memory(without.offer()), Some((None, 0)));
    assert_eq!(memory(with.offer()), Some((Some(8 << 30), 2 << 30)));
}
