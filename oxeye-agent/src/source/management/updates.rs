//! Parses players and rosters in messages of the management server.

use std::collections::HashSet;

use oxeye_plugin_proto::PlayerName;
use serde_json::Value;
use uuid::Uuid;

use crate::roster::RosterEntry;

/// An update from a management server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ManagementUpdate {
    /// A player joined.
    Joined(RosterEntry),
    /// A player left.
    Left(PlayerName),
    /// The server is up and accepts players.
    Started,
    /// The server began to stop.
    Stopping,
    /// Everyone who is online now.
    Roster(Vec<RosterEntry>),
}

/// The first answers of a management server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FirstRoster {
    /// Whether the server is up and accepts players.
    pub(crate) started: bool,
    /// The server's version, such as `1.21.9`, if known.
    pub(crate) version: Option<String>,
    /// Everyone who is online.
    pub(crate) players: Vec<RosterEntry>,
}

/// Parses `{"id": "853c80ef-...", "name": "jeb_"}`. Returns `None` without a valid name.
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

/// Parses an answer to `minecraft:players`. Players with invalid names are left out, and a player who
/// is named twice is returned once.
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
    fn unknown_fields_of_a_player_are_ignored() {
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
