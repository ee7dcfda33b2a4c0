//! Measures from outside what one hostile server costs everybody else, with the default limits.
//!
//! `cargo run --release -p oxeye-tests --bin neighbour [-- --only cost,memory --stays 300000 --seconds 10 --minutes 10]`
//!
//! | table      | what is measured                                                           |
//! |------------|----------------------------------------------------------------------------|
//! | [`cost`]   | another guild's joins, `/health` and SIGTERM while a server with a long history sends the most expensive events |
//! | [`memory`] | resident memory while one key sends whatever takes most memory             |
//!
//! Prints both tables unless `--only` is given. The backend is the real binary in a process of its
//! own. Required: joins under 250 ms at p99 and 500 ms at most, `/health` under 50 ms, an end
//! within 10 s of SIGTERM, and less than 60 MB more memory.

#![expect(clippy::print_stdout, reason = "a program for people")]

mod accounts;
mod attack;
mod bystander;
mod cost;
mod history;
mod memory;
mod plan;

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
    for table in &plan.tables {
        match table {
            Table::Cost => cost::print(&plan).await?,
            Table::Memory => memory::print(&plan).await?,
        }
    }
    Ok(ExitCode::SUCCESS)
}
