//! Stopping a server, killing it, and removing what was made for it.

use std::time::Duration;
use std::{fs, io};

use rustix::process::Signal;
use tokio::time::Instant;
use tracing::warn;

use super::containers::{Containers, Running};
use super::record::Phase;
use super::refused;
use super::watching::{in_millis, kill_now};
use crate::ids::SlotId;
use crate::rules::CallFailure;
use crate::worlds;

/// Asks a server to exit, once per run: some take a second request as an order to exit without saving.
pub(super) fn stop(all: &Containers, slot: SlotId, grace: Duration) {
    let _gate = all.gate(slot);
    let (Some(running), Some(mut record)) = (all.running(slot), all.record(slot)) else {
        return;
    };
    let was_asked = record.phase.stop_grace().is_some();
    // Set before the request is sent: the leader may exit at once, and the rest of its group has until
    // then.
    set_time(&running, Instant::now().checked_add(grace), was_asked);
    if let Phase::Running { stop_grace, .. } = &mut record.phase
        && !was_asked
    {
        *stop_grace = Some(in_millis(grace));
        if let Err(error) = record.write(&all.folders) {
            warn!(%slot, %error, "cannot record that a server is being stopped");
        }
        all.put(record, Some(running.clone()));
        running.leader.signal(Signal::TERM);
        // A suspended process handles no signal before this one.
        running.leader.signal(Signal::CONT);
    }
}

/// Sets when a server is killed. The first request sets the time, and a later one can only bring it
/// forward.
fn set_time(running: &Running, kill_at: Option<Instant>, was_asked: bool) {
    running.kill_at.send_if_modified(|known| {
        let is_new = !was_asked || (known.is_some() && kill_at.is_some() && kill_at < *known);
        if is_new {
            *known = kill_at;
        }
        is_new
    });
}

/// Kills a server with everything that it has started.
pub(super) fn kill(all: &Containers, slot: SlotId) {
    let _gate = all.gate(slot);
    if let Some(running) = all.running(slot) {
        kill_now(all, slot, &running);
    }
}

/// Removes a container. The world goes first: while there is a record, we know that it has to go.
pub(super) fn remove(
    all: &Containers,
    slot: SlotId,
    discards_world: bool,
) -> Result<(), CallFailure> {
    let _gate = all.gate(slot);
    if all.running(slot).is_some() {
        return Err(CallFailure::Refused(format!("{slot} still runs")));
    }
    if let Some(record) = all.record(slot)
        && discards_world
        && !all.is_shared(&record.world, slot)
    {
        let discarded = worlds::discard(&all.folders, &record.world);
        discarded.map_err(|error| refused("cannot delete a world", &error))?;
    }
    match fs::remove_dir_all(all.folders.slot(slot)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(refused(&format!("cannot delete {slot}"), &error))
        }
        _ => {
            all.forget(slot);
            Ok(())
        }
    }
}
