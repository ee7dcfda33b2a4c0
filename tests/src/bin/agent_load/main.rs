//! What an agent takes and what it costs, measured from outside: the figures that a test cannot hold,
//! because they depend on the machine.
//!
//! `cargo run --release -p oxeye-tests --bin agent_load [-- --only parsing,running --megabytes 500 --seconds 60]`
//!
//! | table       | what is measured                                                           |
//! |-------------|----------------------------------------------------------------------------|
//! | [`parsing`] | `oxeye-agent parse` on a log of so many megabytes without a join           |
//! | [`running`] | `oxeye-agent run`: how soon a join is known, memory, time of the processor |
//!
//! Both without `--only`. Ends with an error when a figure that must be reached is not. Needs Linux,
//! since it reads `/proc`.

#![expect(clippy::print_stdout, reason = "a program for people")]

mod parsing;
mod plan;
mod running;

use anyhow::{Result, ensure};

use plan::{Plan, Table};

#[tokio::main]
async fn main() -> Result<()> {
    let plan = Plan::parse(std::env::args().skip(1))?;
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
    Ok(())
}

/// The name of a figure that must be reached, if it is not.
fn unless(reached: bool, figure: &str) -> Option<String> {
    (!reached).then(|| figure.to_owned())
}
