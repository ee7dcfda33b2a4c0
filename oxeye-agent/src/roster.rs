//! The roster: who is online, worked out from events.

use std::collections::BTreeMap;

use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};
use uuid::Uuid;

use crate::game_event::GameEvent;

/// The most players a roster holds. No server has that many, and whatever a server claims must not fill
/// the memory of this machine.
pub(crate) const MOST_PLAYERS: usize = 10_000;

/// A player who is online.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RosterEntry {
    pub(crate) player: PlayerName,
    /// The account, if the source knows it.
    pub(crate) uuid: Option<Uuid>,
    /// At a proxy, the server behind it that the player is on.
    pub(crate) server: Option<ServerName>,
    /// When they joined, if the source knows it.
    pub(crate) since: Option<UnixSeconds>,
}

impl RosterEntry {
    /// Returns an entry of which only the name is known.
    #[must_use]
    pub(crate) fn named(player: PlayerName) -> Self {
        Self {
            player,
            uuid: None,
            server: None,
            since: None,
        }
    }
}

/// Everyone who is online, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Roster {
    players: BTreeMap<PlayerName, RosterEntry>,
}

impl Roster {
    /// Applies an event. A repeated join keeps the first time and adds what was unknown. A join beyond
    /// [`MOST_PLAYERS`] is ignored.
    pub(crate) fn apply(&mut self, event: &GameEvent, at: UnixSeconds) {
        match event {
            GameEvent::Join {
                player,
                uuid,
                server,
            } => {
                if self.players.len() >= MOST_PLAYERS && !self.players.contains_key(player) {
                    return;
                }
                let entry = self
                    .players
                    .entry(player.clone())
                    .or_insert_with(|| RosterEntry {
                        since: Some(at),
                        ..RosterEntry::named(player.clone())
                    });
                entry.uuid = entry.uuid.or(*uuid);
                if server.is_some() {
                    entry.server.clone_from(server);
                }
            }
            GameEvent::Leave { player } => {
                self.players.remove(player);
            }
            GameEvent::Switch { player, server } => {
                if let Some(entry) = self.players.get_mut(player) {
                    entry.server = Some(server.clone());
                }
            }
            GameEvent::Boot | GameEvent::Stop | GameEvent::Crash => self.players.clear(),
            GameEvent::Start | GameEvent::Activity(_) => {}
        }
    }

    /// Iterates over everyone, ordered by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &RosterEntry> {
        self.players.values()
    }

    /// Returns a player, if they are online.
    #[must_use]
    pub(crate) fn get(&self, player: &PlayerName) -> Option<&RosterEntry> {
        self.players.get(player)
    }

    /// Returns the number of players who are online.
    #[must_use]
    pub(crate) fn len(&self) -> usize {
        self.players.len()
    }

    /// Whether nobody is online.
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.players.is_empty()
    }
}

impl FromIterator<RosterEntry> for Roster {
    fn from_iter<I: IntoIterator<Item = RosterEntry>>(entries: I) -> Self {
        let players = entries
            .into_iter()
            .take(MOST_PLAYERS)
            .map(|entry| (entry.player.clone(), entry))
            .collect();
        Self { players }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(number: usize) -> GameEvent {
        GameEvent::Join {
            player: format!("Player{number}").parse().expect("a name"),
            uuid: None,
            server: None,
        }
    }

    #[test]
    fn the_number_of_players_on_a_roster_is_limited() {
        let mut roster = Roster::default();
        for number in 0..MOST_PLAYERS + 5 {
            roster.apply(&join(number), UnixSeconds(1));
        }
        assert_eq!(roster.len(), MOST_PLAYERS);

        let player = "Player0".parse().expect("a name");
        roster.apply(&GameEvent::Leave { player }, UnixSeconds(2));
        roster.apply(&join(MOST_PLAYERS), UnixSeconds(3));
        assert_eq!(roster.len(), MOST_PLAYERS);

        let all = (0..MOST_PLAYERS + 5).map(|number| {
            let player = format!("Player{number}").parse().expect("a name");
            RosterEntry::named(player)
        });
        assert_eq!(all.collect::<Roster>().len(), MOST_PLAYERS);
    }
}
