//! Measures from outside what watched addresses cost: processor time and memory.
//!
//! `cargo run --release -p oxeye-tests --bin watching [-- --addresses 1000 --hostile 0 --seconds 120]`
//!
//! The game servers are in a process of their own, at addresses of loopback: real list pings with an
//! icon and up to three names, of whom one comes or goes every five minutes. Half of the addresses are
//! IP addresses, a quarter are names with a port, and a quarter are names with an SRV record. With
//! `--hostile`, so many of them send without end, slowly, too much, nothing, HTTP, or JSON that is
//! expensive to take apart.
//!
//! Required: under 3 % of one core and under 30 MB more memory for 1,000 addresses, the answers of
//! all others as fresh as without the hostile ones, and an end within a second of SIGTERM. Needs Linux, since it
//! reads `/proc`.

#![expect(clippy::print_stdout, reason = "a program for people")]

mod hostile;
mod measuring;
mod plan;
mod servers;

use std::process::ExitCode;

use anyhow::Result;
use oxeye_tests::arguments;

use plan::{Plan, USAGE};

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let plan = match arguments::read(USAGE, Plan::parse) {
        Ok(plan) => plan,
        Err(end) => return Ok(end),
    };
    if plan.serve {
        servers::serve(&plan).await?;
    } else {
        measuring::print(&plan).await?;
    }
    Ok(ExitCode::SUCCESS)
}
