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
