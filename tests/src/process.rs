//! What Linux says of a process.

use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};

/// The kernel counts the time of the processor in hundredths of a second, on every architecture
/// that Rust's first two tiers know.
const TICKS_A_SECOND: u64 = 100;

/// Bytes of memory that a process has.
#[derive(Debug, Clone, Copy, Default)]
pub struct Memory {
    /// Resident now: `VmRSS`.
    pub resident: u64,
    /// The part of it that no file can give back: `RssAnon`.
    pub of_its_own: u64,
    /// The most that was ever resident: `VmHWM`.
    pub peak: u64,
}

/// What a process has.
///
/// # Errors
/// When the process is gone, or the system has no `/proc`.
pub fn memory(process: u32) -> Result<Memory> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let bytes = |name: &str| -> Result<u64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
        let kibibytes = kibibytes.with_context(|| format!("no {name} in /proc/PID/status"))?;
        Ok(kibibytes.trim().parse::<u64>()? * 1024)
    };
    Ok(Memory {
        resident: bytes("VmRSS:")?,
        of_its_own: bytes("RssAnon:")?,
        peak: bytes("VmHWM:")?,
    })
}

/// The time that the processor has spent for a process so far, in it and in the kernel.
///
/// # Errors
/// When the process is gone, or the system has no `/proc`.
pub fn processor_time(process: u32) -> Result<Duration> {
    Ok(times(&format!("/proc/{process}/stat"))?.0)
}

/// The same of all children of this program that have ended.
///
/// # Errors
/// When the system has no `/proc`.
pub fn processor_time_of_children() -> Result<Duration> {
    Ok(times("/proc/self/stat")?.1)
}

fn times(path: &str) -> Result<(Duration, Duration)> {
    let stat = fs::read_to_string(path)?;
    // The name of the program stands in brackets and may hold anything.
    let (_, fields) = stat.rsplit_once(')').context("no name in /proc/PID/stat")?;
    let fields: Vec<&str> = fields.split_ascii_whitespace().collect();
    // Fields 14 to 17 of proc(5), which counts from 1 and the name as the second.
    let [user, system, of_children, system_of_children] = fields
        .get(11..15)
        .context("too few fields in /proc/PID/stat")?
    else {
        anyhow::bail!("too few fields in /proc/PID/stat");
    };
    let together = |one: &str, other: &str| -> Result<Duration> {
        let ticks = one.parse::<u64>()? + other.parse::<u64>()?;
        Ok(Duration::from_millis(ticks * 1_000 / TICKS_A_SECOND))
    };
    Ok((
        together(user, system)?,
        together(of_children, system_of_children)?,
    ))
}

/// Bytes as megabytes with one decimal.
pub fn megabytes(bytes: u64) -> String {
    let tenths = bytes / 100_000;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}
