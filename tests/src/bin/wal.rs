//! Opens copies of a store whose write-ahead log is damaged, and reports whether each holds whole
//! commits and nothing else.
//!
//! `cargo run --release -p oxeye-tests --bin wal [-- --copies 1000]`
//!
//! Ends with an error or a panic at the first copy that does not open, or that holds part of a
//! commit.

#![expect(clippy::print_stdout, reason = "a program for people")]

use anyhow::{Context as _, Result, bail};
use oxeye_tests::damaged_log;

#[tokio::main]
async fn main() -> Result<()> {
    let mut copies = 100;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let value = arguments.next();
        let value = value.with_context(|| format!("{argument} needs a number"))?;
        match argument.as_str() {
            "--copies" => copies = value.parse().context("--copies")?,
            _ => bail!("unknown argument {argument}; known is --copies N"),
        }
    }
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
    Ok(())
}
