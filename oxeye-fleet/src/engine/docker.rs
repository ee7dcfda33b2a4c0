//! The engine `docker`: a container of Docker or podman for each slot, and a named volume for each
//! player's world. The containers live on when this program or podman's service ends; the next one finds
//! them by their labels. Docker's daemon takes them along unless it has `live-restore`.
//!
//! | module       | subject                                                                  |
//! |--------------|--------------------------------------------------------------------------|
//! | `engine`     | [`DockerEngine`]: the trait's calls                                      |
//! | `containers` | what all calls share                                                     |
//! | `client`     | the connection to the engine                                             |
//! | `state`      | what the engine says about a container, read without bollard's types      |
//! | `trouble`    | what a failed call means                                                 |
//! | `labels`     | how a container says what it is for                                      |
//! | `runs`       | which start of a container is which run, on disk                         |
//! | `recipe`     | what a new container gets                                                |
//! | `creating`   | image, volume and container                                              |
//! | `network`    | the network of the servers                                                |
//! | `starting`   | starting a container that does not run                                   |
//! | `stopping`   | asking a server to exit, killing it                                      |
//! | `stops`      | which runs were asked to exit                                            |
//! | `removing`   | removing a container, and its world                                      |
//! | `remnants`   | containers that podman has removed by half                               |
//! | `listing`    | what the engine has for this fleet                                       |
//! | `exits`      | exits, each reported once                                                |
//! | `crashes`    | the last lines that a crashed server printed                              |
//! | `watching`   | the engine's events, and a list after each gap                           |
//! | `usage`      | processor time and memory                                                |

mod client;
mod containers;
mod crashes;
mod creating;
mod engine;
mod exits;
mod labels;
mod listing;
mod network;
mod recipe;
mod remnants;
mod removing;
mod runs;
mod starting;
mod state;
mod stopping;
mod stops;
#[cfg(test)]
mod tests;
mod trouble;
mod usage;
mod watching;

pub use engine::DockerEngine;

use crate::settings::ContainerSettings;

/// What a container engine has for game servers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Equipment {
    /// The memory of its machine in bytes: as much as there can be, if it does not say.
    pub(crate) memory: u64,
    /// What is wrong with the image, if it is not there.
    pub(crate) missing_image: Option<String>,
}

/// Asks a container engine what it has for game servers.
///
/// # Errors
/// When it cannot be asked, for this reason.
pub(crate) async fn equipment(settings: &ContainerSettings) -> Result<Equipment, String> {
    let client = client::Client::of(settings.socket.clone());
    let machine = client.machine().await;
    let machine = machine.map_err(|trouble| trouble.to_string())?;
    let has_image = client.has_image(&settings.image).await;
    let has_image = has_image.map_err(|trouble| trouble.to_string())?;
    Ok(Equipment {
        memory: machine.memory().unwrap_or(u64::MAX),
        missing_image: (!has_image).then(|| creating::missing(&settings.image)),
    })
}
