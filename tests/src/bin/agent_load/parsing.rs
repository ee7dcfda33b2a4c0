//! How fast `oxeye-agent parse` reads a log without a join, and how much memory this takes.
//!
//! Required: 200 MB and a million lines per second of processor time, and the same memory for a log
//! of any length. The elapsed time is printed too; it is longer if the disk is slow or the machine
//! is busy.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use oxeye_tests::binary;
use tempfile::TempDir;

use crate::unless;
use oxeye_tests::process::{megabytes, memory, processor_time_of_children};

/// How often we read the memory of the running program.
const MEASURE_EVERY: Duration = Duration::from_millis(10);

/// The most memory in bytes that it may use, whatever the length of the log.
const MOST_MEMORY: u64 = 15_000_000;

pub(crate) fn print(log_megabytes: u64) -> Result<Vec<String>> {
    let folder = TempDir::with_prefix("agent-load-")?;
    let log = folder.path().join("latest.log");
    let (bytes, lines) = write_quiet_log(&log, log_megabytes * 1_000_000)?;
    // Read once, so that as much of it as possible is in the page cache.
    std::io::copy(&mut File::open(&log)?, &mut std::io::sink())?;

    let (took, processor, peak) = parse(&log)?;
    let per_second = |amount: u64, took: Duration| amount as f64 / took.as_secs_f64() / 1e6;
    println!("| log | by | took | MB/s | million lines/s | peak memory |");
    println!("|---|---|---|---|---|---|");
    for (by, took) in [("processor", processor), ("wall clock", took)] {
        println!(
            "| {} MB, {} lines | {by} | {took:.2?} | {:.0} | {:.1} | {} |",
            bytes / 1_000_000,
            lines,
            per_second(bytes, took),
            per_second(lines, took),
            megabytes(peak)
        );
    }
    let missed = [
        unless(per_second(bytes, processor) >= 200.0, "200 MB/s"),
        unless(per_second(lines, processor) >= 1.0, "a million lines/s"),
        unless(peak <= MOST_MEMORY, "flat memory"),
    ];
    Ok(missed.into_iter().flatten().collect())
}

/// Returns the elapsed time, the processor time and the peak memory.
fn parse(log: &Path) -> Result<(Duration, Duration, u64)> {
    let program = binary::oxeye_agent();
    let before = processor_time_of_children()?;
    let begin = Instant::now();
    let mut parsing = Command::new(program)
        .arg("parse")
        .arg(log)
        .env_clear()
        .stdout(Stdio::piped())
        .spawn()?;
    let peak = peak_until_it_ends(&mut parsing)?;
    let took = begin.elapsed();
    let output = parsing.wait_with_output()?;
    ensure!(output.status.success(), "oxeye-agent parse failed");
    let events = output.stdout.iter().filter(|byte| **byte == b'\n').count();
    ensure!(events == 1, "the boot is the only event, not {events}");
    Ok((took, processor_time_of_children()? - before, peak))
}

fn peak_until_it_ends(parsing: &mut Child) -> Result<u64> {
    let mut peak = 0;
    while parsing.try_wait()?.is_none() {
        // A process that is just ending has no memory any more.
        if let Ok(memory) = memory(parsing.id()) {
            peak = peak.max(memory.peak);
        }
        thread::sleep(MEASURE_EVERY);
    }
    Ok(peak)
}

/// Writes a log without joins, leaves or chat. Returns its length in bytes and lines.
fn write_quiet_log(path: &Path, length: u64) -> Result<(u64, u64)> {
    let mut log = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut written = 0;
    let mut lines = 0;
    let mut line =
        "[00:00:00] [Server thread/INFO]: Starting minecraft server version 1.21.4\n".to_owned();
    while written < length {
        log.write_all(line.as_bytes())?;
        written += line.len() as u64;
        lines += 1;
        let (hour, minute, second) = (lines / 360_000 % 24, lines / 6_000 % 60, lines / 100 % 60);
        line = format!(
            "[{hour:02}:{minute:02}:{second:02}] [Server thread/WARN]: Can't keep up! Is the server overloaded? Running {}ms or {} ticks behind\n",
            2_000 + lines % 7_000,
            40 + lines % 140
        );
    }
    log.flush()?;
    Ok((written, lines))
}
