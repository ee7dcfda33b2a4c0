//! Measures from outside what an agent can handle and what it costs. These figures depend on the
//! machine, so no test can assert them.
//!
//! `cargo run --release -p oxeye-tests --bin agent_load [-- --only parsing,running --megabytes 500 --seconds 60]`
//!
//! | table       | what is measured                                                           |
//! |-------------|----------------------------------------------------------------------------|
//! | [`parsing`] | `oxeye-agent parse` on a log of the given size without a join              |
//! | [`running`] | `oxeye-agent run`: how soon a join is known, memory, processor time        |
//!
//! Prints both tables unless `--only` is given. Ends with an error if a required figure is missed.
//! Needs Linux, since it reads `/proc`.

#![expect(clippy::print_stdout, reason = "a program for people")]

mod parsing;
mod plan;
mod running;

use std::process::ExitCode;

use anyhow::{Result, ensure};
use oxeye_tests::arguments;

use plan::{Plan, Table, USAGE};

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let plan = match arguments::read(USAGE, Plan::parse) {
        Ok(plan) => plan,
        Err(end) => return Ok(end),
    };
    let mut missed = Vec::new();
    for (number, table) in plan.tables.iter().enumerate() {
        if number > 0 {
            println!();
        }
        missed.extend(match table {
            Table::Parsing => parsing::print(plan.megabytes)?,
            Table::Running => running::print(plan.seconds).await?,
        });
    }
    ensure!(missed.is_empty(), "not reached: {}", missed.join(", "));
    Ok(ExitCode::SUCCESS)
}

/// Returns the name of a required figure if it was missed.
fn unless(reached: bool, figure: &str) -> Option<String> {
    (!reached).then(|| figure.to_owned())
}
