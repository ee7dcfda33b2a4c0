//! Players come and go on a real podman, while the fleet, its worker and podman's service are killed and
//! started again. Counts what is adopted, left over and kept, and says how long players waited:
//!
//! ```sh
//! cargo test -p oxeye-fleet --test churn -- --nocapture                        # 36 players
//! OXEYE_CHURN=200 cargo test -p oxeye-fleet --test churn -- --nocapture
//! OXEYE_CHURN=2000 OXEYE_CHURN_KILLS=75 cargo test -p oxeye-fleet --test churn -- --nocapture
//! ```
//!
//! With `OXEYE_CHURN_STRICT=1`, those who come one after another have to be answered within 20 ms and to have their
//! server within 1 s, each in the median. Without it, the machine may be a busy one.

#![cfg(target_os = "linux")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test"
)]

#[path = "churn/engine.rs"]
mod engine;
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
#[path = "churn/site.rs"]
mod site;
#[path = "churn/strangers.rs"]
mod strangers;

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::Value;
use site::Site;

/// How many players come if nobody says otherwise.
const PLAYERS: usize = 36;

/// How many of them play at the same time.
const AT_ONCE: usize = 6;

/// How long players try, at most, until they have a server that runs.
const LIMIT: Duration = Duration::from_secs(120);

/// A tenth of them come one after another, before anything is killed, and at least so many.
const CALM: usize = 9;

/// The longest median of how long they wait, while nothing else happens: until the answer, and until their server runs.
const WANTED: [Duration; 2] = [Duration::from_millis(20), Duration::from_secs(1)];

/// The same on a machine that does much else at the same time.
const ON_A_BUSY_MACHINE: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(15)];

/// How often something is killed if nobody says otherwise.
const KILLS: usize = 6;

/// What is killed, in turn, each time when an equal part of the players has come.
const KILLED: [Killed; 6] = [
    Killed::Worker,
    Killed::Engine,
    Killed::Fleet,
    Killed::Engine,
    Killed::Worker,
    Killed::Everything,
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Killed {
    Fleet,
    Worker,
    Engine,
    Everything,
}

/// How long a player waited.
#[derive(Debug, Clone, Copy)]
struct Waited {
    answer: Duration,
    running: Duration,
    /// How often they joined.
    attempts: usize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_are_adopted_and_worlds_kept_whatever_is_killed() {
    if !podman::can_run() {
        return;
    }
    let players = number("OXEYE_CHURN").unwrap_or(PLAYERS);
    let kills = number("OXEYE_CHURN_KILLS").unwrap_or(KILLS);
    let began = Instant::now();
    let site = Arc::new(Site::start(AT_ONCE + 2).await);
    let resident = site.join("resident").await;
    assert!(site.becomes_ready(&resident, "resident").await);
    let started = site.started_at(&resident);
    let beating = tokio::spawn(Arc::clone(&site).keep_alive(resident.clone()));

    let names: Vec<_> = (0..players)
        .map(|number| format!("player{number}"))
        .collect();
    let (calm, others) = names.split_at((players / 10).max(CALM).min(players));
    let calm = play(&site, calm.iter().map(String::as_str)).await;
    let part = others.len().div_ceil(kills);
    let mut waited = Vec::new();
    for (names, killed) in others.chunks(part).zip(KILLED.iter().cycle()) {
        let groups = (0..AT_ONCE).map(|group| {
            let names = names.iter().skip(group).step_by(AT_ONCE);
            play(&site, names.map(String::as_str))
        });
        let (played, ()) = tokio::join!(join_all(groups), kill(&site, *killed));
        waited.extend(played.into_iter().flatten());
    }

    site.until_only("resident").await;
    assert_eq!(site.containers(), 1, "something was left over");
    assert_eq!(site.started_at(&resident), started, "not adopted");
    assert_eq!(site.visits("resident"), 1);
    assert_eq!(site.worlds(), players + 1);
    site.check_strangers();
    for name in &names {
        assert!(site.visits(name) >= 1, "{name} has lost their world");
    }
    beating.abort();
    let seconds = began.elapsed().as_secs_f64();
    println!("{players} players in {seconds:.0} s; nothing left over, every world kept");
    print("one after another", &calm);
    print("beside kills", &waited);
    assert_was_fast(&calm);
}

/// Checks that those who came one after another have not waited for long.
#[track_caller]
fn assert_was_fast(calm: &[Waited]) {
    let [answer, running] = match std::env::var_os("OXEYE_CHURN_STRICT") {
        Some(_) => WANTED,
        None => ON_A_BUSY_MACHINE,
    };
    let answers = median(calm.iter().map(|waited| waited.answer));
    assert!(answers < answer, "answered after {answers:?}");
    let starts = median(calm.iter().map(|waited| waited.running));
    assert!(starts < running, "running after {starts:?}");
}

fn median(times: impl Iterator<Item = Duration>) -> Duration {
    let mut times: Vec<_> = times.collect();
    times.sort();
    times[(times.len() - 1) / 2]
}

fn number(name: &str) -> Option<usize> {
    std::env::var(name)
        .ok()
        .map(|number| number.parse().unwrap())
}

/// Lets players come, play and leave, one after another.
async fn play<'a>(site: &Site, names: impl Iterator<Item = &'a str>) -> Vec<Waited> {
    let mut waited = Vec::new();
    for name in names {
        let began = Instant::now();
        let (mut joined, answer) = site.join_in_time(name).await;
        let mut attempts = 1;
        // A server whose start was broken off may be given up. Then the player comes again.
        while !site.becomes_ready(&joined, name).await {
            joined = site.join(name).await;
            attempts += 1;
        }
        waited.push(Waited {
            answer,
            running: began.elapsed(),
            attempts,
        });
        site.leave(&joined).await;
    }
    waited
}

/// Kills something while servers are being started, and starts it again.
async fn kill(site: &Site, killed: Killed) {
    site.until_one_starts().await;
    if matches!(killed, Killed::Engine | Killed::Everything) {
        site.podman.kill_service();
    }
    if matches!(killed, Killed::Worker | Killed::Everything) {
        site.restart_worker().await;
    }
    if matches!(killed, Killed::Fleet | Killed::Everything) {
        site.restart_fleet().await;
    }
    if matches!(killed, Killed::Engine | Killed::Everything) {
        site.podman.start_service();
    }
    println!("killed and started again: {killed:?}");
}

fn print(when: &str, waited: &[Waited]) {
    let again = waited.iter().filter(|waited| waited.attempts > 1).count();
    println!(
        "\n{} players {when}, of whom {again} had to join again\n",
        waited.len()
    );
    println!("| ms | median | 90 % | longest |");
    println!("|---|---|---|---|");
    row("join to answer", waited.iter().map(|waited| waited.answer));
    row(
        "join to running",
        waited.iter().map(|waited| waited.running),
    );
}

fn row(what: &str, times: impl Iterator<Item = Duration>) {
    let mut times: Vec<_> = times.map(|time| time.as_secs_f64() * 1e3).collect();
    times.sort_by(f64::total_cmp);
    let at = |percent: usize| times[(times.len() - 1) * percent / 100];
    println!(
        "| {what} | {:.1} | {:.1} | {:.1} |",
        at(50),
        at(90),
        at(100)
    );
}

/// Returns whether a server is that of a player and answers.
fn is_running(server: &Value, player: &str) -> bool {
    server["status"] == "running" && is_of(server, player)
}

fn is_of(server: &Value, player: &str) -> bool {
    let players = server["players"].as_array();
    players.is_some_and(|players| players.iter().any(|one| one["playerId"] == player))
}
