//! Ports of other programs, with the real program.

#![cfg(target_os = "linux")]
#![allow(missing_docs, clippy::unwrap_used, reason = "a test")]

#[allow(dead_code, reason = "each test needs a part of it")]
#[path = "program/running.rs"]
mod running;

use std::net::TcpListener;

use running::RunningFleet;
use serde_json::json;

#[tokio::test]
async fn no_player_is_sent_to_a_port_that_another_program_has() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = other.local_addr().unwrap().port();
    let fleet = RunningFleet::start(&[("SERVER_PORT_START", &taken.to_string())]).await;

    let joined = fleet.join("alex").await;

    let servers = fleet
        .wait_for("running", |servers| {
            servers.iter().any(|server| server["state"] == "running")
        })
        .await;
    let port = servers[0]["port"].as_u64().unwrap();
    assert_ne!(port, u64::from(taken));
    assert_eq!(
        joined["serverUrl"],
        json!(format!("http://localhost:{port}"))
    );
}

/// Takes this many consecutive ports, and returns the first.
fn ports_in_a_row(count: u16) -> (u16, Vec<TcpListener>) {
    loop {
        let first = TcpListener::bind("127.0.0.1:0").unwrap();
        let start = first.local_addr().unwrap().port();
        let Some(end) = start.checked_add(count) else {
            continue;
        };
        let others = (start + 1..end).map(|port| TcpListener::bind(("127.0.0.1", port)));
        if let Ok(others) = others.collect::<Result<Vec<_>, _>>() {
            return (start, std::iter::once(first).chain(others).collect());
        }
    }
}

#[tokio::test]
async fn a_port_that_another_program_has_left_is_used_by_the_next_join() {
    let (start, mut others) = ports_in_a_row(4);
    let settings = [
        ("MAX_SERVERS", "1"),
        ("SERVER_PORT_START", &start.to_string()),
    ];
    let fleet = RunningFleet::start(&settings).await;

    let refused = fleet.join("alex").await;
    let health = fleet.get("/health").await;
    let left = others.remove(2).local_addr().unwrap().port();
    let joined = fleet.join("alex").await;

    assert_eq!(refused["error"], "No port is free for a new server");
    assert_eq!(health["reason"], refused["error"]);
    assert_eq!(fleet.get("/health").await["status"], "healthy");
    assert_eq!(joined["serverUrl"], format!("http://localhost:{left}"));
}
