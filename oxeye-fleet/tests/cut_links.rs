//! A fleet with two workers, each in a network namespace of its own, with links that are cut and mended again and
//! again while people play. Needs root and `ip`:
//!
//! ```sh
//! cargo test -p oxeye-fleet --test cut_links -- --nocapture               # each link once, about 40 s
//! OXEYE_CUTS=20 cargo test -p oxeye-fleet --test cut_links -- --nocapture # about 5 minutes
//! ```

#![cfg(target_os = "linux")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test"
)]

#[path = "cut_links/machine.rs"]
mod machine;
#[allow(dead_code, reason = "each test needs a part of it")]
#[path = "program/running.rs"]
mod running;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use machine::Machine;
use running::RunningFleet;
use serde_json::{Value, json};
use tokio::time::{Instant, interval, sleep, timeout};

/// How often a link is cut if nobody says otherwise: each once.
const CUTS: usize = 2;

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

/// Waits until the fleet reaches both of its workers.
async fn until_nobody_is_away(fleet: &RunningFleet) {
    let reached = async {
        loop {
            let status = fleet.command("list --json").await;
            let status: Value = serde_json::from_str(&status).unwrap();
            let workers = status["workers"].as_array().unwrap();
            if workers.len() == 2 && workers.iter().all(|worker| worker["is_away"] == false) {
                return;
            }
            sleep(Duration::from_millis(100)).await;
        }
    };
    let reached = timeout(LIMIT, reached).await;
    assert!(reached.is_ok(), "a worker is never reached");
}

/// Returns the process of each player's server. Nobody may have two, not even on two machines.
fn processes(machines: &[Machine]) -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    for (player, process) in machines.iter().flat_map(Machine::servers) {
        let earlier = found.insert(player.clone(), process);
        assert_eq!(earlier, None, "{player} has two servers");
    }
    found
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

/// Starts a fleet, and waits until it reaches the workers of both machines.
async fn fleet_of(machines: &[Machine; 2]) -> RunningFleet {
    let [home, attic] = [machines[0].place(), machines[1].place()];
    let workers = format!("home={home},attic={attic}");
    let fleet = RunningFleet::start(&[
        ("FLEET_WORKERS", &workers),
        ("FLEET_WORKER_SECRET", machine::SECRET),
        ("SERVER_PORT_START", machine::FIRST_PORT),
        ("CLEANUP_DELETE", "0"),
        ("INACTIVITY_SHUTDOWN", "3"),
    ])
    .await;
    until_nobody_is_away(&fleet).await;
    fleet
}

#[tokio::test]
async fn nobody_loses_a_server_while_links_to_workers_are_cut() {
    if !machine::can_run() {
        return;
    }
    let cuts = std::env::var("OXEYE_CUTS").map_or(CUTS, |cuts| cuts.parse().unwrap());
    let machines = [Machine::start(0), Machine::start(1)];
    let fleet = fleet_of(&machines).await;
    let mut sessions = Vec::new();
    for player in 0..PLAYERS {
        sessions.push(join(&fleet, &format!("player{player}")).await);
    }
    fleet
        .wait_for("running", |all| {
            all.len() == PLAYERS && all.iter().all(|server| server["state"] == "running")
        })
        .await;
    let (known, playing) = (servers(&fleet).await, processes(&machines));
    assert_eq!(playing.len(), PLAYERS);
    assert!(
        machines.iter().all(|machine| !machine.servers().is_empty()),
        "one machine has nobody"
    );

    for cut in 1..=cuts {
        // Each machine has cuts of both lengths.
        let (machine, length) = (&machines[cut % 2], LENGTHS[cut / 2 % LENGTHS.len()]);
        let visitor = join(&fleet, "visitor").await;
        let start = Instant::now();
        let cutting = async {
            machine.cut();
            fleet.leave(&visitor).await;
            sleep(length).await;
            machine.mend();
            until_nobody_is_away(&fleet).await;
        };
        tokio::select! {
            () = cutting => {}
            () = play(&fleet, &sessions) => {}
        }
        println!(
            "cut {cut} of {length:?}: both workers are reached {:.1} s after it",
            (start.elapsed() - length).as_secs_f64()
        );

        let mut now = servers(&fleet).await;
        now.remove("visitor");
        assert_eq!(now, known, "cut {cut}");
        let mut running = processes(&machines);
        running.remove("visitor");
        assert_eq!(running, playing, "a server was started again, cut {cut}");
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
    assert_eq!(processes(&machines), BTreeMap::new());
}
