//! What Linux reports about a process.

use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};

/// Clock ticks per second. The kernel counts processor time in hundredths of a second on every
/// architecture in Rust's first two tiers.
const TICKS_PER_SECOND: u64 = 100;

/// The memory of a process, in bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Memory {
    /// Resident now: `VmRSS`.
    pub resident: u64,
    /// The part of it that belongs to no file: `RssAnon`.
    pub anonymous: u64,
    /// The most that was ever resident: `VmHWM`.
    pub peak: u64,
}

/// Returns the memory of a process.
///
/// # Errors
/// If the process is gone, or the system has no `/proc`.
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
        anonymous: bytes("RssAnon:")?,
        peak: bytes("VmHWM:")?,
    })
}

/// Returns the processor time that a process has used so far, including kernel time.
///
/// # Errors
/// If the process is gone, or the system has no `/proc`.
pub fn processor_time(process: u32) -> Result<Duration> {
    Ok(times(&format!("/proc/{process}/stat"))?.0)
}

/// Returns the same for all children of this program that have ended.
///
/// # Errors
/// If the system has no `/proc`.
pub fn processor_time_of_children() -> Result<Duration> {
    Ok(times("/proc/self/stat")?.1)
}

fn times(path: &str) -> Result<(Duration, Duration)> {
    let stat = fs::read_to_string(path)?;
    // The program's name is in parentheses and may contain anything.
    let (_, fields) = stat.rsplit_once(')').context("no name in /proc/PID/stat")?;
    let fields: Vec<&str> = fields.split_ascii_whitespace().collect();
    // Fields 14 to 17 of proc(5), which counts from 1 and counts the name as the second field.
    let [user, system, of_children, system_of_children] = fields
        .get(11..15)
        .context("too few fields in /proc/PID/stat")?
    else {
        anyhow::bail!("too few fields in /proc/PID/stat");
    };
    let together = |one: &str, other: &str| -> Result<Duration> {
        let ticks = one.parse::<u64>()? + other.parse::<u64>()?;
        Ok(Duration::from_millis(ticks * 1_000 / TICKS_PER_SECOND))
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
