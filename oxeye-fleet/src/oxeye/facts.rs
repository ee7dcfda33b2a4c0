//! What is reported about a slot, and under which name.

use std::collections::BTreeSet;

use oxeye_plugin_proto::{GameServerState, PlayerName, ServerName};

use crate::ids::WorldName;
use crate::rules::State;
use crate::view::SlotView;

/// The beginning of every name that a fleet gives a server. The fleet never unlinks a server with
/// another name.
const PREFIX: &str = "fleet-";

/// The longest id of a player that becomes part of a name, in characters.
const LONGEST_OWNER: usize = 50;

/// What is reported about a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    /// Whether its game server runs.
    pub(super) server: GameServerState,
    /// The players online whose ids can be names of players in a game.
    pub(super) players: BTreeSet<PlayerName>,
}

impl Facts {
    pub(super) fn of(slot: &SlotView) -> Self {
        let server = match slot.state {
            State::Starting => GameServerState::Starting,
            State::Running | State::Idle | State::Stopping => GameServerState::Up,
            State::Stopped | State::Failed | State::Deleting => GameServerState::Down,
        };
        // A player who waits for a server is not on it yet.
        let is_on = slot.state == State::Running;
        let ids = slot.players.iter().filter(|_| is_on);
        let players = ids.filter_map(|visit| visit.player.as_str().parse().ok());
        Self {
            server,
            players: players.collect(),
        }
    }
}

/// Returns the name of a slot's server: the same for the same player, so that its history continues. A
/// second slot of a player, and one of a player with a long id, is named after its world: two slots with
/// one name would unlink each other.
pub(super) fn name_of(slot: &SlotView) -> Option<ServerName> {
    let owner = slot.owner.as_str();
    let is_first = slot.world == WorldName::of(&slot.owner);
    let readable = (is_first && owner.chars().count() <= LONGEST_OWNER)
        .then(|| format!("{PREFIX}{owner}").parse().ok())
        .flatten();
    readable.or_else(|| format!("{PREFIX}{}", slot.world).parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::SlotId;
    use crate::time::UnixMillis;
    use crate::view::PlayerView;

    fn slot(owner: &str, state: State, players: &[&str]) -> SlotView {
        let owner = owner.parse().unwrap();
        let visit = |player: &&str| PlayerView {
            player: player.parse().unwrap(),
            joined_at: UnixMillis(1),
        };
        SlotView {
            id: SlotId(1),
            port: 8081,
            state,
            world: WorldName::of(&owner),
            worker: crate::ids::WorkerName::local(),
            owner,
            player_count: players.len(),
            players: players.iter().map(visit).collect(),
            deadline: None,
            created_at: UnixMillis(1),
            last_activity: UnixMillis(1),
            usage: None,
        }
    }

    #[test]
    fn players_are_on_only_while_the_server_runs() {
        let starting = Facts::of(&slot("alex", State::Starting, &["alex"]));
        assert_eq!(starting.server, GameServerState::Starting);
        assert!(starting.players.is_empty());

        let running = Facts::of(&slot("alex", State::Running, &["alex", "alex", "moss_"]));
        assert_eq!(running.server, GameServerState::Up);
        assert_eq!(running.players.len(), 2);
    }

    #[test]
    fn an_id_that_no_player_of_a_game_can_have_is_left_out() {
        let long = "x".repeat(40);
        let facts = Facts::of(&slot("alex", State::Running, &["alex", &long]));

        assert_eq!(facts.players.len(), 1);
    }

    #[test]
    fn a_server_is_named_after_its_player() {
        let name = |owner: &str| name_of(&slot(owner, State::Running, &[])).unwrap();

        assert_eq!(name("alex").as_str(), "fleet-alex");
        assert_eq!(
            name(&"y".repeat(50)).as_str(),
            format!("fleet-{}", "y".repeat(50))
        );
    }

    #[test]
    fn no_two_slots_have_one_name() {
        let long = "y".repeat(50);
        let players = [
            "alex".to_owned(),
            long.clone(),
            format!("{long}1"),
            format!("{long}2"),
        ];
        let mut names = BTreeSet::new();
        for player in &players {
            let mut slot = slot(player, State::Running, &[]);
            names.insert(name_of(&slot));
            // The player came back while guests still played on the first one.
            slot.world = WorldName::numbered(&slot.owner, 2);
            names.insert(name_of(&slot));
        }

        assert!(!names.contains(&None));
        assert_eq!(names.len(), 2 * players.len(), "{names:?}");
    }
}
