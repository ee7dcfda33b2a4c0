//! Containers that podman has removed by half.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use serde_json::Value;

use super::host::{self, Host, launch, say};
use super::image::IMAGE;
use super::podman::{self, Podman};
use crate::engine::Engine as _;
use crate::engine::contract::{FIRST, OTHER_SLOT, SLOT};
use crate::ids::SlotId;

/// Leaves a container as podman does if it is killed at the wrong moment of its removal.
fn remove_by_half(podman: &Podman, name: &str) {
    let id = podman.run(&["inspect", "--format", "{{.Id}}", name]);
    podman.kill_service();
    let file = podman.folder_of_containers().join("containers.json");
    let mut all: Vec<Value> = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let count = all.len();
    all.retain(|container| container["id"] != id.as_str());
    assert_eq!(all.len(), count - 1);
    fs::write(&file, serde_json::to_vec(&all).unwrap()).unwrap();
    podman.start_service();
}

/// Leaves a container in the state that podman gives it before its removal.
fn leave_in_removal(podman: &Podman, name: &str) {
    podman.kill_service_while_removing(name);
    podman.start_service();
    assert_eq!(state(podman, name), "removing");
}

/// Returns the slots whose containers are there, and whether each runs.
async fn running(host: &Host) -> Vec<(SlotId, bool)> {
    let listed = host.engine.list().await.unwrap();
    let slots = listed.iter().map(|listed| (listed.slot, listed.running));
    let slots: BTreeMap<_, _> = slots.collect();
    slots.into_iter().collect()
}

fn state(podman: &Podman, name: &str) -> String {
    podman.run(&["inspect", "--format", "{{.State.Status}}", name])
}

async fn host_with_own_podman() -> Host {
    let podman = Arc::new(Podman::start());
    let settings = host::settings(&*podman, "polite");
    Host::of(podman, settings).await
}

#[tokio::test]
async fn a_container_that_podman_has_removed_by_half_hides_no_other() {
    if !podman::can_run() {
        return;
    }
    let host = host_with_own_podman().await;
    let playing = host.started(OTHER_SLOT, FIRST).await;
    let [first, second] = [launch(SLOT), launch(SlotId(9))];
    for launch in [&first, &second] {
        host.engine.create(launch).await.unwrap();
        remove_by_half(&host.machine, &host.engine.all.name(launch.slot));
    }

    let listed = host.engine.list().await.unwrap();

    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!((listed[0].slot, listed[0].run), (playing.slot, Some(FIRST)));
    let worlds = host.engine.worlds().await.unwrap();
    assert!(worlds.contains(&first.world) && worlds.contains(&second.world));
    host.engine.create(&first).await.unwrap();
    host.engine.start(SLOT, FIRST).await.unwrap();
}

#[tokio::test]
async fn what_podman_has_removed_by_half_can_be_removed_with_its_world() {
    if !podman::can_run() {
        return;
    }
    let host = host_with_own_podman().await;
    let launch = launch(SLOT);
    host.engine.create(&launch).await.unwrap();
    let name = host.engine.all.name(SLOT);
    remove_by_half(&host.machine, &name);

    host.engine.remove(SLOT, false).await.unwrap();

    assert!(!host.machine.succeeds(&["container", "exists", &name]));
    assert_eq!(host.engine.list().await.unwrap(), []);
    host.engine.create(&launch).await.unwrap();
}

#[tokio::test]
async fn a_container_of_others_that_podman_has_removed_by_half_is_left_alone() {
    if !podman::can_run() {
        return;
    }
    let host = host_with_own_podman().await;
    let name = host.engine.all.name(SLOT);
    let label = ["--label", "oxeye.fleet=another"];
    let create = ["create", "--network", "none", "--name", &name];
    host.machine.run(&[&create[..], &label, &[IMAGE]].concat());
    remove_by_half(&host.machine, &name);

    assert_eq!(host.engine.list().await.unwrap(), []);
    host.engine.create(&launch(SLOT)).await.unwrap_err();
    host.engine.remove(SLOT, true).await.unwrap_err();

    assert!(host.machine.succeeds(&["container", "exists", &name]));
}

#[tokio::test]
async fn a_container_that_podman_was_removing_when_it_was_killed_is_made_again() {
    if !podman::can_run() {
        return;
    }
    let mut host = host_with_own_podman().await;
    let [first, second] = [SLOT, OTHER_SLOT].map(launch);
    for launch in [&first, &second] {
        host.engine.create(launch).await.unwrap();
        let name = host.engine.all.name(launch.slot);
        host = host
            .restarted_after(|podman| leave_in_removal(podman, &name))
            .await;
    }
    assert_eq!(running(&host).await, [(SLOT, false), (OTHER_SLOT, false)]);

    host.engine.create(&first).await.unwrap();
    host.engine.start(SLOT, FIRST).await.unwrap();
    host.engine.remove(OTHER_SLOT, false).await.unwrap();

    assert_eq!(running(&host).await, [(SLOT, true)]);
    say(first.port, "").await;
    let worlds = host.engine.worlds().await.unwrap();
    assert!(worlds.contains(&first.world) && worlds.contains(&second.world));
}

#[tokio::test]
async fn a_container_of_others_that_podman_was_removing_when_it_was_killed_is_left_alone() {
    if !podman::can_run() {
        return;
    }
    let host = host_with_own_podman().await;
    let name = host.engine.all.name(SLOT);
    let create = ["create", "--network", "none", "--name", &name];
    let label = ["--label", "oxeye.fleet=another"];
    host.machine.run(&[&create[..], &label, &[IMAGE]].concat());
    let host = host
        .restarted_after(|podman| leave_in_removal(podman, &name))
        .await;

    assert_eq!(host.engine.list().await.unwrap(), []);
    host.engine.create(&launch(SLOT)).await.unwrap_err();
    host.engine.start(SLOT, FIRST).await.unwrap_err();
    host.engine.remove(SLOT, true).await.unwrap_err();
    let launched = host.started(OTHER_SLOT, FIRST).await;

    say(launched.port, "").await;
    assert_eq!(state(&host.machine, &name), "removing");
}
