//! What the engine has for this fleet: containers and volumes.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use tokio::time::timeout;

use super::containers::{Containers, unseen};
use super::labels;
use super::state::{Summary, VolumeSummary};
use super::trouble::Trouble;
use crate::engine::Launch;
use crate::ids::{SlotId, WorldName};
use crate::rules::{CallFailure, Listed};

/// How many containers are looked at at the same time.
const LOOKS: usize = 8;

/// How long the engine may take to say more about one of them, or about the machine. Whoever wants the list waits
/// for 8 s.
const LOOK_TIME: Duration = Duration::from_secs(3);

/// Returns every container of this fleet.
pub(super) async fn list(all: &Arc<Containers>) -> Result<Vec<Listed>, CallFailure> {
    let summaries = all.summaries().await;
    let summaries = summaries.map_err(|trouble| unseen(trouble, "cannot list containers"))?;
    let ours = ours(all, summaries);
    let running = ours.iter().filter(|(summary, _)| summary.is_running());
    *all.running.lock() = running
        .map(|(summary, launch)| (launch.slot, summary.id.clone()))
        .collect();
    let looks = stream::iter(ours).map(|(summary, launch)| look(all, summary, launch));
    let looks = looks.buffer_unordered(LOOKS).collect::<Vec<_>>();
    let (looks, ()) = tokio::join!(looks, learn_memory(all));
    let listed: Result<Vec<Option<Listed>>, _> = looks.into_iter().collect();
    Ok(listed?.into_iter().flatten().collect())
}

/// Returns the container of one slot.
pub(super) async fn one(
    all: &Arc<Containers>,
    slot: SlotId,
) -> Result<Option<Listed>, CallFailure> {
    let found = all.find(slot).await?;
    Ok(found.map(|found| {
        let (run, running) = (found.run(), found.state.is_running());
        let code = run.and_then(|_| found.state.exit_code());
        Listed {
            slot,
            port: found.launch.port,
            world: found.launch.world,
            run,
            running,
            exit_code: code.filter(|_| !running),
        }
    }))
}

/// Asks for the memory of the machine, which does not change. A fleet learns it when it connects next.
async fn learn_memory(all: &Containers) {
    if all.machine_memory.lock().is_none()
        && let Ok(Ok(machine)) = timeout(LOOK_TIME, all.client.machine()).await
    {
        let total = machine.memory();
        *all.machine_memory.lock() = total;
        if let Some((total, server)) = total.and_then(|total| all.settings.lacking_memory(total)) {
            tracing::warn!(
                "this machine has {total} MB, and each server may use {server} MB: set FLEET_DOCKER_MEMORY_MB lower; until then, only one server runs here at a time"
            );
        }
    }
}

/// Returns the container of each slot, with what it was made for. Copies of containers have the labels of the
/// original: they are left alone.
fn ours(all: &Containers, summaries: Vec<Summary>) -> Vec<(Summary, Launch)> {
    // The filter of the engine is not all that keeps us from containers of others.
    let labelled = summaries.into_iter().filter_map(|summary| {
        let launch = labels::read(&all.fleet, summary.labels.as_ref());
        if launch.is_none() {
            tracing::debug!(container = summary.id, "a container has unusable labels");
        }
        Some((summary, launch?))
    });
    let labelled: Vec<_> = labelled.collect();
    let was_started =
        |summary: &Summary, slot| all.runs.container(slot).as_ref() == Some(&summary.id);
    let started: HashSet<SlotId> = labelled
        .iter()
        .filter(|(summary, launch)| was_started(summary, launch.slot))
        .map(|(_, launch)| launch.slot)
        .collect();
    let (ours, copies): (Vec<_>, Vec<_>) =
        labelled
            .into_iter()
            .partition(|(summary, launch)| match started.contains(&launch.slot) {
                true => was_started(summary, launch.slot),
                false => summary.is_named(&all.name(launch.slot)),
            });
    let mut known = all.copies.lock();
    for (copy, launch) in &copies {
        if !known.contains(&copy.id) {
            let (container, slot) = (&copy.id, launch.slot);
            tracing::warn!(container, %slot, "a container has the labels of a server and is not its container; it is left alone, as a copy");
        }
    }
    *known = copies.into_iter().map(|(copy, _)| copy.id).collect();
    ours
}

/// Returns the world of every volume of this fleet.
pub(super) async fn worlds(all: &Arc<Containers>) -> Result<Vec<WorldName>, CallFailure> {
    let volumes = all.client.volumes(&all.fleet).await;
    let volumes = volumes.map_err(|trouble| unseen(trouble, "cannot list volumes"))?;
    let world = |volume: &VolumeSummary| {
        let world = labels::world_of(&all.fleet, volume.labels.as_ref())?;
        // A copy has the labels of the original.
        (volume.name == all.volume(&world)).then_some(world)
    };
    Ok(volumes.iter().filter_map(world).collect())
}

/// Completes an entry. Only a container that does not run has to be looked at: a list has no exit codes,
/// and does not say whether a start has happened.
async fn look(
    all: &Arc<Containers>,
    summary: Summary,
    launch: Launch,
) -> Result<Option<Listed>, CallFailure> {
    let record = all.runs.of(launch.slot, &summary.id);
    let listed = |run, running, exit_code| Listed {
        slot: launch.slot,
        port: launch.port,
        world: launch.world.clone(),
        run,
        running,
        exit_code,
    };
    if summary.is_running() {
        return Ok(Some(listed(record.running(), true, None)));
    }
    let inspected = timeout(LOOK_TIME, all.client.inspect(&summary.id)).await;
    let inspected = match inspected {
        Ok(Ok(inspected)) => inspected,
        Ok(Err(Trouble::Unreachable(_))) => return Err(CallFailure::Unreachable),
        // One container about which the engine hangs hides no other. It does not run.
        Ok(Err(_)) | Err(_) => {
            tracing::debug!(slot = %launch.slot, "the container engine does not say how a server has ended");
            return Ok(Some(listed(record.begun(), false, None)));
        }
    };
    Ok(inspected.map(|inspected| {
        // A start may have been asked for meanwhile, so this is the state that counts.
        let record = all.runs.of(launch.slot, &summary.id);
        let (run, state) = (record.run(&inspected.state), inspected.state);
        let code = run.and_then(|_| state.exit_code());
        listed(
            run,
            state.is_running(),
            code.filter(|_| !state.is_running()),
        )
    }))
}
