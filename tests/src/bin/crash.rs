//! Kills a backend under full load repeatedly, and reports whether it kept its promise:
//! nothing that was answered is lost or doubled.
//!
//! `cargo run --release -p oxeye-tests --bin crash [-- --cycles 1000 --sessions 1000000]`
//!
//! `--cycles` is how often it is killed. With `--sessions` it is also killed with this many
//! sessions in its file, and the program prints the time until `/readyz` answers 200. Required: one
//! second with a million sessions. Ends with an error if anything was lost or doubled.

#![expect(clippy::print_stdout, reason = "a program for people")]

use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use oxeye_tests::arguments::{self, unknown};
use oxeye_tests::crash::{self, Plan};

/// The most answers before the backend is killed.
const ANSWERS: u64 = 4_000;

/// How often the backend with the many sessions is killed.
const REOPENED: usize = 5;

/// What `--help` prints.
const USAGE: &str = "\
Kills a backend under full load repeatedly, and reports whether anything that was answered is lost or doubled.

  --cycles N     how often (100)
  --sessions N   kill it also with this many sessions in its file, and measure how soon it is back";

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let (cycles, sessions) = match arguments::read(USAGE, cycles_and_sessions) {
        Ok(given) => given,
        Err(end) => return Ok(end),
    };
    if sessions > 0 {
        print_reopening(sessions).await?;
    }
    print_cycles(cycles).await?;
    Ok(ExitCode::SUCCESS)
}

fn cycles_and_sessions(mut arguments: impl Iterator<Item = String>) -> Result<(usize, i64)> {
    let (mut cycles, mut sessions) = (100, 0);
    while let Some(argument) = arguments.next() {
        let mut value = || {
            let value = arguments.next();
            value.with_context(|| format!("{argument} needs a number"))
        };
        match argument.as_str() {
            "--cycles" => cycles = value()?.parse().context("--cycles")?,
            "--sessions" => sessions = value()?.parse().context("--sessions")?,
            _ => return Err(unknown(&argument)),
        }
    }
    Ok((cycles, sessions))
}

async fn print_reopening(sessions: i64) -> Result<()> {
    println!("| sessions in the file | killed | fastest reopen | slowest reopen |");
    println!("|---|---|---|---|");
    let mut took = crash::time_to_reopen(sessions, REOPENED).await?;
    took.sort();
    let (fastest, slowest) = (took[0], took[took.len() - 1]);
    println!("| {sessions} | {REOPENED} | {fastest:.2?} | {slowest:.2?} |\n");
    Ok(())
}

async fn print_cycles(cycles: usize) -> Result<()> {
    let answers = ANSWERS;
    let tally = crash::run(&Plan { cycles, answers }).await?;
    let reopen = tally.slowest_reopen;
    println!("{} cycles, slowest reopen {reopen:.0?}\n", tally.cycles);
    println!("| events | acknowledged | in flight | lost | doubled |");
    println!("|---|---|---|---|---|");
    println!(
        "| joins and leaves | {} | {} | {} | {} |",
        tally.acknowledged, tally.in_flight, tally.lost, tally.doubled
    );
    let did = tally.activity;
    println!(
        "| what players did | {} | {} | {} | {} |",
        did.acknowledged, did.in_flight, did.lost, did.doubled
    );
    println!(
        "\nsessions or newest events that differ from what was counted: {}",
        did.differing
    );
    let broken = tally.lost + tally.doubled + did.lost + did.doubled + did.differing;
    ensure!(broken == 0, "the promise was broken");
    Ok(())
}
