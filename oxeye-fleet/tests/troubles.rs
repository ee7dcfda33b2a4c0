//! What goes wrong around a running fleet, with the real program.

#![cfg(target_os = "linux")]
#![allow(missing_docs, clippy::unwrap_used, reason = "a test")]

#[allow(dead_code, reason = "each test needs a part of it")]
#[path = "program/running.rs"]
mod running;

use std::fs;
use std::os::unix::fs::symlink;

use oxeye_fleet::ids::{PlayerId, WorldName};
use running::RunningFleet;
use serde_json::{Value, json};

fn is_running(servers: &[Value]) -> bool {
    servers.iter().any(|server| server["state"] == "running")
}

#[tokio::test]
async fn after_a_restart_the_first_answer_has_the_servers_that_outlived_it() {
    let mut fleet = RunningFleet::start(&[]).await;
    let joined = fleet.join("alex").await;
    fleet.wait_for("running", is_running).await;
    fleet.kill().await;

    fleet.restart().await;
    let (servers, capacity) = (
        fleet.get("/api/servers").await,
        fleet.get("/api/capacity").await,
    );

    assert_eq!(servers["autoScaledServers"][0]["id"], joined["serverId"]);
    assert_eq!(capacity["activePlayers"], 1);
}

#[tokio::test]
async fn a_join_and_a_leave_are_in_the_next_answer() {
    let fleet = RunningFleet::start(&[]).await;
    for player in ["alex", "moss", "petra"] {
        let joined = fleet.join(player).await;
        let there = fleet.get("/api/servers").await;
        fleet.leave(&joined).await;
        let gone = fleet.get("/health").await;

        assert_eq!(there["activePlayers"], 1, "{there:#}");
        assert_eq!(gone["activePlayers"], 0, "{gone:#}");
    }
}

#[tokio::test]
async fn a_world_that_is_a_link_keeps_only_its_player_from_playing() {
    let fleet = RunningFleet::start(&[]).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let alex: PlayerId = "alex".parse().unwrap();
    let world = WorldName::of(&alex);
    symlink(
        elsewhere.path(),
        fleet.data().join("worlds").join(world.as_str()),
    )
    .unwrap();

    fleet.join("alex").await;
    fleet.wait_for("given up", <[Value]>::is_empty).await;
    let refused = fleet.join("alex").await;
    let other = fleet.join("moss").await;

    let sentence = "No server can be started at the moment";
    assert_eq!(refused, json!({"success": false, "error": sentence}));
    let listed = fleet.command("list --json").await;
    let cause = format!("cannot use the world {world}: it is a symbolic link");
    assert!(listed.contains(&cause), "{listed}");
    assert_eq!(other["success"], true, "{other}");
    assert_eq!(fleet.get("/health").await["status"], "healthy");
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_folder_of_worlds_that_is_gone_is_named() {
    let fleet = RunningFleet::start(&[]).await;
    fs::remove_dir(fleet.data().join("worlds")).unwrap();

    for player in ["alex", "moss"] {
        assert_eq!(fleet.join(player).await["success"], true);
        fleet.wait_for("given up", <[Value]>::is_empty).await;
    }
    let refused = fleet.join("petra").await;
    let health = fleet.get("/health").await;

    assert_eq!(health["reason"], "the engine refuses new servers");
    assert_eq!(refused["error"], "No server can be started at the moment");
    let listed = fleet.command("list").await;
    let warning = "\nWARNING: no new servers can be started: cannot make a world: ";
    assert!(listed.contains(warning), "{listed}");
    let logged = fleet.last_logged();
    let mut lines = logged.lines();
    let given_up = lines.find(|line| line.contains("is given up: cannot make a world: "));
    assert!(given_up.unwrap().contains("WARN"), "{logged}");
}

#[tokio::test]
async fn a_store_that_cannot_be_written_is_named() {
    let fleet = RunningFleet::start(&[]).await;
    assert_eq!(fleet.get("/readyz").await["status"], "healthy");

    fs::remove_file(fleet.data().join("fleet.db")).unwrap();
    let refused = fleet.join("alex").await;

    assert_eq!(refused["error"], "The fleet cannot write to its disk");
    let degraded = async {
        loop {
            let health = fleet.get("/health").await;
            if health["status"] == "degraded" {
                return health;
            }
            tokio::task::yield_now().await;
        }
    };
    let limit = std::time::Duration::from_secs(60);
    let health = tokio::time::timeout(limit, degraded).await.unwrap();
    let reason = "the store cannot be written";
    assert_eq!(health["reason"], reason);
    let listed = fleet.command("list").await;
    let warning = format!("\nWARNING: no new servers can be started: {reason}\n");
    assert!(listed.contains(&warning), "{listed}");
    let checked = fleet.command("check").await;
    let wrong = format!("but no new servers can be started: {reason}\n");
    assert!(checked.contains(&wrong), "{checked}");
}

/// A player joins a fleet whose servers end at once. `check` says so, and where their output is.
async fn check_that_servers_fail(command: &str, failure: &str) {
    let fleet = RunningFleet::start(&[("FLEET_COMMAND", command)]).await;
    assert!(fleet.command("check").await.contains("in use\n"));

    fleet.join("alex").await;
    let failed = async {
        loop {
            let checked = fleet.command("check").await;
            if checked.contains(failure) {
                return checked;
            }
        }
    };
    let limit = std::time::Duration::from_secs(60);
    let checked = tokio::time::timeout(limit, failed).await.unwrap();

    let output = fleet.data().join("output");
    let words = format!("what servers print is in {}\n", output.display());
    assert!(checked.contains(&words), "{checked}");
}

#[tokio::test]
async fn an_operator_learns_that_servers_crash_and_where_their_output_is() {
    check_that_servers_fail(
        "/bin/false --port={port}",
        "has crashed and is started again",
    )
    .await;
}

#[tokio::test]
async fn an_operator_learns_that_servers_exit_before_they_are_ready() {
    check_that_servers_fail("/bin/true --port={port}", "has exited before it was ready").await;
}
