//! Kills the program while players play, and checks whether the next one knows all its servers.

use std::collections::BTreeSet;
use std::time::Duration;

use rand::Rng as _;
use tokio::time::sleep;

use crate::client::Client;
use crate::findings::Findings;
use crate::processes::{self, Marked};
use crate::program::Program;

/// Kills the program this many times, spread evenly over the progress of the players.
pub(crate) async fn kill(
    program: &mut Program,
    client: &Client,
    visits: u64,
    kills: u64,
    findings: &Findings,
) {
    for kill in 1..=kills {
        while findings.visits() < visits * kill / (kills + 1) {
            sleep(Duration::from_millis(20)).await;
        }
        let pause = rand::rng().random_range(0..400);
        sleep(Duration::from_millis(pause)).await;
        let fleet = program.fleet();
        program.kill();
        let outlived = leaders(&fleet);
        program.start();
        client.until_it_answers().await;
        compare(&outlived, &fleet, client, kill, findings).await;
    }
}

/// Compares what runs with what the program says.
async fn compare(
    outlived: &[Marked],
    fleet: &str,
    client: &Client,
    kill: u64,
    findings: &Findings,
) {
    let first = client.slots_soon().await;
    let running = leaders(fleet);
    let second = client.slots_soon().await;
    let still = leaders(fleet);
    let mut slots = BTreeSet::new();
    for process in &running {
        let is_known = second
            .iter()
            .any(|slot| slot.id.to_string() == process.slot);
        if !is_known && still.contains(process) {
            findings.problem(format!("kill {kill}: {} runs and is unknown", process.slot));
        }
        if !slots.insert(&process.slot) {
            findings.problem(format!("kill {kill}: {} runs twice", process.slot));
        }
    }
    let is_up = |state: &str| matches!(state, "running" | "idle");
    for slot in second.iter().filter(|slot| is_up(&slot.state)) {
        let id = slot.id.to_string();
        let was_up = first
            .iter()
            .any(|slot| slot.id.to_string() == id && is_up(&slot.state));
        if was_up && !slots.contains(&id) {
            findings.problem(format!("kill {kill}: {id} is said to run"));
        }
    }
    let adopted = outlived.iter().filter(|process| {
        let known = second
            .iter()
            .any(|slot| slot.id.to_string() == process.slot);
        known && running.contains(process)
    });
    findings.adoptions(adopted.count());
}

fn leaders(fleet: &str) -> Vec<Marked> {
    let marked = processes::marked(fleet).into_iter();
    marked.filter(|process| process.leads_its_group).collect()
}
