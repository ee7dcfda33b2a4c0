//! Measures from outside what Discord members' sessions cost, and whether they are true after the backend was killed,
//! against the stand-in for Discord.
//!
//! `cargo run --release -p oxeye-tests --bin members [-- --members 20000 --joined 1000 --updates 10000 --seconds 120]`
//! `cargo run --release -p oxeye-tests --bin members -- --kills 1000 [--seed 1]`
//!
//! | table     | what is measured                                                                   |
//! |-----------|------------------------------------------------------------------------------------|
//! | [`cost`]  | processor time, memory and what is written while presences of a guild are updated  |
//! | [`kills`] | whether sessions are doubled, too long or lost when the backend is killed each moment |
//!
//! The backend is the real binary in a process of its own. Required with 10,000 updates a minute and 20,000 members:
//! less than 5 % of a core, less than 60 MB more, and nothing written because of members who did not join. Required
//! after kills: no fault. Needs Linux, since it reads `/proc`.

#![expect(clippy::print_stdout, reason = "a program for people")]

mod community;
mod cost;
mod kills;
mod plan;
mod rows;
mod truth;

use std::process::ExitCode;

use anyhow::{Result, ensure};
use oxeye_tests::arguments;

use plan::{Plan, USAGE};

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let plan = match arguments::read(USAGE, Plan::parse) {
        Ok(plan) => plan,
        Err(end) => return Ok(end),
    };
    let missed = if plan.kills > 0 {
        kills::print(&plan).await?
    } else {
        cost::print(&plan).await?
    };
    ensure!(missed.is_empty(), "not reached: {}", missed.join(", "));
    Ok(ExitCode::SUCCESS)
}

/// Returns the name of a required figure if it was missed.
fn unless(reached: bool, figure: &str) -> Option<String> {
    (!reached).then(|| figure.to_owned())
}
