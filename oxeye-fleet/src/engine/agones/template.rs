//! What the operator decides about game servers and volumes, and the objects that we make of it.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::AgonesError;
use super::objects::{FLEET, PLAYER, PORT, RUN, SLOT, WORLD, name_of};
use crate::engine::Launch;
use crate::ids::{SlotId, WorldName};
use crate::rules::Run;

/// The name of the volume in a pod that is the world.
const VOLUME: &str = "world";

/// The operator's file: JSON with the `spec` of a claim and that of a GameServer.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Template {
    world: Map<String, Value>,
    game_server: ServerSpec,
}

/// The `spec` of a GameServer. Everything that we do not change stays as it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct ServerSpec {
    #[serde(skip_serializing_if = "Option::is_none")]
    container: Option<String>,
    ports: Vec<PortSpec>,
    template: PodTemplate,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PortSpec {
    container_port: u16,
    #[serde(default = "tcp")]
    protocol: String,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct PodTemplate {
    #[serde(default)]
    metadata: PodMetadata,
    spec: PodSpec,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct PodMetadata {
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PodSpec {
    containers: Vec<ContainerSpec>,
    #[serde(default)]
    volumes: Vec<Value>,
    /// In seconds. A stop names its own, so this is for a GameServer that somebody else deletes.
    #[serde(default = "one_minute")]
    termination_grace_period_seconds: u64,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct ContainerSpec {
    name: String,
    #[serde(default)]
    env: Vec<Value>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

/// Agones would take UDP.
fn tcp() -> String {
    "TCP".to_owned()
}

fn one_minute() -> u64 {
    60
}

/// What a GameServer is made for.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) slot: SlotId,
    pub(super) run: Run,
    pub(super) port: u16,
    pub(super) world: WorldName,
    pub(super) player: String,
}

impl Template {
    /// Reads the operator's file.
    pub(super) fn read(path: &Path) -> Result<Self, AgonesError> {
        let read = fs::read(path).and_then(|bytes| parse(&bytes));
        read.map_err(|error| AgonesError::Template {
            path: path.display().to_string(),
            error,
        })
    }

    /// Returns the claim on the volume of a new world.
    pub(super) fn claim(&self, fleet: &str, launch: &Launch) -> Value {
        json!({
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {
                "name": name_of(fleet, &launch.world),
                "labels": {FLEET: fleet, SLOT: launch.slot},
                "annotations": {
                    WORLD: launch.world,
                    PLAYER: launch.player,
                    PORT: launch.port.to_string(),
                },
            },
            "spec": self.world,
        })
    }

    /// Returns a GameServer whose pod has the world, and the port of the machine that players connect to.
    pub(super) fn server(&self, fleet: &str, wanted: &Wanted) -> Value {
        let name = name_of(fleet, &wanted.world);
        let labels = [(FLEET, fleet.to_owned()), (SLOT, wanted.slot.to_string())];
        let annotations = [
            (WORLD, wanted.world.to_string()),
            (PORT, wanted.port.to_string()),
            (RUN, wanted.run.0.to_string()),
        ];
        let owned = |(key, value): (&str, String)| (key.to_owned(), value);
        let mut spec = self.game_server.clone();
        // Our own probe asks the server, which need not know Agones.
        spec.rest
            .insert("health".to_owned(), json!({"disabled": true}));
        if let Some(port) = spec.ports.first_mut() {
            port.rest.insert("portPolicy".to_owned(), "Static".into());
            port.rest.insert("hostPort".to_owned(), wanted.port.into());
        }
        let pod = &mut spec.template;
        pod.metadata.labels.extend(labels.clone().map(owned));
        pod.metadata
            .annotations
            .extend(annotations.clone().map(owned));
        // A server that has exited is started again by us, or it is not.
        pod.spec
            .rest
            .insert("restartPolicy".to_owned(), "Never".into());
        let volume = json!({"name": VOLUME, "persistentVolumeClaim": {"claimName": name}});
        pod.spec.volumes.push(volume);
        let game = spec.container.as_deref();
        let mut containers = pod.spec.containers.iter_mut();
        if let Some(container) = containers.find(|one| game.is_none_or(|game| one.name == game)) {
            container.env.extend([
                json!({"name": "OXEYE_FLEET_PORT", "value": wanted.port.to_string()}),
                json!({"name": "OXEYE_FLEET_PLAYER", "value": literal(&wanted.player)}),
                json!({"name": "OXEYE_FLEET_WORLD", "value": literal(wanted.world.as_str())}),
            ]);
        }
        json!({
            "apiVersion": "agones.dev/v1",
            "kind": "GameServer",
            "metadata": {
                "name": name,
                "labels": BTreeMap::from(labels),
                "annotations": BTreeMap::from(annotations),
            },
            "spec": spec,
        })
    }
}

/// Returns the value of a variable that the cluster turns into this text. It replaces `$(NAME)` by other
/// variables of the container, which may be secrets, and `$$` by `$`.
fn literal(text: &str) -> String {
    text.replace('$', "$$")
}

/// Parses the operator's file, and checks what serde cannot.
fn parse(bytes: &[u8]) -> io::Result<Template> {
    let template: Template = serde_json::from_slice(bytes)?;
    let spec = &template.game_server;
    let containers = &spec.template.spec.containers;
    let has_game = match &spec.container {
        Some(game) => containers.iter().any(|container| &container.name == game),
        None => containers.len() == 1,
    };
    if spec.ports.is_empty() {
        return Err(io::Error::other("gameServer.ports is empty"));
    }
    if !has_game {
        let sentence = "gameServer.container has to name one of the containers";
        return Err(io::Error::other(sentence));
    }
    Ok(template)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PlayerId;

    const FILE: &str = include_str!("../../../../deploy/agones-gameserver.json");

    fn with(change: impl FnOnce(&mut Value)) -> io::Result<Template> {
        let mut file: Value = serde_json::from_str(FILE).unwrap();
        change(&mut file);
        parse(&serde_json::to_vec(&file).unwrap())
    }

    #[track_caller]
    fn refused(change: impl FnOnce(&mut Value), sentence: &str) {
        let error = with(change).unwrap_err().to_string();
        assert!(error.contains(sentence), "{error}");
    }

    #[test]
    fn a_game_server_has_the_world_and_the_port_of_its_player() {
        let template = with(|_| {}).unwrap();
        let player: PlayerId = "Ada".parse().unwrap();
        let world = WorldName::of(&player);
        let wanted = Wanted {
            slot: SlotId(5),
            run: Run(2),
            port: 8081,
            world: world.clone(),
            player: player.to_string(),
        };

        let server = template.server("home", &wanted);

        let name = name_of("home", &world);
        assert_eq!(server["metadata"]["name"], json!(name));
        let labels = json!({"oxeye.fleet": "home", "oxeye.slot": "auto-5"});
        assert_eq!(server["metadata"]["labels"], labels);
        let spec = &server["spec"];
        assert_eq!(spec["health"]["disabled"], true);
        assert_eq!(spec["ports"][0]["portPolicy"], "Static");
        assert_eq!(spec["ports"][0]["hostPort"], 8081);
        assert_eq!(spec["ports"][0]["containerPort"], 25565);
        assert_eq!(spec["ports"][0]["protocol"], "TCP");
        assert_eq!(spec["template"]["metadata"]["labels"], labels);
        assert_eq!(
            spec["template"]["metadata"]["annotations"]["oxeye.run"],
            "2"
        );
        let pod = &spec["template"]["spec"];
        assert_eq!(pod["restartPolicy"], "Never");
        let volume = json!({"name": "world", "persistentVolumeClaim": {"claimName": name}});
        assert_eq!(pod["volumes"], json!([volume]));
        let container = &pod["containers"][0];
        assert_eq!(container["image"], "itzg/minecraft-server");
        let port = json!({"name": "OXEYE_FLEET_PORT", "value": "8081"});
        assert!(container["env"].as_array().unwrap().contains(&port));
        // What the operator wrote stays.
        let eula = json!({"name": "EULA", "value": "TRUE"});
        assert!(container["env"].as_array().unwrap().contains(&eula));
        assert_eq!(container["volumeMounts"][0]["mountPath"], "/data");
    }

    #[test]
    fn a_players_name_cannot_ask_for_the_secrets_of_the_server() {
        // As Kubernetes reads values: `$$` is a dollar sign, and `$(NAME)` a variable.
        let expand = |value: &str| {
            let parts: Vec<_> = value.split("$$").collect();
            assert!(parts.iter().all(|part| !part.contains('$')), "{value}");
            parts.join("$")
        };
        for player in ["$(RCON_PASSWORD)", "$$(RCON_PASSWORD)", "$", "Ada $1"] {
            let id: PlayerId = player.parse().unwrap();
            let wanted = Wanted {
                slot: SlotId(5),
                run: Run(2),
                port: 8081,
                world: WorldName::of(&id),
                player: player.to_owned(),
            };

            let server = with(|_| {}).unwrap().server("home", &wanted);

            let container = &server["spec"]["template"]["spec"]["containers"][0];
            let mut variables = container["env"].as_array().unwrap().iter();
            let variable = variables.find(|one| one["name"] == "OXEYE_FLEET_PLAYER");
            let value = variable.unwrap()["value"].as_str().unwrap();
            assert_eq!(expand(value), player);
        }
    }

    #[test]
    fn the_same_world_has_the_same_name_in_one_fleet_only() {
        let world = WorldName::of(&"Ada".parse().unwrap());
        let other = WorldName::of(&"Eve".parse().unwrap());
        let name = name_of("home", &world);

        assert_eq!(name, name_of("home", &world));
        assert_ne!(name, name_of("home", &other));
        assert_ne!(name, name_of("away", &world));
        assert!(name.len() < 63 && name.starts_with("ox-"), "{name}");
    }

    #[test]
    fn a_file_without_what_is_needed_is_refused() {
        refused(
            |file| file["gameServer"]["ports"] = json!([]),
            "ports is empty",
        );
        refused(
            |file| file["gameServer"]["container"] = json!("another"),
            "has to name one",
        );
        refused(
            |file| file["gameServer"]["template"]["spec"]["containers"] = json!([]),
            "has to name one",
        );
        refused(|file| file["gameServers"] = json!({}), "unknown field");
        refused(|file| file["world"] = json!("5Gi"), "expected a map");
    }
}
