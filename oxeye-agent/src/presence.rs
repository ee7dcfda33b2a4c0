//! Who is on, from what has happened.

use std::collections::BTreeMap;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use crate::happening::{Happening, Present};

/// More are not remembered: no server has so many on, and what a server tells must not fill the
/// memory of this machine.
pub const MOST_PLAYERS: usize = 10_000;

/// Everybody who is on, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Presence {
    players: BTreeMap<PlayerName, Present>,
}

impl Presence {
    /// Takes in what has happened. A repeated join keeps the first time, and adds what it did not
    /// say. A join beyond [`MOST_PLAYERS`] is passed over.
    pub fn apply(&mut self, happening: &Happening, at: UnixSeconds) {
        match happening {
            Happening::Join {
                player,
                uuid,
                server,
            } => {
                if self.players.len() >= MOST_PLAYERS && !self.players.contains_key(player) {
                    return;
                }
                let present = self
                    .players
                    .entry(player.clone())
                    .or_insert_with(|| Present {
                        since: Some(at),
                        ..Present::named(player.clone())
                    });
                present.uuid = present.uuid.or(*uuid);
                if server.is_some() {
                    present.server.clone_from(server);
                }
            }
            Happening::Leave { player } => {
                self.players.remove(player);
            }
            Happening::Switch { player, server } => {
                if let Some(present) = self.players.get_mut(player) {
                    present.server = Some(server.clone());
                }
            }
            Happening::Boot | Happening::Stop | Happening::Crash => self.players.clear(),
            Happening::Start => {}
        }
    }

    /// Everybody, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &Present> {
        self.players.values()
    }

    /// One player, if they are on.
    #[must_use]
    pub fn get(&self, player: &PlayerName) -> Option<&Present> {
        self.players.get(player)
    }

    /// How many are on.
    #[must_use]
    pub fn len(&self) -> usize {
        self.players.len()
    }

    /// Nobody is on.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.players.is_empty()
    }
}

impl FromIterator<Present> for Presence {
    fn from_iter<I: IntoIterator<Item = Present>>(present: I) -> Self {
        let players = present
            .into_iter()
            .take(MOST_PLAYERS)
            .map(|present| (present.player.clone(), present))
            .collect();
        Self { players }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(number: usize) -> Happening {
        Happening::Join {
            player: format!("Player{number}").parse().expect("a name"),
            uuid: None,
            server: None,
        }
    }

    #[test]
    fn no_more_players_are_remembered_than_any_server_has() {
        let mut presence = Presence::default();
        for number in 0..MOST_PLAYERS + 5 {
            presence.apply(&join(number), UnixSeconds(1));
        }
        assert_eq!(presence.len(), MOST_PLAYERS);

        let player = "Player0".parse().expect("a name");
        presence.apply(&Happening::Leave { player }, UnixSeconds(2));
        presence.apply(&join(MOST_PLAYERS), UnixSeconds(3));
        assert_eq!(presence.len(), MOST_PLAYERS);

        let all = (0..MOST_PLAYERS + 5).map(|number| {
            let player = format!("Player{number}").parse().expect("a name");
            Present::named(player)
        });
        assert_eq!(all.collect::<Presence>().len(), MOST_PLAYERS);
    }
}
