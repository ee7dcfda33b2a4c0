//! The settings of activity: whether it is kept, what the operator's kinds of events count, and where Redis clients
//! read it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;

use oxeye_db::ActivityOptions;
use oxeye_db::activity::kinds::{Kind, Kinds};
use oxeye_plugin_proto::{EventType, PlayerName, ServerName};
use oxeye_process::settings;
use serde::Deserialize;

use oxeye_process::config::{ConfigError, Expected, Shown, Sources, Unit};

use super::list;

/// Returns how activity is kept; `None` if it is off.
pub(super) fn read(from: &Sources) -> Result<Option<ActivityOptions>, ConfigError> {
    if !from.on_or_off(list::ACTIVITY)? {
        return Ok(None);
    }
    let kinds = match from.find(list::ACTIVITY_KINDS) {
        None => Kinds::built_in(),
        Some(given) => {
            let path = given.text.trim();
            read_kinds(Path::new(path)).map_err(|why| ConfigError::BadValue {
                variable: list::ACTIVITY_KINDS.name,
                shown: Shown::Quoted(path.to_owned()),
                origin: given.origin.clone(),
                expected: Expected::Other {
                    what: "a TOML file that defines kinds of events".to_owned(),
                    why: Some(why),
                },
            })?
        }
    };
    let days = from.number(list::ACTIVITY_RETENTION_DAYS, 30..=3_660, Unit::Days)?;
    Ok(Some(ActivityOptions {
        kinds,
        retention_days: u16::try_from(days).unwrap_or(u16::MAX),
    }))
}

/// Returns where Redis clients are answered, if activity is on; `None` if they are not.
pub(super) fn resp_listen(from: &Sources) -> Result<Option<SocketAddr>, ConfigError> {
    let expected = "an IP address with a port such as 127.0.0.1:6379";
    from.socket_address(list::ACTIVITY_RESP_LISTEN, expected, |_| true)
}

/// The file of `ACTIVITY_KINDS`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KindsFile {
    /// Players who are ignored on all servers.
    #[serde(default)]
    ignore: Vec<PlayerName>,
    #[serde(default)]
    kinds: BTreeMap<EventType, KindTable>,
    #[serde(default)]
    servers: BTreeMap<ServerName, ServerTable>,
}

/// `[kinds.NAME]`: one type of event.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KindTable {
    /// The counters that an event raises.
    #[serde(default)]
    counters: BTreeSet<String>,
    /// Fields of the details that are added to a counter.
    #[serde(default)]
    sum: BTreeMap<String, String>,
    /// Fields of the details that are collected.
    #[serde(default)]
    collect: BTreeMap<String, String>,
    /// Players whose events of this type are ignored.
    #[serde(default)]
    ignore: Vec<PlayerName>,
}

/// `[servers.NAME]`: one server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ServerTable {
    /// Players who are ignored on it.
    #[serde(default)]
    ignore: Vec<PlayerName>,
}

fn read_kinds(path: &Path) -> Result<Kinds, String> {
    let table = settings::read_toml(path).map_err(|error| error.to_string())?;
    let file: KindsFile = table.try_into().map_err(|error: toml::de::Error| {
        error
            .message()
            .lines()
            .next()
            .unwrap_or("not the file of kinds")
            .to_owned()
    })?;
    let mut kinds = Kinds::built_in();
    for player in file.ignore {
        kinds.ignore(player);
    }
    for (server, table) in file.servers {
        for player in table.ignore {
            kinds.ignore_on(server.clone(), player);
        }
    }
    for (event_type, table) in file.kinds {
        let kind = Kind {
            counters: table.counters,
            sums: table.sum,
            collections: table.collect,
            ignored: table.ignore.into_iter().collect(),
        };
        kinds
            .define(event_type, kind)
            .map_err(|error| error.to_string())?;
    }
    Ok(kinds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds_of(text: &str) -> Result<Kinds, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kinds.toml");
        std::fs::write(&path, text).unwrap();
        read_kinds(&path)
    }

    #[test]
    fn an_operator_defines_types_and_ignores_players() {
        let kinds = kinds_of(
            r#"
            ignore = ["Bot"]
            [servers.creative]
            ignore = ["Builder"]
            [kinds.quest_done]
            counters = ["quests"]
            sum = { reward = "quest_rewards" }
            collect = { place = "sectors" }
            ignore = ["Npc"]
            "#,
        )
        .unwrap();

        let quest = "quest_done".parse().unwrap();
        let kind = kinds.of(&quest).unwrap();
        assert!(kind.counters.contains("quests"));
        assert_eq!(kind.sums["reward"], "quest_rewards");
        assert_eq!(kind.collections["place"], "sectors");
        let player = |name| PlayerName::try_from(name).unwrap();
        let creative = ServerName::try_from("creative").unwrap();
        let warp = "warp".parse().unwrap();
        assert!(kinds.ignores(&creative, &player("Bot"), &warp));
        assert!(kinds.ignores(&creative, &player("Builder"), &warp));
        assert!(kinds.ignores(&creative, &player("Npc"), &quest));
        assert!(!kinds.ignores(&creative, &player("Npc"), &warp));
    }

    #[test]
    fn a_file_of_kinds_with_a_mistake_is_refused_with_a_sentence() {
        let refused = |text| kinds_of(text).unwrap_err();

        assert!(refused("[kinds.login]\n").contains("derived from joins and leaves"));
        assert!(refused("[kinds.\"two words\"]\n").contains("event_type has only"));
        assert!(refused("[kinds.a]\ncounters = [\"sessions\"]\n").contains("\"sessions\""));
        assert!(
            refused("[kinds.a]\ncollect = { b = \"quests\" }\n").contains("only as \"sectors\"")
        );
        assert!(refused("[kinds.a]\ncount = [\"b\"]\n").contains("unknown field `count`"));
        assert!(refused("ignore = 7\n").contains("invalid type"));
    }
}
