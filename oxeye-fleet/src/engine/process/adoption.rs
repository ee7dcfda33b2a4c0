//! What an earlier program has left: its records, and servers that outlived it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::{fs, io};

use rustix::process::Signal;
use tracing::{info, warn};

use super::containers::Containers;
use super::leader::Leader;
use super::mark::{self, Mark};
use super::proc::{self, Stat};
use super::record::{Phase, Record, slot_folders};
use super::remnants::{self, Owner};
use super::watching;
use crate::ids::SlotId;
use crate::rules::Run;

/// The processes that carry a slot's mark.
type Marked = Vec<(Stat, Mark)>;

/// Takes over everything that there is.
pub(super) fn adopt_all(all: &Arc<Containers>) -> io::Result<()> {
    let mut marked = marked(all);
    for slot in slot_folders(&all.folders)? {
        let processes = marked.remove(&slot).unwrap_or_default();
        match Record::read(&all.folders, slot) {
            Ok(record) => adopt(all, record, &processes),
            Err(error) => adopt_without_record(all, slot, &processes, &error),
        }
    }
    for (slot, processes) in marked {
        adopt_without_record(all, slot, &processes, &io::ErrorKind::NotFound.into());
    }
    Ok(())
}

fn marked(all: &Containers) -> BTreeMap<SlotId, Marked> {
    let mut marked: BTreeMap<_, Marked> = BTreeMap::new();
    for stat in proc::all() {
        if let Some(mark) = mark::of(stat.pid, &all.fleet) {
            marked
                .entry(mark.launch.slot)
                .or_default()
                .push((stat, mark));
        }
    }
    marked
}

/// Takes over a slot with a record.
fn adopt(all: &Arc<Containers>, record: Record, processes: &Marked) {
    let stop_grace = record.phase.stop_grace();
    let found = match &record.phase {
        Phase::Running { run, process, .. } => Leader::find(process, &all.boot)
            .or_else(|| {
                stop_grace?;
                oldest_in_group(all, processes, process.pid)
            })
            .map(|leader| (*run, leader)),
        Phase::Starting { run } => oldest_leader(all, processes, *run).map(|leader| (*run, leader)),
        Phase::Created | Phase::Exited { .. } => None,
    };
    match found {
        Some((run, leader)) => {
            info!(slot = %record.slot, pid = leader.stat().pid, "a server that was running is taken over");
            if stop_grace.is_some() {
                // The request was recorded before it was sent, so it may never have been sent.
                leader.signal(Signal::TERM);
                leader.signal(Signal::CONT);
            }
            watching::begin(all, record, Run(run), leader, stop_grace);
        }
        None => settle(all, record, !processes.is_empty()),
    }
}

/// Takes over a slot whose server does not run.
fn settle(all: &Containers, mut record: Record, left_something: bool) {
    let slot = record.slot;
    if left_something {
        let owner = Owner {
            fleet: &all.fleet,
            slot,
            leader: None,
        };
        if !remnants::kill_until_gone(owner) {
            warn!(%slot, "a server has left processes behind that cannot be killed");
        }
    }
    let settled = match record.phase {
        Phase::Running { run, .. } => Some(Phase::Exited { run, code: None }),
        Phase::Starting { run } if left_something => Some(Phase::Exited { run, code: None }),
        Phase::Starting { .. } => Some(Phase::Created),
        Phase::Created | Phase::Exited { .. } => None,
    };
    if let Some(phase) = settled {
        record.phase = phase;
        if let Err(error) = record.write(&all.folders) {
            warn!(%slot, %error, "cannot record what became of a server");
        }
    }
    all.put(record, None);
}

/// Takes over a slot of which only processes are known. If there are none, its folder is removed, and
/// nothing is lost with it.
fn adopt_without_record(
    all: &Arc<Containers>,
    slot: SlotId,
    processes: &Marked,
    error: &io::Error,
) {
    let leaders = processes.iter().filter(|(stat, _)| is_leader(stat));
    let newest = leaders.max_by_key(|(_, mark)| mark.run);
    if let Some((_, mark)) = newest {
        let mut record = Record::of(&mark.launch);
        record.phase = Phase::Starting { run: mark.run };
        adopt(all, record, processes);
        return;
    }
    warn!(%slot, %error, "a slot has no usable record and is removed");
    remnants::kill_until_gone(Owner {
        fleet: &all.fleet,
        slot,
        leader: None,
    });
    let _ = fs::remove_dir_all(all.folders.slot(slot));
}

/// Returns the process that we started for a run: the first that leads a group. Those that a server
/// starts are younger.
fn oldest_leader(all: &Containers, processes: &Marked, run: u32) -> Option<Leader> {
    let of_run = processes
        .iter()
        .filter(|(stat, mark)| is_leader(stat) && mark.run == run);
    let (stat, _) = of_run.min_by_key(|(stat, _)| (stat.started, stat.pid))?;
    Leader::find(&stat.id(&all.boot), &all.boot)
}

/// Returns the oldest process of a group that was asked to exit, and whose leader already has.
fn oldest_in_group(all: &Containers, processes: &Marked, group: i32) -> Option<Leader> {
    let members = processes
        .iter()
        .filter(|(stat, _)| stat.group == group && !stat.is_zombie);
    let (stat, _) = members.min_by_key(|(stat, _)| (stat.started, stat.pid))?;
    Leader::find(&stat.id(&all.boot), &all.boot)
}

fn is_leader(stat: &Stat) -> bool {
    stat.pid == stat.group && !stat.is_zombie
}
