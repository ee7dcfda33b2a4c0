//! Measures from outside how soon Discord commands are answered on a large store while charts are drawn all the time,
//! and whether answers are lost or doubled when Discord fails, against the stand-in for Discord.
//!
//! `cargo run --release -p oxeye-tests --bin commands [-- --sessions 1000000 --players 100000 --times 20 --rounds 25 --seed 1]`
//!
//! | part         | what is measured                                                                  |
//! |--------------|-----------------------------------------------------------------------------------|
//! | [`past`]     | how long it takes to import a year of sessions, with accounts and renames         |
//! | [`drawing`]  | how long drawing each kind of picture takes, with nothing else running            |
//! | [`answers`]  | until each command, button, menu and modal is acknowledged and answered; the size of its picture |
//! | [`typing`]   | until suggestions appear while a member types                                     |
//! | [`trouble`]  | commands and buttons in parallel, while the gateway is lost and requests to Discord fail |
//!
//! The backend is the real binary in a process of its own. Required: every command that it registers is asked; each is
//! answered with what only its real answer says, and acknowledged within 1 s; suggestions come within 50 ms at p99 and
//! 250 ms at most; each picture is below 150 kB and drawn within 40 ms at p99; the gateway is lost in each round, and no
//! answer is lost or doubled. With `--figures off`, the times are printed and not required, for a build without
//! optimisation or a busy machine. Needs Linux, since it reads `/proc`.

#![expect(clippy::print_stdout, reason = "a program for people")]

mod answers;
mod asked;
mod charts;
mod community;
mod drawing;
mod past;
mod plan;
mod pressed;
mod run;
mod scenes;
mod trouble;
mod typing;

use std::process::ExitCode;

use anyhow::{Result, ensure};
use oxeye_tests::arguments;

use community::Community;
use plan::{Plan, USAGE};

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let plan = match arguments::read(USAGE, Plan::parse) {
        Ok(plan) => plan,
        Err(end) => return Ok(end),
    };
    let community = Community::start(&plan).await?;
    let mut missed = drawing::print(&community, &plan).await?;
    missed.extend(answers::print(&community, &plan).await?);
    missed.extend(typing::print(&community, &plan).await?);
    missed.extend(trouble::print(&community, &plan).await?);
    ensure!(missed.is_empty(), "not reached: {}", missed.join(", "));
    Ok(ExitCode::SUCCESS)
}

/// Returns the name of a required time if it was missed, and times are required.
fn unless_in_time(plan: &Plan, reached: bool, figure: &str) -> Option<String> {
    unless(reached || !plan.requires_figures, figure)
}

/// Returns the name of a required figure if it was missed.
fn unless(reached: bool, figure: &str) -> Option<String> {
    (!reached).then(|| figure.to_owned())
}
