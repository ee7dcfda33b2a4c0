//! The real programs `oxeye-fleet serve` and `oxeye-fleet worker`, with tiny servers.

#![cfg(target_os = "linux")]
#![allow(missing_docs, clippy::unwrap_used, reason = "a test")]

#[allow(dead_code, reason = "each test needs a part of it")]
#[path = "program/running.rs"]
mod running;

use std::path::Path;
use std::time::Duration;

use running::{RunningFleet, free_port, spawn_worker};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixListener;
use tokio::process::Child;
use tokio::time::timeout;

const LIMIT: Duration = Duration::from_secs(60);

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

/// Runs `oxeye-fleet check` on the machine of a worker with the engine `docker`, and returns what it prints.
async fn check_of_docker(folder: &Path) -> String {
    let check = tokio::process::Command::new(env!("CARGO_BIN_EXE_oxeye-fleet"))
        .arg("check")
        .current_dir(folder)
        .env("FLEET_DATA", ".")
        .env("FLEET_LISTEN", "127.0.0.1:0")
        .env("FLEET_ENGINE", "docker")
        .env("FLEET_DOCKER_IMAGE", "game:1")
        .env("FLEET_DOCKER_SOCKET", "engine.sock")
        .env("LC_ALL", "C")
        .kill_on_drop(true)
        .output();
    let output = timeout(LIMIT, check).await.unwrap().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// A container engine that says how much memory its machine has, and perhaps has no image.
async fn an_engine(listener: UnixListener, bytes: u64, has_image: bool) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let (reader, mut writer) = stream.into_split();
        let mut lines = BufReader::new(reader).lines();
        let first = lines.next_line().await.unwrap().unwrap();
        while lines
            .next_line()
            .await
            .unwrap()
            .is_some_and(|line| !line.is_empty())
        {}
        let body = format!("{{\"MemTotal\": {bytes}}}");
        let status = match first.starts_with("GET /images/game%3A1/json ") && !has_image {
            true => "404 Not Found",
            false => "200 OK",
        };
        let head = "Content-Type: application/json\r\nContent-Length:";
        let answer = format!("HTTP/1.1 {status}\r\n{head} {}\r\n\r\n{body}", body.len());
        writer.write_all(answer.as_bytes()).await.unwrap();
    }
}

#[tokio::test]
async fn check_says_on_the_machine_of_a_worker_whether_the_worker_runs() {
    let folder = tempfile::tempdir().unwrap();
    let printed = check_of_docker(folder.path()).await;
    let wanted = "Worker  ok    not running; start it with `oxeye-fleet worker`\n";
    assert!(printed.contains(wanted), "{printed}");
    assert!(!printed.contains("oxeye-fleet serve"), "{printed}");

    let _worker = UnixListener::bind(folder.path().join("worker.sock")).unwrap();
    let printed = check_of_docker(folder.path()).await;
    let wanted = "Worker  ok    a worker listens at unix:./worker.sock\n";
    assert!(printed.contains(wanted), "{printed}");
}

#[tokio::test]
async fn check_says_if_the_machine_lacks_the_image_or_the_memory_for_one_server() {
    let folder = tempfile::tempdir().unwrap();
    let printed = check_of_docker(folder.path()).await;
    let missing =
        "Engine  WRONG no container engine answers at engine.sock (FLEET_DOCKER_SOCKET): ";
    assert!(printed.contains(missing), "{printed}");

    for (bytes, has_image, expected) in [
        (
            1 << 30,
            true,
            "Engine  WRONG this machine has 1024 MB, and each server may use 2048 MB: set FLEET_DOCKER_MEMORY_MB lower\n",
        ),
        (2 << 30, true, "Engine  ok    it answers at engine.sock\n"),
        (
            2 << 30,
            false,
            "Engine  WRONG the image game:1 is not on the machine of the container engine: pull it with `docker pull` or `podman pull`, or correct FLEET_DOCKER_IMAGE\n",
        ),
    ] {
        let socket = folder.path().join("engine.sock");
        let listener = UnixListener::bind(&socket).unwrap();
        let printed = tokio::select! {
            printed = check_of_docker(folder.path()) => printed,
            () = an_engine(listener, bytes, has_image) => String::new(),
        };
        std::fs::remove_file(&socket).unwrap();

        assert!(printed.contains(expected), "{printed}");
    }
}
