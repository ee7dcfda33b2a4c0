//! Kills an agent and its backend repeatedly while players come and go, and reports whether
//! the backend knows what happened: every stay once, right to the second.
//!
//! `cargo run --release -p oxeye-tests --bin agent_trial [-- --cycles 200]`
//!
//! Each cycle takes some seconds, since everything happens in real time. Ends with an error and the
//! differences as soon as there are any.

#![expect(clippy::print_stdout, reason = "a program for people")]

use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use oxeye_tests::agent_trial::{self, Plan, Tally};
use oxeye_tests::arguments::{self, unknown};

/// The number of cycles after which the backend's answers are compared with what happened.
const CYCLES_PER_CHECK: usize = 5;

/// What `--help` prints.
const USAGE: &str = "\
Kills an agent and its backend repeatedly, and reports whether every stay was counted once.

  --cycles N   how often (200)";

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let cycles = match arguments::read(USAGE, cycles) {
        Ok(cycles) => cycles,
        Err(end) => return Ok(end),
    };
    let tally = agent_trial::run(&Plan {
        cycles,
        cycles_per_check: CYCLES_PER_CHECK,
        long_outages: true,
    })
    .await?;
    print(&tally);
    ensure!(tally.differences.is_empty(), "the promise was broken");
    Ok(ExitCode::SUCCESS)
}

fn cycles(mut arguments: impl Iterator<Item = String>) -> Result<usize> {
    let mut cycles = 200;
    while let Some(argument) = arguments.next() {
        let mut value = || {
            let value = arguments.next();
            value.with_context(|| format!("{argument} needs a number"))
        };
        match argument.as_str() {
            "--cycles" => cycles = value()?.parse().context("--cycles")?,
            _ => return Err(unknown(&argument)),
        }
    }
    Ok(cycles)
}

fn print(tally: &Tally) {
    println!(
        "| cycles | joins | leaves | cut off | agent killed | backend killed | new logs | restarts | lost | doubled | wrong times |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    let differences = &tally.differences;
    println!(
        "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
        tally.cycles,
        tally.joins,
        tally.leaves,
        tally.cut_off,
        tally.agent_kills,
        tally.backend_kills,
        tally.rotations,
        tally.boots,
        differences.lost,
        differences.doubled,
        differences.wrong_times
    );
    for player in &differences.players {
        println!("\n{player}");
    }
    for line in &tally.journal {
        println!("{line}");
    }
}
