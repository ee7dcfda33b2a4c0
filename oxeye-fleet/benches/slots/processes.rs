//! What `/proc` says about the servers of a fleet.

use std::fs;

use rustix::process::{Pid, Signal, kill_process};

/// A process that carries the mark of a fleet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Marked {
    pub(crate) pid: i32,
    pub(crate) started: u64,
    pub(crate) slot: String,
    pub(crate) leads_its_group: bool,
}

struct Stat {
    pid: i32,
    state: String,
    parent: u32,
    group: i32,
    started: u64,
}

/// Returns every process of a fleet that runs.
pub(crate) fn marked(fleet: &str) -> Vec<Marked> {
    let mut marked = Vec::new();
    for stat in all() {
        let environment = fs::read(format!("/proc/{}/environ", stat.pid)).unwrap_or_default();
        if !fleet.is_empty() && variable(&environment, "OXEYE_FLEET_ID=") == Some(fleet) {
            let slot = variable(&environment, "OXEYE_FLEET_SLOT=").unwrap_or_default();
            marked.push(Marked {
                pid: stat.pid,
                started: stat.started,
                slot: slot.to_owned(),
                leads_its_group: stat.pid == stat.group,
            });
        }
    }
    marked
}

/// Returns the children of a process that have exited and were not collected.
pub(crate) fn zombies_of(parent: u32) -> Vec<i32> {
    let zombies = all().filter(|stat| stat.parent == parent && stat.state == "Z");
    zombies.map(|stat| stat.pid).collect()
}

pub(crate) fn terminate(pid: u32) {
    signal(i32::try_from(pid).unwrap_or_default(), Signal::TERM);
}

pub(crate) fn kill(pid: i32) {
    signal(pid, Signal::KILL);
}

fn signal(pid: i32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(pid) {
        // It may have exited.
        let _ = kill_process(pid, signal);
    }
}

fn all() -> impl Iterator<Item = Stat> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| stat(entry.file_name().to_str()?.parse().ok()?))
}

fn stat(pid: i32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = text.rsplit_once(')')?;
    let fields: Vec<&str> = fields.split_ascii_whitespace().collect();
    Some(Stat {
        pid,
        state: (*fields.first()?).to_owned(),
        parent: fields.get(1)?.parse().ok()?,
        group: fields.get(2)?.parse().ok()?,
        started: fields.get(19)?.parse().ok()?,
    })
}

fn variable<'a>(environment: &'a [u8], name: &str) -> Option<&'a str> {
    let mut entries = environment.split(|byte| *byte == 0);
    let value = entries.find_map(|entry| entry.strip_prefix(name.as_bytes()))?;
    std::str::from_utf8(value).ok()
}
