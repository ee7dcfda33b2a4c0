//! What `/proc` says about processes.

use std::{fs, io};

use super::record::ProcessId;

/// A process at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stat {
    pub(super) pid: i32,
    pub(super) group: i32,
    pub(super) session: i32,
    /// When it was started, in clock ticks since the machine booted.
    pub(super) started: u64,
    /// The processor time that it has used, in clock ticks.
    pub(super) ticks: u64,
    /// Its resident memory, in pages.
    pub(super) pages: u64,
    /// Whether it has exited, and only waits to be collected.
    pub(super) is_zombie: bool,
}

/// Returns what the system says about a process, if there is one with this pid.
pub(super) fn stat(pid: i32) -> Option<Stat> {
    parse(pid, &fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// Returns every process.
pub(super) fn all() -> impl Iterator<Item = Stat> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| stat(entry.file_name().to_str()?.parse().ok()?))
}

/// Returns the environment that a process was started with, as `NAME=VALUE`; nothing if we may not read
/// it.
pub(super) fn environment(pid: i32) -> Vec<u8> {
    fs::read(format!("/proc/{pid}/environ")).unwrap_or_default()
}

/// Returns the id of this boot of the machine.
pub(super) fn boot_id() -> io::Result<String> {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id")?;
    Ok(id.trim().to_owned())
}

impl Stat {
    /// Returns what identifies the process, even after its pid has been reused.
    pub(super) fn id(&self, boot: &str) -> ProcessId {
        ProcessId {
            pid: self.pid,
            started: self.started,
            boot: boot.to_owned(),
        }
    }
}

/// The name of the program is in parentheses and may itself contain any character, so the fields are
/// counted from the last one. The first of them is the state.
fn parse(pid: i32, text: &str) -> Option<Stat> {
    let (_, fields) = text.rsplit_once(')')?;
    let fields: Vec<&str> = fields.split_ascii_whitespace().collect();
    let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
    Some(Stat {
        pid,
        group: fields.get(2)?.parse().ok()?,
        session: fields.get(3)?.parse().ok()?,
        started: number(19)?,
        ticks: number(11)? + number(12)?,
        pages: number(21)?,
        is_zombie: matches!(*fields.first()?, "Z" | "X"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_with_a_strange_name_is_read_like_any_other() {
        let text =
            "42 (a) R 1 (b c)) S 7 40 39 0 -1 4194304 1 2 3 4 50 6 7 8 20 0 1 0 98765 1000 321 9";

        let stat = parse(42, text).unwrap();

        let expected = Stat {
            pid: 42,
            group: 40,
            session: 39,
            started: 98_765,
            ticks: 56,
            pages: 321,
            is_zombie: false,
        };
        assert_eq!(stat, expected);
    }

    #[test]
    fn we_are_among_all_processes() {
        let pid = i32::try_from(std::process::id()).unwrap();
        let us = all().find(|stat| stat.pid == pid).unwrap();

        assert_eq!(us.started, stat(pid).unwrap().started);
        assert!(us.started > 0 && us.pages > 0);
        assert!(!boot_id().unwrap().is_empty());
    }
}
