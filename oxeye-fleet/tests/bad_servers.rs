//! Game servers in containers that misbehave, containers of others in their way, and an engine that hangs: the real
//! programs on a real podman.

#![cfg(target_os = "linux")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test"
)]

#[allow(dead_code, reason = "shared with the tests of the engine")]
#[path = "../src/engine/docker/tests/image.rs"]
mod image;
#[allow(dead_code, reason = "shared with the tests of the engine")]
#[path = "../src/engine/docker/tests/machine.rs"]
mod machine;
#[allow(dead_code, reason = "shared with the tests of the engine")]
#[path = "../src/engine/docker/tests/podman.rs"]
mod podman;
#[allow(dead_code, reason = "each test needs a part of it")]
#[path = "program/running.rs"]
mod running;
#[path = "bad_servers/site.rs"]
mod site;

use std::sync::Arc;

use image::IMAGE;
use podman::Podman;
use serde_json::{Value, json};
use site::Site;

fn is_running(servers: &[Value]) -> bool {
    servers.iter().any(|server| server["state"] == "running")
}

fn is_stopped(servers: &[Value]) -> bool {
    servers.iter().any(|server| server["state"] == "stopped")
}

#[tokio::test]
async fn a_server_that_never_opens_its_port_gives_its_place_back_and_its_player_is_told() {
    if !podman::can_run() {
        return;
    }
    let settings = [("MAX_SERVERS", "1"), ("FLEET_START_TIMEOUT", "8")];
    let mut site = Site::with("late", &settings).await;

    let ada = site.fleet.join("ada").await;
    let full = site.fleet.join("bea").await;
    site.until_visited("ada").await;
    site.fleet.wait_for("gone", <[Value]>::is_empty).await;

    assert_eq!(full["error"], "Maximum server limit reached");
    assert_eq!(site.heartbeat(&ada).await["error"], "Session not found");
    let reason = "is given up: did not become ready in time";
    assert!(site.fleet.last_logged().contains(reason));
    assert_eq!(site.containers(), Vec::<String>::new());
    assert!(
        site.world("ada").join("visits").exists(),
        "the world is gone"
    );

    site.restart_fleet(&[("FLEET_START_TIMEOUT", "300")]).await;
    site.fleet.join("bea").await;
    site.until_visited("bea").await;
    std::fs::write(site.world("bea").join("open"), "").unwrap();
    site.fleet.wait_for("running", is_running).await;
}

#[tokio::test]
async fn a_server_that_exits_at_once_is_tried_again_until_its_player_leaves() {
    if !podman::can_run() {
        return;
    }
    let site = Site::with("gone", &[]).await;

    let ada = site.fleet.join("ada").await;
    site.until_logged("has exited by itself").await;
    site.until_checked("has crashed and is started again").await;
    site.fleet.leave(&ada).await;
    site.fleet.wait_for("gone", <[Value]>::is_empty).await;

    let logged = site.fleet.last_logged();
    assert!(logged.contains("exit_code=7"), "{logged}");
    assert_eq!(site.containers(), Vec::<String>::new());
    assert!(site.world("ada").exists());
}

#[tokio::test]
async fn a_server_that_eats_its_memory_is_killed_and_operators_learn_why() {
    if !podman::can_run() {
        return;
    }
    let site = Site::with("hungry", &[]).await;

    let ada = site.fleet.join("ada").await;
    site.until_logged("used more memory than FLEET_DOCKER_MEMORY_MB allows")
        .await;
    site.until_checked("has crashed and is started again").await;
    site.fleet.leave(&ada).await;
    site.fleet.wait_for("gone", <[Value]>::is_empty).await;

    assert_eq!(site.containers(), Vec::<String>::new());
}

#[tokio::test]
async fn a_server_that_ignores_sigterm_is_killed_and_its_place_is_free() {
    if !podman::can_run() {
        return;
    }
    let settings = [("MAX_SERVERS", "1"), ("FLEET_STOP_GRACE", "1")];
    let site = Site::with("stubborn", &settings).await;
    let ada = site.fleet.join("ada").await;
    site.fleet.wait_for("running", is_running).await;

    site.fleet.leave(&ada).await;
    site.fleet.wait_for("gone", <[Value]>::is_empty).await;

    assert_eq!(site.containers(), Vec::<String>::new());
    let logged = site.fleet.last_logged();
    assert!(!logged.contains("and not by the fleet"), "{logged}");
    let reason = "did not exit within FLEET_STOP_GRACE and was killed; its world may not be saved";
    assert!(logged.contains(reason), "{logged}");
    assert_eq!(site.fleet.join("bea").await["success"], true);
    site.fleet.wait_for("running", is_running).await;
}

#[tokio::test]
async fn an_image_that_is_not_there_is_named_to_operators_and_to_no_player() {
    if !podman::can_run() {
        return;
    }
    let image = format!("localhost/oxeye-later:{}", site::first_port());
    let mut site = Site::with("polite", &[("FLEET_DOCKER_IMAGE", &image)]).await;
    for player in ["ada", "bea"] {
        let joined = site.fleet.join(player).await;
        site.fleet.wait_for("gone", <[Value]>::is_empty).await;
        assert_eq!(site.heartbeat(&joined).await["error"], "Session not found");
    }

    let refused = site.fleet.join("cleo").await;

    assert_eq!(refused["error"], "No server can be started at the moment");
    let sentence = format!("the image {image} is not on the machine of the container engine");
    let listed = site.fleet.command("list").await;
    assert!(listed.contains(&sentence), "{listed}");

    site.podman.run(&["tag", IMAGE, &image]);
    site.restart_fleet(&[]).await;
    site.fleet.join("cleo").await;
    site.fleet.wait_for("running", is_running).await;
}

#[tokio::test]
async fn a_container_of_others_keeps_its_port_and_players_get_another() {
    if !podman::can_run() {
        return;
    }
    let site = Site::with("polite", &[]).await;
    let published = format!("127.0.0.1:{}:25565", site.first_port);
    let stranger = ["run", "--detach", "--publish", &published, IMAGE];
    let stranger = site.podman.run(&stranger);
    let before = site.state(&stranger);

    site.fleet.join("ada").await;
    let servers = site.fleet.wait_for("running", is_running).await;

    assert_ne!(servers[0]["port"], json!(site.first_port));
    assert_eq!(site.state(&stranger), before);
    assert!(before.contains("running"), "{before}");
}

#[tokio::test]
async fn a_container_of_others_keeps_its_name_and_the_player_gets_another_server() {
    if !podman::can_run() {
        return;
    }
    let site = Site::with("polite", &[("CLEANUP_DELETE", "3600")]).await;
    let ada = site.fleet.join("ada").await;
    site.fleet.wait_for("running", is_running).await;
    site.fleet.leave(&ada).await;
    site.fleet.wait_for("stopped", is_stopped).await;
    let [name] = &site.containers()[..] else {
        panic!("{:?}", site.containers())
    };
    let create = [
        "run",
        "--detach",
        "--network",
        "none",
        "--name",
        "stranger",
        IMAGE,
    ];
    let stranger = site.podman.run(&create);
    // Quickly, or the fleet notices that its container is gone, and makes one with another name.
    site.podman.run(&["rm", name]);
    site.podman.run(&["rename", "stranger", name]);
    let before = site.state(name);

    let refused = site.fleet.join("ada").await;
    site.fleet.wait_for("gone", <[Value]>::is_empty).await;
    let again = site.fleet.join("ada").await;
    site.fleet.wait_for("running", is_running).await;

    assert_eq!(refused["serverId"], ada["serverId"]);
    assert_eq!(site.heartbeat(&refused).await["error"], "Session not found");
    assert_ne!(again["serverId"], ada["serverId"]);
    let reason = format!("the container {name} does not belong to this fleet and is left alone");
    assert!(site.fleet.last_logged().contains(&reason));
    assert_eq!(site.state(name), before);
    assert!(before.contains(&stranger) && before.contains("running"));
    let visits = std::fs::read(site.world("ada").join("visits")).unwrap();
    assert_eq!(visits.len(), 2, "the world is the same");
}

#[tokio::test]
async fn an_engine_that_hangs_costs_nobody_their_server_and_is_used_again() {
    if !podman::can_run() {
        return;
    }
    let podman = Arc::new(Podman::start());
    let site = Site::on(podman, "polite", &[]).await;
    let ada = site.fleet.join("ada").await;
    site.fleet.wait_for("running", is_running).await;
    let [name] = &site.containers()[..] else {
        panic!("{:?}", site.containers())
    };
    let before = site.state(name);

    let suspended = site.suspend_podman();
    site.until_health_is("degraded").await;
    let kept = site.fleet.join("ada").await;
    let refused = site.fleet.join("bea").await;
    let beat = site.heartbeat(&ada).await;
    drop(suspended);
    site.until_health_is("healthy").await;
    let bea = site.fleet.join("bea").await;
    site.fleet
        .wait_for("both running", |servers| {
            servers.len() == 2 && servers.iter().all(|server| server["state"] == "running")
        })
        .await;

    assert_eq!(kept["serverId"], ada["serverId"]);
    assert_eq!(beat["success"], true, "{beat}");
    assert_eq!(refused["success"], false, "{refused}");
    assert_eq!(bea["success"], true, "{bea}");
    assert_eq!(site.state(name), before);
}
