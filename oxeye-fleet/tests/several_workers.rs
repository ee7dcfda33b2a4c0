//! One `oxeye-fleet serve` with two `oxeye-fleet worker`s on one machine, with tiny servers.

#![cfg(target_os = "linux")]
#![allow(missing_docs, clippy::unwrap_used, reason = "a test")]

#[allow(dead_code, reason = "each test needs a part of it")]
#[path = "program/running.rs"]
mod running;

use std::collections::BTreeMap;
use std::time::Duration;

use oxeye_fleet::ids::{PlayerId, WorldName};
use running::{RunningFleet, free_port, spawn_worker};
use serde_json::Value;
use tokio::process::Child;
use tokio::time::timeout;

const LIMIT: Duration = Duration::from_secs(60);
const WORKERS: [&str; 2] = ["attic", "home"];

fn worker_of(fleet: &RunningFleet, name: &str, first_port: &str) -> Child {
    worker_with(fleet, name, first_port, "discard")
}

fn worker_with(fleet: &RunningFleet, name: &str, first_port: &str, worlds: &str) -> Child {
    let further = [("FLEET_WORLDS", worlds)];
    worker_having(fleet, name, first_port, &further)
}

fn worker_having(
    fleet: &RunningFleet,
    name: &str,
    first_port: &str,
    further: &[(&'static str, &str)],
) -> Child {
    let folder = fleet.data().parent().unwrap().to_owned();
    let mut settings = vec![
        ("FLEET_DATA", folder.join(name).display().to_string()),
        ("FLEET_WORKER_LISTEN", format!("unix:{name}.sock")),
        ("SERVER_PORT_START", first_port.to_owned()),
    ];
    let further = further.iter();
    settings.extend(further.map(|(name, value)| (*name, (*value).to_owned())));
    spawn_worker(&folder, settings)
}

/// Waits until operators see the fleet like this.
async fn until(fleet: &RunningFleet, what: &str, is_true: impl Fn(&Value) -> bool) -> Value {
    let reached = async {
        loop {
            let status = serde_json::from_str(&fleet.command("list --json").await).unwrap();
            if is_true(&status) {
                return status;
            }
            tokio::task::yield_now().await;
        }
    };
    let reached = timeout(LIMIT, reached).await;
    reached.unwrap_or_else(|_| panic!("never: {what}"))
}

fn list<'a>(status: &'a Value, of: &str) -> &'a [Value] {
    status[of].as_array().unwrap()
}

fn are_running(status: &Value, count: usize) -> bool {
    let slots = list(status, "slots");
    slots.len() == count && slots.iter().all(|slot| slot["state"] == "running")
}

fn has(status: &Value, flag: &str, count: usize) -> bool {
    let workers = list(status, "workers").iter();
    workers.filter(|worker| worker[flag] == true).count() == count
}

/// The worker of each player's server. No player has two.
fn places(status: &Value) -> BTreeMap<String, String> {
    let mut places = BTreeMap::new();
    for slot in list(status, "slots") {
        for player in list(slot, "players") {
            let (player, worker) = (player.as_str().unwrap(), slot["worker"].as_str().unwrap());
            let before = places.insert(player.to_owned(), worker.to_owned());
            assert_eq!(before, None, "{player} has two servers: {status}");
        }
    }
    places
}

#[tokio::test]
async fn a_worker_that_is_killed_and_comes_back_costs_nobody_their_server() {
    let port = free_port().to_string();
    let fleet = RunningFleet::start(&[
        (
            "FLEET_WORKERS",
            "attic=unix:attic.sock, home=unix:home.sock",
        ),
        ("FLEET_WORKER_LOST_AFTER", "10"),
        ("FLEET_WORLDS", "discard"),
        ("FLEET_HEARTBEAT_GRACE", "600"),
        ("SERVER_PORT_START", &port),
    ])
    .await;
    let [mut attic, _home] = WORKERS.map(|name| worker_of(&fleet, name, &port));
    until(&fleet, "both workers are there", |status| {
        list(status, "workers").len() == 2 && has(status, "is_away", 0)
    })
    .await;
    for player in ["alex", "bea", "cem", "dan"] {
        assert_eq!(fleet.join(player).await["success"], true);
    }
    let before = until(&fleet, "all run", |status| are_running(status, 4)).await;
    let before = places(&before);
    assert_eq!(
        before.values().filter(|worker| *worker == "attic").count(),
        2
    );

    // It is away for a moment: nobody notices.
    attic.kill().await.unwrap();
    until(&fleet, "it is away", |status| has(status, "is_away", 1)).await;
    let mut attic = worker_of(&fleet, "attic", &port);
    let after = until(&fleet, "it is back", |status| has(status, "is_away", 0)).await;
    assert!(are_running(&after, 4), "{after}");
    assert_eq!(places(&after), before);

    // It is lost: whoever joins again gets a server elsewhere, and the others wait.
    attic.kill().await.unwrap();
    until(&fleet, "it is lost", |status| has(status, "is_lost", 1)).await;
    let moved = before
        .iter()
        .find(|(_, worker)| *worker == "attic")
        .unwrap();
    assert_eq!(fleet.join(moved.0).await["success"], true);
    let after = until(&fleet, "all run", |status| are_running(status, 4)).await;
    let mut expected = before.clone();
    expected.insert(moved.0.clone(), "home".to_owned());
    assert_eq!(places(&after), expected);

    // It comes back with a server that nobody knows any more, which is stopped and removed.
    let _attic = worker_of(&fleet, "attic", &port);
    until(&fleet, "it is back", |status| has(status, "is_away", 0)).await;
    let after = until(&fleet, "the old one is gone", |status| {
        are_running(status, 4)
    })
    .await;
    assert_eq!(places(&after), expected);
    let slots = fleet.data().parent().unwrap().join("attic/slots");
    let gone = async {
        while std::fs::read_dir(&slots).unwrap().count() > 1 {
            tokio::task::yield_now().await;
        }
    };
    assert!(timeout(LIMIT, gone).await.is_ok(), "its folder stays");
}

#[tokio::test]
async fn players_find_the_worlds_that_lay_on_a_worker_before_it_was_one_of_several() {
    let port = free_port().to_string();
    let fleet = RunningFleet::start(&[
        (
            "FLEET_WORKERS",
            "attic=unix:attic.sock, home=unix:home.sock",
        ),
        ("FLEET_HEARTBEAT_GRACE", "600"),
        ("SERVER_PORT_START", &port),
    ])
    .await;
    let players = ["alex", "bea", "cem"];
    for player in players {
        let id: PlayerId = player.parse().unwrap();
        let world = WorldName::of(&id).to_string();
        let worlds = fleet.data().parent().unwrap().join("home/worlds");
        std::fs::create_dir_all(worlds.join(world)).unwrap();
    }

    // Of the two workers, `attic` has more room.
    let _attic = worker_with(&fleet, "attic", &port, "keep");
    until(&fleet, "one worker is there", |status| {
        has(status, "is_away", 1)
    })
    .await;
    assert_ne!(fleet.join("alex").await["success"], true);
    let _home = worker_with(&fleet, "home", &port, "keep");
    until(&fleet, "both workers are there", |status| {
        has(status, "is_away", 0)
    })
    .await;
    for player in players {
        let joined = async {
            // The worlds are known a moment after the worker.
            while fleet.join(player).await["success"] != true {
                tokio::task::yield_now().await;
            }
        };
        timeout(LIMIT, joined).await.unwrap();
    }
    assert_eq!(fleet.join("dan").await["success"], true);

    let status = until(&fleet, "all run", |status| are_running(status, 4)).await;
    let places = places(&status);
    for player in players {
        assert_eq!(places[player], "home", "{status}");
    }
    assert_eq!(places["dan"], "attic", "{status}");
    let worlds: Value = serde_json::from_str(&fleet.command("worlds list --json").await).unwrap();
    let workers: Vec<_> = worlds.as_array().unwrap().iter().collect();
    let workers: Vec<_> = workers.iter().map(|world| &world["worker"]).collect();
    assert_eq!(workers, ["home", "home", "home", "attic"], "{worlds}");
}

#[tokio::test]
async fn players_find_their_worlds_after_their_fleet_has_got_workers_of_other_names() {
    let port = free_port().to_string();
    let mut fleet = RunningFleet::start(&[
        ("INACTIVITY_SHUTDOWN", "1"),
        ("CLEANUP_DELETE", "0"),
        ("FLEET_HEARTBEAT_GRACE", "600"),
        ("SERVER_PORT_START", &port),
    ])
    .await;
    let joined = fleet.join("alex").await;
    until(&fleet, "it runs", |status| are_running(status, 1)).await;
    fleet.leave(&joined).await;
    fleet.wait_for("gone", <[Value]>::is_empty).await;
    fleet.kill().await;
    let home = fleet.data().parent().unwrap().join("home");
    std::fs::create_dir(&home).unwrap();
    for moved in ["slots", "worlds", "output", "fleet-id"] {
        std::fs::rename(fleet.data().join(moved), home.join(moved)).unwrap();
    }

    let workers = "attic=unix:attic.sock, home=unix:home.sock";
    fleet.restart_with(&[("FLEET_WORKERS", workers)]).await;
    let _attic = worker_with(&fleet, "attic", &port, "keep");
    until(&fleet, "one worker is there", |status| {
        has(status, "is_away", 1)
    })
    .await;
    assert_ne!(fleet.join("alex").await["success"], true);
    let wrong = "1 world is bound to the worker local, which FLEET_WORKERS does not name";
    let checked = fleet.command("check").await;
    assert!(checked.contains(wrong), "{checked}");
    let logged = fleet.last_logged();
    assert!(
        logged.contains("FLEET_WORKERS does not name the worker local"),
        "{logged}"
    );

    let _home = worker_with(&fleet, "home", &port, "keep");
    let joined = async {
        while fleet.join("alex").await["success"] != true {
            tokio::task::yield_now().await;
        }
    };
    timeout(LIMIT, joined).await.unwrap();
    let status = until(&fleet, "it runs", |status| are_running(status, 1)).await;
    assert_eq!(places(&status)["alex"], "home", "{status}");
    let checked = fleet.command("check").await;
    assert!(!checked.contains("local"), "{checked}");
}

#[tokio::test]
async fn a_world_whose_servers_never_become_ready_is_bound_to_another_worker() {
    let port = free_port().to_string();
    let fleet = RunningFleet::start(&[
        (
            "FLEET_WORKERS",
            "attic=unix:attic.sock, home=unix:home.sock",
        ),
        ("FLEET_START_TIMEOUT", "5"),
        ("FLEET_HEARTBEAT_GRACE", "600"),
        ("SERVER_PORT_START", &port),
    ])
    .await;
    let mute = [("FLEET_COMMAND", "sh -c 'exec sleep 600' {port}")];
    let _attic = worker_having(&fleet, "attic", &port, &mute);
    let _home = worker_with(&fleet, "home", &port, "keep");
    until(&fleet, "both are there", |status| has(status, "is_away", 0)).await;
    let world = WorldName::of(&"alex".parse::<PlayerId>().unwrap());
    // Until it becomes known that `home` does not have it, nobody gets it.
    let joined = async {
        while fleet.join("alex").await["success"] != true {
            tokio::task::yield_now().await;
        }
    };
    timeout(LIMIT, joined).await.unwrap();
    let is_gone = |status: &Value| list(status, "slots").is_empty();
    let status = until(&fleet, "it is given up", is_gone).await;
    let news = status["news"].to_string();
    assert!(news.contains("did not become ready in time"), "{status}");

    let bound = fleet.command(&format!("worlds bind {world} home")).await;

    assert!(bound.contains("is now bound to the worker home"), "{bound}");
    assert_eq!(fleet.join("alex").await["success"], true);
    let status = until(&fleet, "it runs", |status| are_running(status, 1)).await;
    assert_eq!(places(&status)["alex"], "home", "{status}");
}

/// Waits until `check` says this, and returns everything that it says.
async fn until_check_says(fleet: &RunningFleet, words: &str) -> String {
    let mut checked = String::new();
    let said = async {
        while !checked.contains(words) {
            checked = fleet.command("check").await;
        }
    };
    let said = timeout(LIMIT, said).await;
    assert!(said.is_ok(), "never {words:?}: {checked}");
    checked
}

#[tokio::test]
async fn check_names_the_workers_that_are_missing_and_why() {
    let [ours, theirs] = ["the-secret-of-home", "somebody-elses-secret"];
    let port = free_port().to_string();
    let secrets = format!("home={ours},attic={ours}-too");
    let mut fleet = RunningFleet::start(&[
        (
            "FLEET_WORKERS",
            "attic=unix:attic.sock, home=unix:home.sock",
        ),
        ("FLEET_WORKER_SECRETS", &secrets),
        ("SERVER_PORT_START", &port),
    ])
    .await;
    let having = |secret| [("FLEET_WORKER_SECRET", secret)];
    // None of them has said what it has: nothing is known of any server.
    let mut attic = worker_having(&fleet, "attic", &port, &having(theirs));
    let wrong = "the worker attic cannot be used: it answered: the secret is wrong (FLEET_WORKER_SECRET, or FLEET_WORKER_SECRETS at the fleet)";
    until_check_says(&fleet, wrong).await;

    let _home = worker_having(&fleet, "home", &port, &having(ours));
    let away = "the worker attic cannot be reached, and its servers wait: it answered: the secret is wrong (FLEET_WORKER_SECRET, or FLEET_WORKER_SECRETS at the fleet)";
    let checked = until_check_says(&fleet, away).await;
    assert!(
        checked.contains("\nWorker  ok    a worker listens at unix:home.sock\n"),
        "{checked}"
    );
    let failure = fleet.failure("check").await;
    assert_eq!(failure, "oxeye-fleet: 1 thing is wrong\n");
    let status = fleet.command("list --json").await;
    assert!(
        status.contains("it answered: the secret is wrong"),
        "{status}"
    );
    for said in [&checked, &status, &fleet.last_logged()] {
        assert!(!said.contains(ours) && !said.contains(theirs), "{said}");
    }

    attic.kill().await.unwrap();
    let _attic = worker_having(&fleet, "attic", &port, &having(&format!("{ours}-too")));
    until(&fleet, "both are there", |status| has(status, "is_away", 0)).await;
    fleet.command("drain attic").await;
    let drained =
        "the worker attic is drained: it gets no new servers until `oxeye-fleet drain attic --off`";
    until_check_says(&fleet, drained).await;

    fleet.kill().await;
    fleet.restart().await;
    until(&fleet, "both are there", |status| has(status, "is_away", 0)).await;
    let logged = fleet.last_logged();
    assert!(
        logged.contains("the worker attic is drained: it gets no new servers"),
        "{logged}"
    );
    fleet.command("drain attic --off").await;
    let checked = until_check_says(&fleet, "a worker listens at unix:attic.sock").await;
    assert!(!checked.contains("WRONG"), "{checked}");
}
