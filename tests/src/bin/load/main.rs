//! Measures from outside what one backend can handle and what it costs. These figures depend on the
//! machine, so no test can assert them.
//!
//! `cargo run --release -p oxeye-tests --bin load [-- --only events,activity,memory,status --seconds 3 --rounds 2 --require 50000]`
//!
//! | table      | what is measured                                                            |
//! |------------|-----------------------------------------------------------------------------|
//! | [`events`] | durable joins and leaves per second, compared with a bare axum handler and the disk |
//! | [`activity`] | durable activity events per second, in batches and one by one, and joins beside them |
//! | [`memory`] | resident memory with 100 servers of 100 players, and 100 more in last seen  |
//! | [`status`] | how long `/oxeye status` takes for 100 players, and a list of 10,000 in last seen over HTTP |
//!
//! Prints all four tables unless `--only` is given. The backend is the real binary in a process of
//! its own, driven over loopback with its rate limits out of the way. The driver shares the machine
//! with it, so the machine should have little else to do. Ends with an error or a panic if a single
//! request fails.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for people"
)]

mod activity;
mod disk;
mod events;
mod memory;
mod plan;
mod status;

use std::process::ExitCode;

use anyhow::Result;
use oxeye_tests::arguments;

use plan::{Plan, Table, USAGE};

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let plan = match arguments::read(USAGE, Plan::parse) {
        Ok(plan) => plan,
        Err(end) => return Ok(end),
    };
    if plan.bare {
        events::serve_bare().await?;
        return Ok(ExitCode::SUCCESS);
    }
    for (number, table) in plan.tables.iter().enumerate() {
        if number > 0 {
            println!();
        }
        match table {
            Table::Events => events::print(&plan).await?,
            Table::Activity => activity::print(&plan).await?,
            Table::Memory => memory::print().await?,
            Table::Status => status::print().await?,
        }
    }
    Ok(ExitCode::SUCCESS)
}
