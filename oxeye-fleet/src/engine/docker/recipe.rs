//! What a new container gets: no more rights and no more of the machine than a game server needs.

use std::collections::HashMap;

use bollard::models::{
    ContainerCreateBody, HostConfig, HostConfigLogConfig, Mount, MountType, PortBinding,
    RestartPolicy, RestartPolicyNameEnum,
};

use super::labels;
use crate::engine::Launch;
use crate::settings::ContainerSettings;

/// The most that the engine keeps of what a server prints.
const MAX_OUTPUT: &str = "10m";

/// Returns the description of a container.
pub(super) fn of(
    settings: &ContainerSettings,
    fleet: &str,
    launch: &Launch,
    parts: Parts,
) -> ContainerCreateBody {
    let port = settings.port.to_string();
    ContainerCreateBody {
        image: Some(settings.image.clone()),
        user: settings.user.clone(),
        env: Some(variables(settings, launch)),
        labels: Some(labels::of_container(fleet, launch)),
        exposed_ports: Some(vec![port.clone()]),
        // An old podman kills a server at once if it was not told how long to wait.
        stop_signal: Some(parts.stop_signal),
        stop_timeout: i64::try_from(settings.stop_grace.as_secs()).ok(),
        host_config: Some(HostConfig {
            memory: Some(settings.memory_bytes),
            // Memory and swap together: without it, as much swap again would be allowed.
            memory_swap: Some(settings.memory_bytes),
            nano_cpus: Some(settings.nano_cpus),
            pids_limit: Some(settings.pids),
            cap_drop: Some(vec!["ALL".to_owned()]),
            security_opt: Some(vec!["no-new-privileges".to_owned()]),
            network_mode: Some(parts.network),
            port_bindings: Some(HashMap::from([(
                port,
                Some(vec![PortBinding {
                    host_ip: Some(settings.bind.to_string()),
                    host_port: Some(launch.port.to_string()),
                }]),
            )])),
            mounts: Some(vec![Mount {
                target: Some(settings.mount.clone()),
                source: Some(parts.volume),
                typ: Some(MountType::VOLUME),
                ..Mount::default()
            }]),
            // The fleet decides what is started, and when.
            restart_policy: Some(RestartPolicy {
                name: Some(RestartPolicyNameEnum::NO),
                maximum_retry_count: None,
            }),
            log_config: Some(HostConfigLogConfig {
                typ: Some("json-file".to_owned()),
                config: Some(HashMap::from([(
                    "max-size".to_owned(),
                    MAX_OUTPUT.to_owned(),
                )])),
            }),
            ..HostConfig::default()
        }),
        ..ContainerCreateBody::default()
    }
}

/// What has to be there before a container can be made.
#[derive(Debug)]
pub(super) struct Parts {
    /// The signal by which the image wants to be stopped.
    pub(super) stop_signal: String,
    /// The name of the network.
    pub(super) network: String,
    /// The name of the volume with the world.
    pub(super) volume: String,
}

/// Returns the operator's variables and those that say whom the server is for.
fn variables(settings: &ContainerSettings, launch: &Launch) -> Vec<String> {
    let mut variables = settings.variables.clone();
    variables.extend([
        format!("OXEYE_FLEET_SLOT={}", launch.slot),
        format!("OXEYE_FLEET_PORT={}", launch.port),
        format!("OXEYE_FLEET_WORLD={}", settings.mount),
        format!("OXEYE_FLEET_PLAYER={}", launch.player),
    ]);
    variables
}
