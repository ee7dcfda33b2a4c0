//! Networks that do not keep servers apart.

use bollard::query_parameters::InspectNetworkOptions;
use oxeye_process::tasks::Tasks;
use serde_json::{Value, json};

use super::super::DockerEngine;
use super::super::network::warning;
use super::host::{Host, launch, settings_at};
use super::podman;
use super::stand_in::{StandIn, Stops};
use crate::engine::Engine as _;
use crate::engine::contract::SLOT;

/// Returns the warning about a network with these options.
async fn warned(engine: &'static str, options: Value) -> Option<String> {
    let stand_in = StandIn::start(Stops::BrokenOff);
    stand_in.has_networks(engine, options);
    let data = tempfile::tempdir().unwrap();
    let settings = settings_at(stand_in.socket(), "polite");
    let opened = DockerEngine::open(data.path(), settings, &Tasks::new()).await;
    let docker = opened.unwrap().all.docker().await.unwrap();
    let network = docker
        .inspect_network("games", None::<InspectNetworkOptions>)
        .await
        .unwrap();
    warning(&docker, &network, "games").await
}

#[tokio::test]
async fn a_network_from_before_servers_were_kept_apart_is_to_be_made_again() {
    let apart = json!({"com.docker.network.bridge.enable_icc": "false"});
    assert_eq!(warned("Engine", apart).await, None);

    for options in [
        json!({}),
        json!({"com.docker.network.bridge.enable_icc": "true"}),
    ] {
        let warned = warned("Engine", options).await.unwrap();
        assert!(warned.contains("`docker network rm games`"), "{warned}");
    }
}

#[tokio::test]
async fn nobody_is_told_to_make_a_network_of_podman_again() {
    let warned = warned("Podman Engine", json!({})).await.unwrap();

    assert!(!warned.contains("network rm"), "{warned}");
    assert!(warned.contains("does not keep the servers"), "{warned}");
}

#[tokio::test]
async fn a_real_podman_is_known_by_its_answers() {
    if !podman::can_run() {
        return;
    }
    let host = Host::with("polite").await;
    host.engine.create(&launch(SLOT)).await.unwrap();
    let docker = host.engine.all.docker().await.unwrap();
    let name = host.engine.all.own_network();

    let network = docker
        .inspect_network(&name, None::<InspectNetworkOptions>)
        .await
        .unwrap();
    let warned = warning(&docker, &network, &name).await;

    let sentence = format!(
        "the container engine does not keep the servers in the network {name} from reaching each other"
    );
    assert_eq!(warned, Some(sentence));
}
