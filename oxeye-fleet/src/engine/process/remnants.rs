//! What a server leaves behind: processes that it started and that outlive it, in its group or not.

use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open, pidfd_send_signal};

use super::mark;
use super::proc::{self, Stat};
use crate::ids::SlotId;

/// How long we try to kill them.
const LIMIT: Duration = Duration::from_secs(5);

/// Pause before we check whether they are gone.
const PAUSE: Duration = Duration::from_millis(5);

/// Whose processes to kill.
#[derive(Debug, Clone, Copy)]
pub(super) struct Owner<'a> {
    pub(super) fleet: &'a str,
    pub(super) slot: SlotId,
    /// The leader as it was, if it is known. It cannot have started a process that is older than itself.
    pub(super) leader: Option<&'a Stat>,
}

/// Kills all of them once, and returns them.
pub(super) fn kill(owner: Owner<'_>) -> Vec<Stat> {
    let found: Vec<_> = proc::all().filter(|stat| owner.owns(stat)).collect();
    for stat in &found {
        kill_one(stat);
    }
    found
}

/// Kills all of them, and returns once they are gone: `false` if that takes too long.
pub(super) fn kill_until_gone(owner: Owner<'_>) -> bool {
    let began = Instant::now();
    let mut dying = Vec::new();
    loop {
        // A process that is exiting carries no mark any more, but may still hold its port.
        dying.retain(is_there);
        let found = kill(owner);
        if found.is_empty() && dying.is_empty() {
            return true;
        }
        if began.elapsed() > LIMIT {
            return false;
        }
        dying.extend(found);
        thread::sleep(PAUSE);
    }
}

impl Owner<'_> {
    fn owns(&self, stat: &Stat) -> bool {
        if stat.is_zombie {
            return false;
        }
        match self.leader {
            Some(leader) if stat.started < leader.started => return false,
            Some(leader) if is_in_group(stat, leader) => return true,
            _ => {}
        }
        mark::slot_of(stat.pid, self.fleet) == Some(self.slot)
    }
}

/// Returns whether anybody is left in the group of a leader that has exited.
pub(super) fn are_in_group(leader: &Stat) -> bool {
    proc::all().any(|stat| !stat.is_zombie && is_in_group(&stat, leader))
}

/// Returns whether a process belongs to the group of a leader. One that is younger than the leader, in
/// its session, does: as long as a group has members, its number is not given away.
fn is_in_group(stat: &Stat, leader: &Stat) -> bool {
    stat.group == leader.group && stat.session == leader.session && stat.started >= leader.started
}

/// Kills this process, and never another one that has its pid now.
fn kill_one(stat: &Stat) {
    let Some(pid) = Pid::from_raw(stat.pid) else {
        return;
    };
    let file = pidfd_open(pid, PidfdFlags::empty());
    if !is_there(stat) {
        return;
    }
    // An error means that it is gone, or that it has become another user's.
    let _ = match file {
        Ok(file) => pidfd_send_signal(file, Signal::KILL),
        Err(_) => kill_process(pid, Signal::KILL),
    };
}

/// Returns whether a process has not exited yet.
fn is_there(stat: &Stat) -> bool {
    proc::stat(stat.pid).is_some_and(|now| now.started == stat.started && !now.is_zombie)
}
