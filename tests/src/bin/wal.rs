//! Opens copies of a store whose write-ahead log is damaged, and reports whether each holds whole
//! commits and nothing else.
//!
//! `cargo run --release -p oxeye-tests --bin wal [-- --copies 1000]`
//!
//! Ends with an error or a panic at the first copy that does not open, or that holds part of a
//! commit.

#![expect(clippy::print_stdout, reason = "a program for people")]

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use oxeye_tests::arguments::{self, unknown};
use oxeye_tests::damaged_log;

/// What `--help` prints.
const USAGE: &str = "\
Opens copies of a store whose write-ahead log is damaged, and reports whether each holds whole commits.

  --copies N   how many (100)";

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let copies = match arguments::read(USAGE, copies) {
        Ok(copies) => copies,
        Err(end) => return Ok(end),
    };
    let tally = damaged_log::run(copies).await?;
    println!(
        "| damaged copies | opened | with whole commits only | commits missing in | stores skipped |"
    );
    println!("|---|---|---|---|---|");
    println!(
        "| {copies} | {opened} | {opened} | {shortened} | {skipped} |",
        opened = tally.copies,
        shortened = tally.shortened,
        skipped = tally.skipped,
    );
    Ok(ExitCode::SUCCESS)
}

fn copies(mut arguments: impl Iterator<Item = String>) -> Result<usize> {
    let mut copies = 100;
    while let Some(argument) = arguments.next() {
        let mut value = || {
            let value = arguments.next();
            value.with_context(|| format!("{argument} needs a number"))
        };
        match argument.as_str() {
            "--copies" => copies = value()?.parse().context("--copies")?,
            _ => return Err(unknown(&argument)),
        }
    }
    Ok(copies)
}
