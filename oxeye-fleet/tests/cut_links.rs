//! A fleet and its worker in two network namespaces, with a link between them that is cut and mended again and again
//! while people play. Needs root and `ip`, and takes some minutes:
//! `cargo test -p oxeye-fleet --test cut_links -- --ignored`

#![cfg(target_os = "linux")]
#![allow(missing_docs, clippy::unwrap_used, reason = "a test")]

#[path = "cut_links/machine.rs"]
mod machine;
#[allow(dead_code, reason = "each test needs a part of it")]
#[path = "program/running.rs"]
mod running;

use std::collections::BTreeMap;
use std::time::Duration;

use machine::Machine;
use running::RunningFleet;
use serde_json::{Value, json};
use tokio::time::{Instant, interval, sleep, timeout};

/// How often the link is cut.
const CUTS: usize = 20;

/// People who play all the time.
const PLAYERS: usize = 5;

/// Longer than the fleet needs to find its worker again.
const LIMIT: Duration = Duration::from_secs(60);

/// Cuts that a connection survives, and cuts that are taken for its end.
const LENGTHS: [Duration; 2] = [Duration::from_secs(3), Duration::from_secs(18)];

/// Sends the heartbeats of everyone who plays, and notices whose session is over.
async fn play(fleet: &RunningFleet, sessions: &[Value]) {
    let mut beats = interval(Duration::from_secs(1));
    loop {
        beats.tick().await;
        for session in sessions {
            let beat = json!({ "sessionId": session["sessionId"] });
            let answer = fleet.post("/api/player/heartbeat", &beat).await;
            assert_eq!(answer["success"], true, "{session}: {answer}");
        }
    }
}

async fn until_health_is(fleet: &RunningFleet, status: &str) {
    let reached = async {
        while fleet.get("/health").await["status"] != status {
            sleep(Duration::from_millis(50)).await;
        }
    };
    let reached = timeout(LIMIT, reached).await;
    assert!(reached.is_ok(), "never {status}");
}

/// Returns each player's server, as the fleet sees it. Nobody may have two.
async fn servers(fleet: &RunningFleet) -> BTreeMap<String, String> {
    let all = fleet.get("/api/servers").await["autoScaledServers"].clone();
    let mut found = BTreeMap::new();
    for server in all.as_array().unwrap() {
        for player in server["players"].as_array().unwrap() {
            let player = player["playerId"].as_str().unwrap().to_owned();
            let earlier = found.insert(player, server["id"].as_str().unwrap().to_owned());
            assert_eq!(earlier, None, "{all}");
        }
    }
    found
}

async fn join(fleet: &RunningFleet, player: &str) -> Value {
    let joined = fleet.join(player).await;
    assert_eq!(joined["success"], true, "{joined}");
    joined
}

#[tokio::test]
#[ignore = "needs root, and takes some minutes"]
async fn nobody_loses_a_server_while_the_link_to_the_worker_is_cut() {
    let machine = Machine::start();
    let workers = machine.place();
    let fleet = RunningFleet::start(&[
        ("FLEET_WORKERS", &workers),
        ("FLEET_WORKER_SECRET", machine::SECRET),
        ("SERVER_PORT_START", machine::FIRST_PORT),
        ("CLEANUP_DELETE", "0"),
        ("INACTIVITY_SHUTDOWN", "3"),
    ])
    .await;
    until_health_is(&fleet, "healthy").await;
    let mut sessions = Vec::new();
    for player in 0..PLAYERS {
        sessions.push(join(&fleet, &format!("player{player}")).await);
    }
    fleet
        .wait_for("running", |all| {
            all.len() == PLAYERS && all.iter().all(|server| server["state"] == "running")
        })
        .await;
    let (known, processes) = (servers(&fleet).await, machine.servers());
    assert_eq!(processes.len(), PLAYERS);

    for cut in 1..=CUTS {
        let length = LENGTHS[cut % LENGTHS.len()];
        let visitor = join(&fleet, "visitor").await;
        let start = Instant::now();
        let cutting = async {
            machine.cut();
            fleet.leave(&visitor).await;
            sleep(length).await;
            machine.mend();
            until_health_is(&fleet, "healthy").await;
        };
        tokio::select! {
            () = cutting => {}
            () = play(&fleet, &sessions) => {}
        }
        println!(
            "cut {cut} of {length:?}: healthy {:?} after it",
            start.elapsed() - length
        );

        let mut now = servers(&fleet).await;
        now.remove("visitor");
        assert_eq!(now, known, "cut {cut}");
        let mut running = machine.servers();
        running.remove("visitor");
        assert_eq!(running, processes, "a server was started again, cut {cut}");
        tokio::select! {
            () = async {
                fleet.wait_for("without the visitor", |all| all.len() == PLAYERS).await;
            } => {}
            () = play(&fleet, &sessions) => {}
        }
    }

    for session in &sessions {
        fleet.leave(session).await;
    }
    fleet.wait_for("gone", <[Value]>::is_empty).await;
    assert_eq!(machine.servers(), BTreeMap::new());
}
