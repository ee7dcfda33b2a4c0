//! How much memory this process uses, and how much the machine has.

use std::fs;

/// Memory in units of 1,048,576 bytes. Nothing is known where there is no `/proc`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MemoryUse {
    /// What is resident of this process.
    pub(crate) used_mb: Option<u64>,
    /// What the machine has.
    pub(crate) total_mb: Option<u64>,
}

pub(crate) fn memory_use() -> MemoryUse {
    let read = |path, field| megabytes(&fs::read_to_string(path).ok()?, field);
    MemoryUse {
        used_mb: read("/proc/self/status", "VmRSS:"),
        total_mb: read("/proc/meminfo", "MemTotal:"),
    }
}

/// Reads a field in kilobytes, such as `VmRSS:    9340 kB`, rounded.
fn megabytes(text: &str, field: &str) -> Option<u64> {
    let value = text.lines().find_map(|line| line.strip_prefix(field))?;
    let (kilobytes, _) = value.trim().split_once(" kB")?;
    Some((kilobytes.parse::<u64>().ok()? + 512) / 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_in_kilobytes_is_rounded_to_megabytes() {
        let text = "Name:\toxeye\nVmPeak:\t  999999 kB\nVmRSS:\t    9340 kB\nThreads:\t4\n";

        assert_eq!(megabytes(text, "VmRSS:"), Some(9));
        assert_eq!(
            megabytes("MemTotal: 16384512 kB", "MemTotal:"),
            Some(16_001)
        );
        assert_eq!(megabytes(text, "MemTotal:"), None);
        assert_eq!(megabytes(text, "Threads:"), None);
        assert_eq!(megabytes("VmRSS: many kB", "VmRSS:"), None);
    }
}
