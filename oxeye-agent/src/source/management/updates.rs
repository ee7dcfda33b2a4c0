//! Messages of the management server about players.

use std::collections::HashSet;

use oxeye_plugin_proto::PlayerName;
use serde_json::Value;
use uuid::Uuid;

use crate::roster::RosterEntry;

/// An update from a management server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManagementUpdate {
    /// A player came on.
    Joined(RosterEntry),
    /// A player went off.
    Left(PlayerName),
    /// The server is up and accepts players.
    Started,
    /// The server began to stop.
    Stopping,
    /// Everybody who is on now.
    Roster(Vec<RosterEntry>),
}

/// The first answers of a management server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstRoster {
    /// Whether the server is up and lets players in.
    pub started: bool,
    /// The server's version, such as `1.21.9`, if known.
    pub version: Option<String>,
    /// Everybody who is on.
    pub players: Vec<RosterEntry>,
}

/// `{"id": "853c80ef-...", "name": "jeb_"}`; nobody without a name.
pub(super) fn player(value: &Value) -> Option<RosterEntry> {
    let name = value.get("name")?.as_str()?;
    let uuid = value
        .get("id")
        .and_then(Value::as_str)
        .and_then(|id| Uuid::try_parse(id).ok())
        .filter(|uuid| !uuid.is_nil());
    Some(RosterEntry {
        uuid,
        ..RosterEntry::named(PlayerName::try_from(name).ok()?)
    })
}

/// Everybody in an answer to `minecraft:players`. Somebody whose name cannot be a player's is left
/// out, and somebody who is named twice is there once.
pub(super) fn players(value: &Value) -> Option<Vec<RosterEntry>> {
    let mut seen = HashSet::new();
    let players = value.as_array()?.iter().filter_map(player);
    Some(
        players
            .filter(|entry| seen.insert(entry.player.clone()))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn players_are_read_with_whatever_else_is_said_of_them() {
        let id = "853c80ef-3c37-49fd-aa49-938b674adae6";
        let entry = player(&json!({"name": "jeb_", "id": id, "mood": "good"})).unwrap();

        assert_eq!(entry.player.as_str(), "jeb_");
        assert_eq!(entry.uuid.unwrap().to_string(), id);
        assert_eq!(player(&json!({"name": "jeb_"})).unwrap().uuid, None);
        assert_eq!(
            player(&json!({"name": "jeb_", "id": 5})).unwrap().uuid,
            None
        );
        assert_eq!(player(&json!({"id": id})), None);
        assert_eq!(player(&json!({"name": ""})), None);
        assert_eq!(player(&json!("jeb_")), None);
    }

    #[test]
    fn a_roster_is_an_array_of_different_players() {
        let names = |value| {
            let players = players(&value)?;
            let names = players.iter().map(|entry| entry.player.to_string());
            Some(names.collect::<Vec<_>>().join(" "))
        };
        let twice = json!([{"name": "Alex"}, {"name": "\n"}, 5, {"name": "Alex"}, {"name": "Bo"}]);

        assert_eq!(names(twice).as_deref(), Some("Alex Bo"));
        assert_eq!(names(json!([])).as_deref(), Some(""));
        assert_eq!(names(json!({"name": "Alex"})), None);
        assert_eq!(names(json!(null)), None);
    }
}
