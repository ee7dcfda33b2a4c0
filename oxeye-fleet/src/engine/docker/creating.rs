//! Making a container, and what it needs: the image has to be there; the network and the volume are made if
//! they are missing. A refusal that concerns every server names none of them: the rules compare refusals to
//! tell that no server can be started.

use std::sync::Arc;

use bollard::Docker;
use bollard::models::VolumeCreateRequest;
use bollard::query_parameters::{CreateContainerOptionsBuilder, RemoveContainerOptionsBuilder};

use super::containers::{Containers, Found};
use super::crashes;
use super::labels;
use super::network;
use super::recipe::{self, Parts};
use super::trouble::Trouble;
use crate::engine::Launch;
use crate::rules::CallFailure;

/// The signal for images that name none.
const STOP_SIGNAL: &str = "SIGTERM";

/// Makes the container of a slot. One that is there and does not run is replaced if it is for another port or
/// world, or if the engine has begun to remove it.
pub(super) async fn create(all: &Arc<Containers>, launch: &Launch) -> Result<(), CallFailure> {
    let _gate = all.gate(launch.slot).await;
    let found = all.find(launch.slot).await?;
    let docker = all.docker().await?;
    let is_made = |found: &Found| found.launch == *launch && !found.state.is_half_removed();
    let is_done = |found: &Found| found.state.is_running() || is_made(found);
    if found.as_ref().is_some_and(is_done) {
        return Ok(());
    }
    let (stop_signal, network) =
        tokio::try_join!(stop_signal(all, &docker), network::of(all, &docker))?;
    // Not before a refusal: without its container, a world is never deleted.
    if let Some(outdated) = &found {
        crashes::keep(all, &docker, outdated).await;
        replace(&docker, outdated).await?;
    }
    let parts = Parts {
        stop_signal,
        network,
        // Last, so that a refusal leaves no world behind.
        volume: volume(all, &docker, launch).await?,
    };
    let body = recipe::of(&all.settings, &all.fleet, launch, parts);
    let name = all.name(launch.slot);
    let options = CreateContainerOptionsBuilder::new().name(&name).build();
    let created = docker.create_container(Some(options), body).await;
    match created.map_err(Trouble::from) {
        Ok(_) => Ok(()),
        Err(trouble @ Trouble::Said { .. }) => match all.find(launch.slot).await? {
            // A call whose answer was lost may have been slower than this one.
            Some(found) if is_made(&found) => Ok(()),
            _ => Err(trouble.failure("the container engine cannot make a container")),
        },
        Err(trouble) => Err(trouble.failure("")),
    }
}

async fn replace(docker: &Docker, outdated: &Found) -> Result<(), CallFailure> {
    let options = RemoveContainerOptionsBuilder::new().v(true).build();
    let removed = docker.remove_container(&outdated.id, Some(options)).await;
    match removed.map_err(Trouble::from) {
        Err(trouble) if !trouble.is_missing() => {
            Err(trouble.failure("the container engine cannot replace a container"))
        }
        _ => Ok(()),
    }
}

/// Returns the signal by which the image wants to be stopped, once the image is there.
async fn stop_signal(all: &Containers, docker: &Docker) -> Result<String, CallFailure> {
    let image = &all.settings.image;
    match docker.inspect_image(image).await.map_err(Trouble::from) {
        Ok(found) => {
            let wanted = found.config.and_then(|config| config.stop_signal);
            let wanted = wanted.filter(|signal| !signal.is_empty());
            Ok(wanted.unwrap_or_else(|| STOP_SIGNAL.to_owned()))
        }
        Err(trouble) if trouble.is_missing() => Err(CallFailure::Refused(missing(image))),
        Err(trouble) => Err(trouble.failure("cannot inspect the image")),
    }
}

/// Says that an image is missing.
pub(super) fn missing(image: &str) -> String {
    format!(
        "the image {image} is not on the machine of the container engine: pull it with `docker pull` or `podman pull`, or correct FLEET_DOCKER_IMAGE"
    )
}

/// Returns the name of the volume with a world, which is made if it is missing.
async fn volume(all: &Containers, docker: &Docker, launch: &Launch) -> Result<String, CallFailure> {
    let name = all.volume(&launch.world);
    match docker.inspect_volume(&name).await.map_err(Trouble::from) {
        Ok(volume) if labels::is_of(&all.fleet, Some(&volume.labels)) => return Ok(name),
        Ok(_) => {
            return Err(CallFailure::WorldUnusable(format!(
                "the volume {name} does not belong to this fleet and is left alone"
            )));
        }
        Err(trouble) if trouble.is_missing() => {}
        Err(trouble) => return Err(trouble.failure("cannot inspect a volume")),
    }
    let request = VolumeCreateRequest {
        name: Some(name.clone()),
        labels: Some(labels::of_volume(&all.fleet, &launch.world)),
        ..VolumeCreateRequest::default()
    };
    let made = docker.create_volume(request).await.map_err(Trouble::from);
    made.map_err(|trouble| trouble.failure("the container engine cannot make a volume"))?;
    Ok(name)
}
