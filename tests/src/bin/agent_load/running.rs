//! What a running agent costs: how soon the backend knows of a join, how much memory the agent
//! uses, and how much processor time at 100 joins a minute.
//!
//! Required: each join known within a second, less than 15 MB of memory, and less than half a
//! percent of one core. The agent runs with default settings beside a server that offers only its
//! log.

use std::time::Duration;

use anyhow::{Result, ensure};
use oxeye_tests::agent::{Agent, AgentSetup};
use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::load::Latencies;
use oxeye_tests::minecraft::Minecraft;
use rand::Rng as _;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use crate::unless;
use oxeye_tests::process::{Memory, megabytes, memory, processor_time};

/// The server's name at the backend.
const SERVER: &str = "survival";

/// Number of joins that are timed.
const TIMED_JOINS: usize = 200;

/// Number of players who are on when memory is measured.
const PLAYERS: usize = 100;

/// The interval at 100 joins a minute.
const JOIN_EVERY: Duration = Duration::from_millis(600);

/// How often we ask the backend whether it knows of a join.
const ASK_EVERY: Duration = Duration::from_millis(2);

/// The time after which an unknown join counts as lost.
const LOST_AFTER: Duration = Duration::from_secs(20);

pub(crate) async fn print(seconds: u64) -> Result<Vec<String>> {
    let oxeye = Setup::unlimited().start().await;
    let mut minecraft = Minecraft::started();
    let setup = AgentSetup::beside(&minecraft)
        .without("HEARTBEAT_SECS")
        .without("TIME_ZONE");
    setup.connect(&oxeye, SERVER).await;
    let agent = setup.start();
    oxeye.becomes(SERVER, "online").await;
    let mut missed = Vec::new();

    println!("| moment | resident memory | anonymous | peak |");
    println!("|---|---|---|---|");
    missed.extend(print_memory("started", &agent)?);
    let mut latencies = Latencies::default();
    let mut players: Vec<String> = Vec::new();
    for number in 0..TIMED_JOINS {
        if players.len() == PLAYERS {
            minecraft.leaves(&players.remove(0));
        }
        let player = format!("Player_{number:03}");
        latencies.push(time_to_be_known(&oxeye, &mut minecraft, &player).await?);
        players.push(player);
        if players.len() == PLAYERS && number < PLAYERS {
            missed.extend(print_memory("100 players are on", &agent)?);
        }
    }
    let busy = busy_share(&agent, &mut minecraft, &mut players, seconds).await?;
    missed.extend(print_memory("after all the rest", &agent)?);

    println!("\n| joins | known at the backend after: p50 | p99 | longest |");
    println!("|---|---|---|---|");
    let (p50, p99) = (latencies.quantile(500), latencies.quantile(990));
    let longest = latencies.max();
    println!("| {TIMED_JOINS} | {p50:.0?} | {p99:.0?} | {longest:.0?} |");
    println!("\n| joins a minute | players on | seconds | share of one core |");
    println!("|---|---|---|---|");
    println!("| 100 | {PLAYERS} | {seconds} | {:.2} % |", busy * 100.0);
    missed.extend(unless(
        longest < Duration::from_secs(1),
        "a join within 1 s",
    ));
    missed.extend(unless(busy < 0.005, "0.5 % of a core"));
    Ok(missed)
}

/// Returns the time from the line in the log to the name in the backend's answer.
async fn time_to_be_known(
    oxeye: &Oxeye,
    minecraft: &mut Minecraft,
    player: &str,
) -> Result<Duration> {
    // The agent polls the log at fixed times; our joins must not happen in step with them.
    let pause = rand::rng().random_range(0..400);
    sleep(Duration::from_millis(pause)).await;
    let begin = Instant::now();
    minecraft.joins(player);
    loop {
        let online = oxeye.online(SERVER).await;
        if online.iter().any(|name| name == player) {
            return Ok(begin.elapsed());
        }
        ensure!(
            begin.elapsed() < LOST_AFTER,
            "{player} was never shown online"
        );
        sleep(ASK_EVERY).await;
    }
}

/// Returns the share of one core that the agent uses while players come, go and chat.
async fn busy_share(
    agent: &Agent,
    minecraft: &mut Minecraft,
    players: &mut Vec<String>,
    seconds: u64,
) -> Result<f64> {
    let mut joins = interval(JOIN_EVERY);
    joins.set_missed_tick_behavior(MissedTickBehavior::Burst);
    joins.tick().await;
    let process = agent.process_id();
    let (begin, before) = (Instant::now(), processor_time(process)?);
    let mut number = 0;
    while begin.elapsed() < Duration::from_secs(seconds) {
        joins.tick().await;
        minecraft.leaves(&players.remove(0));
        let player = format!("Guest_{number:04}");
        number += 1;
        minecraft.joins(&player);
        minecraft.says(&format!("<{player}> hello everybody"));
        players.push(player);
    }
    let spent = processor_time(process)? - before;
    Ok(spent.as_secs_f64() / begin.elapsed().as_secs_f64())
}

fn print_memory(moment: &str, agent: &Agent) -> Result<Option<String>> {
    let Memory {
        resident,
        anonymous,
        peak,
    } = memory(agent.process_id())?;
    println!(
        "| {moment} | {} | {} | {} |",
        megabytes(resident),
        megabytes(anonymous),
        megabytes(peak)
    );
    let figure = format!("15 MB when {moment}");
    Ok(unless(peak < 15_000_000, &figure))
}
