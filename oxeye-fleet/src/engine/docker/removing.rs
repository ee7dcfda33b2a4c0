//! Removing a container that does not run, and its world if that has to go. A volume can only go after its
//! container, so it is written before that it has to.

use std::io;
use std::sync::Arc;

use bollard::Docker;
use bollard::query_parameters::{RemoveContainerOptionsBuilder, RemoveVolumeOptions};

use super::containers::Containers;
use super::trouble::Trouble;
use super::{crashes, labels};
use crate::ids::SlotId;
use crate::rules::CallFailure;

/// Removes the container of a slot.
pub(super) async fn remove(
    all: &Arc<Containers>,
    slot: SlotId,
    discards_world: bool,
) -> Result<(), CallFailure> {
    let _gate = all.gate(slot).await;
    let found = all.find(slot).await?;
    if found.as_ref().is_some_and(|found| found.state.is_running()) {
        return Err(CallFailure::Refused(format!("{slot} still runs")));
    }
    let docker = all.docker().await?;
    if let Some(found) = found {
        if discards_world {
            let volume = all.volume(&found.launch.world);
            let written = all.runs.discard(slot, &found.id, volume).await;
            written.map_err(|error| no_record(&error))?;
        }
        crashes::keep(all, &docker, &found).await;
        // Not by force, so that a server that was started meanwhile lives on.
        let options = RemoveContainerOptionsBuilder::new().v(true).build();
        let removed = docker.remove_container(&found.id, Some(options)).await;
        if let Err(trouble) = removed.map_err(Trouble::from) {
            if !matches!(trouble, Trouble::Said { .. }) {
                return Err(trouble.failure(""));
            }
            if all.find(slot).await?.is_some() {
                return Err(trouble.failure("the container engine cannot remove a container"));
            }
        }
    }
    forget(all, &docker, slot).await
}

/// Forgets a slot whose container is gone, and deletes its volume if that has to go.
async fn forget(all: &Containers, docker: &Docker, slot: SlotId) -> Result<(), CallFailure> {
    if let Some(volume) = all.runs.discarded(slot) {
        delete_volume(all, docker, &volume).await?;
    }
    all.exits.forget(slot);
    all.crashes.forget(slot);
    let forgotten = all.runs.forget(slot).await;
    forgotten.map_err(|error| no_record(&error))
}

/// Deletes a volume of this fleet, unless another container has it.
async fn delete_volume(all: &Containers, docker: &Docker, volume: &str) -> Result<(), CallFailure> {
    let what = "the container engine cannot delete a world";
    match docker.inspect_volume(volume).await.map_err(Trouble::from) {
        Ok(found) if labels::is_of(&all.fleet, Some(&found.labels)) => {}
        Ok(_) => return Ok(()),
        Err(trouble) if trouble.is_missing() => return Ok(()),
        Err(trouble) => return Err(trouble.failure(what)),
    }
    let deleted = docker
        .remove_volume(volume, None::<RemoveVolumeOptions>)
        .await;
    let Err(trouble) = deleted.map_err(Trouble::from) else {
        return Ok(());
    };
    let summaries = all.summaries().await;
    let summaries = summaries.map_err(|trouble| trouble.failure(what))?;
    let is_shared = summaries.iter().any(|summary| {
        let launch = labels::read(&all.fleet, summary.labels.as_ref());
        launch.is_some_and(|launch| all.volume(&launch.world) == volume)
    });
    match is_shared || trouble.is_missing() {
        true => Ok(()),
        false => Err(trouble.failure(what)),
    }
}

/// Finishes what an earlier program has begun with containers that are gone. Called before any other call.
pub(super) async fn finish(all: &Arc<Containers>, is_there: impl Fn(SlotId) -> bool) {
    let Ok(docker) = all.docker().await else {
        return;
    };
    for (slot, _) in all.runs.all() {
        if !is_there(slot)
            && let Err(failure) = forget(all, &docker, slot).await
        {
            tracing::warn!(%slot, "cannot clear up after a server: {failure}");
        }
    }
}

fn no_record(error: &io::Error) -> CallFailure {
    CallFailure::Refused(format!("cannot keep a record of a server: {error}"))
}
