//! What goes wrong around a cluster.

use std::time::Duration;

use serde_json::json;

use super::cluster::Fault;
use super::host::{ClusterHost, FLEET};
use crate::engine::agones::objects::name_of;
use crate::engine::contract::{FIRST, Host, LONG, OTHER_SLOT, SECOND, SLOT, Servers, soon};
use crate::engine::{Engine as _, Launch};
use crate::ids::{PlayerId, SlotId, WorldName};
use crate::rules::CallFailure;

fn launch(host: &mut ClusterHost, slot: SlotId, player: &str) -> Launch {
    let player: PlayerId = player.parse().unwrap();
    Launch {
        slot,
        port: host.free_port(),
        world: WorldName::of(&player),
        player,
    }
}

/// Makes Ada's container.
async fn with_ada(servers: Servers) -> (ClusterHost, Launch) {
    let mut host = ClusterHost::with(servers).await;
    let launch = launch(&mut host, SLOT, "Ada");
    host.engine().create(&launch).await.unwrap();
    (host, launch)
}

#[tokio::test]
async fn a_start_whose_answer_was_lost_makes_no_second_server() {
    let (host, _) = with_ada(Servers::Polite).await;
    host.cluster
        .with(|state| state.fault = Some(Fault::LosesAnswer));

    let lost = host.engine().start(SLOT, FIRST).await;
    let again = host.engine().start(SLOT, FIRST).await;

    assert_eq!(lost, Err(CallFailure::Unknown));
    assert_eq!(again, Ok(()));
    let count = host.cluster.with(|state| state.all("gameservers").count());
    assert_eq!(count, 1);
}

#[tokio::test]
async fn a_token_that_was_replaced_is_read_again() {
    let (host, launch) = with_ada(Servers::Polite).await;
    host.cluster.with(|state| state.token = "second".to_owned());

    let refused = host.engine().list().await;
    host.write_token("second");
    let listed = host.engine().list().await.unwrap();

    let Err(CallFailure::Refused(sentence)) = refused else {
        panic!("{refused:?}")
    };
    assert!(sentence.contains("401"), "{sentence}");
    assert_eq!(listed[0].world, launch.world);
}

#[tokio::test]
async fn what_belongs_to_others_is_neither_listed_nor_touched() {
    let (mut host, _) = with_ada(Servers::Polite).await;
    let port = host.free_port();
    host.make_stranger("ox-of-another-fleet", port);
    let before = host
        .cluster
        .with(|state| state.get("gameservers", "ox-of-another-fleet").cloned());

    let engine = host.engine();
    let listed = engine.list().await.unwrap();
    for slot in [SLOT, OTHER_SLOT] {
        engine.stop(slot, LONG).await.unwrap();
        engine.kill(slot).await.unwrap();
        engine.remove(slot, true).await.unwrap();
    }

    assert_eq!(listed.len(), 1);
    let after = host
        .cluster
        .with(|state| state.get("gameservers", "ox-of-another-fleet").cloned());
    assert_eq!(after, before);
    assert!(!engine.is_port_free(port));
}

#[tokio::test]
async fn a_copy_with_our_labels_is_left_alone() {
    let (host, launch) = with_ada(Servers::Polite).await;
    let mut exits = host.engine().exits();
    host.engine().start(SLOT, FIRST).await.unwrap();
    let name = name_of(FLEET, &launch.world);
    let copies = ["pods", "gameservers", "persistentvolumeclaims"];
    host.cluster.with(|state| {
        for plural in copies {
            let mut copy = state.get(plural, &name).unwrap().clone();
            copy["metadata"]["name"] = json!("copy");
            copy["metadata"]["uid"] = json!("uid-copy");
            if plural == "pods" {
                copy["status"]["phase"] = json!("Failed");
                copy["status"]["containerStatuses"] = json!([]);
            }
            state.put(plural, "copy", copy, "ADDED");
        }
    });

    let listed = host.engine().list().await.unwrap();
    host.cluster.with(|state| state.exit(&name, 4));
    let exit = soon("the exit", exits.recv()).await.unwrap();

    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].slot, listed[0].running), (SLOT, true));
    assert_eq!(
        exit.code,
        Some(4),
        "the exit of the copy comes first, and is none"
    );
    host.engine().remove(SLOT, true).await.unwrap();
    assert_eq!(host.engine().list().await.unwrap(), []);
    host.cluster.with(|state| {
        for plural in copies {
            let copy = state.get(plural, "copy").unwrap();
            assert!(copy["metadata"]["deletionTimestamp"].is_null(), "{plural}");
            assert!(copy["metadata"]["annotations"]["oxeye.exit"].is_null());
        }
    });
}

#[tokio::test]
async fn a_world_is_given_to_one_slot_at_a_time() {
    let (mut host, first) = with_ada(Servers::Polite).await;
    let second = launch(&mut host, OTHER_SLOT, "Ada");

    let refused = host.engine().create(&second).await;
    host.engine().remove(SLOT, false).await.unwrap();
    host.engine().create(&second).await.unwrap();

    let sentence = format!("the world {} is in use by auto-1", first.world);
    assert_eq!(refused, Err(CallFailure::WorldUnusable(sentence)));
    let listed = host.engine().list().await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].slot, listed[0].run), (OTHER_SLOT, None));
    assert_eq!(listed[0].port, second.port);
}

#[tokio::test]
async fn a_claim_of_somebody_else_is_not_used() {
    let mut host = ClusterHost::with(Servers::Polite).await;
    let launch = launch(&mut host, SLOT, "Ada");
    let name = name_of(FLEET, &launch.world);
    let theirs = json!({"metadata": {"name": name, "labels": {"app": "theirs"}}});
    host.cluster
        .with(|state| state.make("persistentvolumeclaims", theirs));

    let refused = host.engine().create(&launch).await;

    assert!(
        matches!(refused, Err(CallFailure::WorldUnusable(_))),
        "{refused:?}"
    );
    assert_eq!(host.engine().list().await.unwrap(), []);
}

#[tokio::test]
async fn a_cluster_that_is_away_did_nothing() {
    let (host, launch) = with_ada(Servers::Polite).await;
    let mut settings = host.settings.clone();
    // Nobody can listen on this port.
    settings.api = "http://127.0.0.1:0".to_owned();
    let away = host.opened(&settings).await;
    host.cluster
        .with(|state| state.fault = Some(Fault::Overloaded));

    for engine in [&away, host.engine()] {
        let unreachable = Err(CallFailure::Unreachable);
        assert_eq!(engine.create(&launch).await, unreachable);
        assert_eq!(engine.start(SLOT, FIRST).await, unreachable);
        assert_eq!(engine.stop(SLOT, LONG).await, unreachable);
        assert_eq!(engine.list().await, Err(CallFailure::Unreachable));
    }
}

#[tokio::test]
async fn an_answer_that_nobody_understands_says_nothing() {
    let (host, _) = with_ada(Servers::Polite).await;
    host.cluster
        .with(|state| state.fault = Some(Fault::Nonsense));

    assert_eq!(host.engine().list().await, Err(CallFailure::Unknown));
    let started = host.engine().start(SLOT, FIRST).await;
    assert_eq!(started, Err(CallFailure::Unknown));
}

#[tokio::test]
async fn an_exit_while_nobody_watched_is_reported() {
    let (host, _) = with_ada(Servers::Polite).await;
    let mut exits = host.engine().exits();
    host.engine().start(SLOT, FIRST).await.unwrap();
    host.cluster.break_watches();

    host.let_exit(SLOT, FIRST, 9).await;

    let exit = soon("the exit", exits.recv()).await.unwrap();
    assert_eq!((exit.run, exit.code), (FIRST, Some(9)));
}

#[tokio::test]
async fn two_servers_are_refused_with_the_same_sentence() {
    let (mut host, _) = with_ada(Servers::Missing).await;
    let other = launch(&mut host, OTHER_SLOT, "Eve");
    host.engine().create(&other).await.unwrap();

    let first = host.engine().start(SLOT, FIRST).await;
    let second = host.engine().start(OTHER_SLOT, FIRST).await;

    assert!(matches!(first, Err(CallFailure::Refused(_))), "{first:?}");
    assert_eq!(first, second);
}

#[tokio::test]
async fn a_stop_tells_the_cluster_its_grace_in_whole_seconds() {
    let (host, _) = with_ada(Servers::Stubborn).await;
    host.engine().start(SLOT, FIRST).await.unwrap();

    for millis in [90_000, 1_500, 0] {
        let grace = Duration::from_millis(millis);
        host.engine().stop(SLOT, grace).await.unwrap();
    }

    // 0 would make the cluster forget the pod without waiting for its end.
    let graces = host.cluster.with(|state| state.graces.clone());
    assert_eq!(graces, [90, 2, 1]);
}

#[tokio::test]
async fn a_server_is_reached_on_the_machine_that_runs_it() {
    let (host, launch) = with_ada(Servers::Polite).await;
    let unknown = host.engine().reachable_at(launch.port);
    host.engine().start(SLOT, FIRST).await.unwrap();

    host.engine().list().await.unwrap();

    assert_ne!(unknown, host.engine().reachable_at(launch.port));
    let expected = oxeye_probe::Address::new("192.0.2.7", launch.port);
    assert_eq!(host.engine().reachable_at(launch.port), expected);
}

#[tokio::test]
async fn a_late_exit_of_an_earlier_slot_says_nothing_about_the_next() {
    let (mut host, first) = with_ada(Servers::Polite).await;
    let mut exits = host.engine().exits();
    host.engine().start(SLOT, SECOND).await.unwrap();
    host.engine().stop(SLOT, LONG).await.unwrap();
    soon("the exit", exits.recv()).await.unwrap();
    host.engine().remove(SLOT, false).await.unwrap();
    let next = launch(&mut host, OTHER_SLOT, "Ada");
    host.engine().create(&next).await.unwrap();

    let late = json!({"metadata": {"annotations": {"oxeye.exit": "auto-1 2 0"}}});
    let name = name_of(FLEET, &first.world);
    host.cluster
        .with(|state| state.patch("persistentvolumeclaims", &name, &late));

    let listed = host.engine().list().await.unwrap();
    assert_eq!((listed[0].run, listed[0].exit_code), (None, None));
}
