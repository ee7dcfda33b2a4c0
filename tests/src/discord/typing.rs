//! A command as Discord would send it, checked against the commands that the bot has registered.

use serde_json::{Map, Value, json};

use super::payloads;
use super::permissions::Permissions;
use super::world::World;

const SUBCOMMAND: u64 = 1;
const GROUP: u64 = 2;
const INTEGER: u64 = 4;
const BOOLEAN: u64 = 5;
const CHANNEL: u64 = 7;
const ROLE: u64 = 8;

/// Somebody who types a command.
#[derive(Debug, Clone, Copy)]
pub(super) struct Typist {
    pub(super) guild: u64,
    pub(super) permissions: Permissions,
}

/// Builds the data of a command as Discord would send it, and checks it against the registered
/// commands.
pub(super) fn typed(
    world: &World,
    typist: Typist,
    command: &str,
    options: &[(&str, &str)],
    focused: Option<&str>,
) -> Value {
    let mut words = command.split(' ');
    let name = words.next().unwrap_or_default();
    let registered = world.commands.as_ref().unwrap_or(&Value::Null);
    let registered = find(registered, name);
    if let Some(needed) = registered["default_member_permissions"].as_str() {
        let needed = Permissions(needed.parse().unwrap_or_default());
        assert!(
            typist.permissions.has(needed),
            "Discord would not show /{name} to this person"
        );
    }
    let mut path = Vec::new();
    let mut schema = registered;
    for word in words {
        schema = find(&schema["options"], word);
        path.push((word, schema["type"].clone()));
    }
    check_required(schema, options, focused);
    let given: Vec<_> = options
        .iter()
        .map(|(name, value)| option(schema, name, value, focused))
        .collect();
    let mut inner = json!(given);
    for (word, kind) in path.iter().rev() {
        inner = json!([{"name": word, "type": kind, "options": inner}]);
    }
    let channels = resolved(world, typist, schema, options);
    let roles = resolved_roles(world, typist, schema, options);
    json!({"id": registered["id"], "name": name, "type": 1, "options": inner,
           "resolved": {"channels": channels, "roles": roles}})
}

/// Returns each of the registered commands that can be typed, with all that it is in.
pub(super) fn paths(registered: &Value) -> Vec<String> {
    let commands = registered.as_array().into_iter().flatten();
    commands.flat_map(paths_of).collect()
}

fn paths_of(command: &Value) -> Vec<String> {
    let name = command["name"].as_str().unwrap_or_default();
    let options = command["options"].as_array().into_iter().flatten();
    let below = options.filter(|option| {
        [SUBCOMMAND, GROUP]
            .iter()
            .any(|kind| option["type"] == *kind)
    });
    let below: Vec<_> = below.flat_map(paths_of).collect();
    match below.is_empty() {
        true => vec![name.to_owned()],
        false => below.iter().map(|path| format!("{name} {path}")).collect(),
    }
}

/// The channels that the options name.
fn resolved(
    world: &World,
    typist: Typist,
    schema: &Value,
    options: &[(&str, &str)],
) -> Map<String, Value> {
    let mut channels = Map::new();
    for (name, value) in options {
        let registered = find(&schema["options"], name);
        if registered["type"] != CHANNEL {
            continue;
        }
        let id = value.parse().unwrap_or_default();
        let channel = world.channels.get(&id);
        let channel = channel.filter(|channel| channel.guild == Some(typist.guild));
        let Some(channel) = channel.filter(|channel| !channel.deleted) else {
            panic!("Discord would not offer the channel {value}");
        };
        let kinds = registered["channel_types"].as_array();
        assert!(
            kinds.is_none_or(|kinds| kinds.contains(&json!(channel.kind.number()))),
            "Discord would not offer {} for the option {name}",
            channel.name
        );
        let mut payload = payloads::channel(channel);
        payload["permissions"] = json!(typist.permissions.0.to_string());
        payload["app_permissions"] = json!(world.bot_permissions(channel).0.to_string());
        channels.insert((*value).to_owned(), payload);
    }
    channels
}

/// The roles that the options name.
fn resolved_roles(
    world: &World,
    typist: Typist,
    schema: &Value,
    options: &[(&str, &str)],
) -> Map<String, Value> {
    let mut roles = Map::new();
    for (name, value) in options {
        if find(&schema["options"], name)["type"] != ROLE {
            continue;
        }
        let id = value.parse().unwrap_or_default();
        let guild = world.guilds.get(&typist.guild);
        let Some(role) = guild.and_then(|guild| guild.roles.get(&id)) else {
            panic!("Discord would not offer the role {value}");
        };
        roles.insert((*value).to_owned(), payloads::role(id, role));
    }
    roles
}

fn check_required(schema: &Value, options: &[(&str, &str)], focused: Option<&str>) {
    let required = schema["options"].as_array().into_iter().flatten();
    for option in required.filter(|option| option["required"] == true) {
        let name = option["name"].as_str().unwrap_or_default();
        let given = options.iter().any(|(given, _)| *given == name);
        assert!(
            given || focused.is_some(),
            "Discord would ask for the option {name}"
        );
    }
}

fn option(schema: &Value, name: &str, value: &str, focused: Option<&str>) -> Value {
    let registered = find(&schema["options"], name);
    let mut option = json!({"name": name, "type": registered["type"], "value": value});
    match registered["type"].as_u64() {
        Some(INTEGER) if focused.is_none() => option["value"] = json!(value.parse::<i64>().ok()),
        Some(BOOLEAN) => option["value"] = json!(value.parse::<bool>().ok()),
        _ => {}
    }
    if let Some(choices) = registered["choices"]
        .as_array()
        .filter(|all| !all.is_empty())
    {
        // People choose by the name, and Discord sends the value.
        let chosen = choices
            .iter()
            .find(|choice| choice["name"] == value || choice["value"] == option["value"]);
        let Some(chosen) = chosen else {
            panic!("Discord would not let anybody choose {value:?} for {name}")
        };
        option["value"] = chosen["value"].clone();
    }
    if focused == Some(name) {
        assert!(
            registered["autocomplete"] == true,
            "{name} has no autocomplete"
        );
        option["focused"] = json!(true);
    }
    option
}

fn find<'a>(list: &'a Value, name: &str) -> &'a Value {
    let mut items = list.as_array().into_iter().flatten();
    match items.find(|item| item["name"] == name) {
        Some(item) => item,
        None => panic!("the bot has registered no {name:?} in {list:#}"),
    }
}
