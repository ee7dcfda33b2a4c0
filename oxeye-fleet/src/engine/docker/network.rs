//! The network of the servers: the operator's, or one that is made for the fleet, in which servers cannot reach
//! each other.

use std::collections::HashMap;
use std::sync::atomic::Ordering;

use bollard::Docker;
use bollard::models::{NetworkCreateRequest, NetworkInspect};
use bollard::query_parameters::InspectNetworkOptions;

use super::containers::Containers;
use super::labels;
use super::trouble::Trouble;
use crate::rules::CallFailure;

/// Keeps the servers in a network from reaching each other. Docker only; podman ignores it with a warning.
const ISOLATED: (&str, &str) = ("com.docker.network.bridge.enable_icc", "false");

/// What podman calls itself.
const PODMAN: &str = "Podman";

/// Returns the name of the network for servers, which is made if the operator has named none.
pub(super) async fn of(all: &Containers, docker: &Docker) -> Result<String, CallFailure> {
    let named = all.settings.network.as_deref();
    let own = all.own_network();
    let name = named.unwrap_or(&own);
    let inspect = || async move {
        let inspected = docker.inspect_network(name, None::<InspectNetworkOptions>);
        inspected.await.map_err(Trouble::from)
    };
    let missing = match all.asked(inspect).await {
        Ok(network) if named.is_none() => return known(all, docker, &network, own).await,
        Ok(_) => return Ok(name.to_owned()),
        Err(trouble) => trouble,
    };
    if !missing.is_missing() {
        return Err(missing.failure("cannot inspect the network"));
    }
    if named.is_some() {
        return Err(CallFailure::Refused(format!(
            "there is no network {name}: make it with `docker network create` or `podman network create`, or leave FLEET_DOCKER_NETWORK empty"
        )));
    }
    let made = docker.create_network(recipe(all, name)).await;
    match made.map_err(Trouble::from) {
        Ok(made) => {
            if made.warning.contains(ISOLATED.0)
                && !all.network_warned.swap(true, Ordering::Relaxed)
            {
                tracing::warn!("{}", never_isolated(name));
            }
            Ok(own)
        }
        // Another call may have made it meanwhile.
        Err(trouble) => match all.asked(inspect).await {
            Ok(network) => known(all, docker, &network, own).await,
            Err(_) => Err(trouble.failure("the container engine cannot make a network")),
        },
    }
}

fn recipe(all: &Containers, name: &str) -> NetworkCreateRequest {
    let (option, value) = ISOLATED;
    NetworkCreateRequest {
        name: name.to_owned(),
        driver: Some("bridge".to_owned()),
        labels: Some(labels::of_network(&all.fleet)),
        options: Some(HashMap::from([(option.to_owned(), value.to_owned())])),
        ..NetworkCreateRequest::default()
    }
}

/// Uses the network that was made for the fleet, and warns once if it does not keep servers apart.
async fn known(
    all: &Containers,
    docker: &Docker,
    network: &NetworkInspect,
    name: String,
) -> Result<String, CallFailure> {
    if !labels::is_of(&all.fleet, network.labels.as_ref()) {
        return Err(CallFailure::Refused(format!(
            "the network {name} does not belong to this fleet: remove it, or name a network with FLEET_DOCKER_NETWORK"
        )));
    }
    if !all.network_warned.load(Ordering::Relaxed)
        && let Some(warning) = warning(docker, network, &name).await
        && !all.network_warned.swap(true, Ordering::Relaxed)
    {
        tracing::warn!("{warning}");
    }
    Ok(name)
}

/// Says what to do about a network that does not keep servers apart.
pub(super) async fn warning(
    docker: &Docker,
    network: &NetworkInspect,
    name: &str,
) -> Option<String> {
    let (option, value) = ISOLATED;
    let options = network.options.as_ref();
    if options
        .and_then(|options| options.get(option))
        .is_some_and(|set| set == value)
    {
        return None;
    }
    let components = docker.version().await.ok()?.components;
    let is_podman = components
        .iter()
        .flatten()
        .any(|component| component.name.contains(PODMAN));
    Some(match is_podman {
        // It keeps no such option, so making the network again would change nothing.
        true => never_isolated(name),
        false => was_made_earlier(name),
    })
}

fn never_isolated(name: &str) -> String {
    format!(
        "the container engine does not keep the servers in the network {name} from reaching each other"
    )
}

fn was_made_earlier(name: &str) -> String {
    format!(
        "the servers in the network {name} can reach each other, because an earlier version has made it; to have it made again, turn on `oxeye-fleet drain`, wait until `oxeye-fleet list` shows no server here, run `docker network rm {name}`, and turn draining off"
    )
}
