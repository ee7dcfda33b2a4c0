//! The real programs `oxeye-fleet serve` and `oxeye-fleet worker`, with tiny servers.

#![cfg(target_os = "linux")]
#![allow(missing_docs, clippy::unwrap_used, reason = "a test")]

#[allow(dead_code, reason = "each test needs a part of it")]
#[path = "program/running.rs"]
mod running;

use std::time::Duration;

use running::{RunningFleet, free_port, spawn_worker};
use serde_json::Value;
use tokio::process::Child;
use tokio::time::timeout;

const LIMIT: Duration = Duration::from_secs(30);

/// Starts a worker for a fleet, in the same folder.
fn worker_of(fleet: &RunningFleet, first_port: &str) -> Child {
    let folder = fleet.data().parent().unwrap().to_owned();
    let settings = [
        ("FLEET_DATA", folder.join("worker").display().to_string()),
        ("FLEET_WORKER_LISTEN", "unix:worker.sock".to_owned()),
        ("SERVER_PORT_START", first_port.to_owned()),
    ];
    spawn_worker(&folder, settings)
}

async fn until_health_is(fleet: &RunningFleet, status: &str) {
    let reached = async {
        while fleet.get("/health").await["status"] != status {
            tokio::task::yield_now().await;
        }
    };
    let reached = timeout(LIMIT, reached).await;
    assert!(reached.is_ok(), "never {status}");
}

fn is_running(servers: &[Value]) -> bool {
    servers.iter().any(|server| server["state"] == "running")
}

#[tokio::test]
async fn the_worker_has_the_servers_and_may_come_and_go() {
    let port = free_port().to_string();
    let fleet = RunningFleet::start(&[
        ("FLEET_WORKERS", "unix:worker.sock"),
        ("SERVER_PORT_START", &port),
        ("INACTIVITY_SHUTDOWN", "1"),
        ("CLEANUP_DELETE", "0"),
        ("FLEET_HEARTBEAT_GRACE", "600"),
    ])
    .await;
    assert_eq!(fleet.join("alex").await["success"], false);

    let mut worker = worker_of(&fleet, &port);
    until_health_is(&fleet, "healthy").await;
    let joined = fleet.join("alex").await;
    assert_eq!(joined["success"], true, "{joined}");
    fleet.wait_for("running", is_running).await;
    worker.kill().await.unwrap();
    until_health_is(&fleet, "degraded").await;
    let kept = fleet.join("alex").await;
    assert_eq!(kept["serverId"], joined["serverId"], "{kept}");

    let _worker = worker_of(&fleet, &port);
    until_health_is(&fleet, "healthy").await;
    fleet.wait_for("still running", is_running).await;
    fleet.leave(&joined).await;
    fleet.leave(&kept).await;
    fleet.wait_for("gone", <[Value]>::is_empty).await;

    let worlds = fleet.data().parent().unwrap().join("worker/worlds");
    assert_eq!(std::fs::read_dir(worlds).unwrap().count(), 1);
    assert!(!fleet.data().join("worlds").exists());
}

#[tokio::test]
async fn a_folder_belongs_to_one_worker_whatever_its_engine() {
    let folder = tempfile::tempdir().unwrap();
    let account = folder.path();
    for (file, text) in [("token", "t"), ("namespace", "games")] {
        std::fs::write(account.join(file), text).unwrap();
    }
    let template = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../deploy/agones-gameserver.json"
    );
    let lock = std::fs::File::create(folder.path().join("engine.lock")).unwrap();
    lock.try_lock().unwrap();

    let worker = tokio::process::Command::new(env!("CARGO_BIN_EXE_oxeye-fleet"))
        .arg("worker")
        .current_dir(folder.path())
        .env("FLEET_DATA", ".")
        .env("FLEET_ENGINE", "agones")
        .env("FLEET_AGONES_API", "http://127.0.0.1:0")
        .env("FLEET_AGONES_ACCOUNT", account)
        .env("FLEET_AGONES_TEMPLATE", template)
        .kill_on_drop(true)
        .output();

    let output = timeout(LIMIT, worker).await.unwrap().unwrap();
    let printed = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(
        printed.contains("another oxeye-fleet uses the data folder"),
        "{printed}"
    );
}
