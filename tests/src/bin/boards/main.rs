//! Measures from outside whether boards stay up to date, and what they cost, against the stand-in for
//! Discord.
//!
//! `cargo run --release -p oxeye-tests --bin boards [-- --servers 50 --joins 5 --minutes 10 --faults 0.1 --seed 1]`
//! `cargo run --release -p oxeye-tests --bin boards -- --idle 1000 [--minutes 5]`
//!
//! | table    | what is measured                                                            |
//! |----------|-----------------------------------------------------------------------------|
//! | [`busy`] | the distance between edits, and how soon a join is shown, while the backend restarts, the gateway is lost, requests fail, a message is deleted and a permission is lost |
//! | [`idle`] | requests and processor time while nothing changes                           |
//!
//! The backend is the real binary in a process of its own. Required: at least 15 s between two
//! accepted edits of a board, and the last state within 20 s; of idle boards no request, and less
//! than 1 % of a core. Needs Linux, since it reads `/proc`.

#![expect(clippy::print_stdout, reason = "a program for people")]

mod busy;
mod community;
mod found;
mod idle;
mod plan;
mod traffic;

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
    let missed = match plan.idle {
        Some(boards) => idle::print(boards, &plan).await?,
        None => busy::print(&plan).await?,
    };
    ensure!(missed.is_empty(), "not reached: {}", missed.join(", "));
    Ok(ExitCode::SUCCESS)
}

/// Returns the name of a required figure if it was missed.
fn unless(reached: bool, figure: &str) -> Option<String> {
    (!reached).then(|| figure.to_owned())
}
