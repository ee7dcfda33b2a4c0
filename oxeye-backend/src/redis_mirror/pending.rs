//! Whose records are to be written, collected from the feed so that many changes of one player are one.

use std::collections::{HashMap, HashSet};

use oxeye_db::GuildId;
use oxeye_db::activity::feed::{ActivityChange, ActivityChanges, ChangedPlayer};
use oxeye_plugin_proto::PlayerName;
use parking_lot::Mutex;

/// The most players and former ids that are remembered. If there are more, everything is written.
const MAX: usize = 50_000;

/// What is to be written.
#[derive(Debug, Default)]
pub(super) struct Pending(Mutex<Work>);

/// What is to be written, of which some was taken out.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Work {
    /// Anything may have changed.
    pub(super) everything: bool,
    /// Players whose records changed.
    pub(super) players: HashMap<GuildId, HashSet<PlayerName>>,
    /// Ids that do not stand for the same player as before.
    pub(super) former_ids: HashSet<(GuildId, String)>,
    count: usize,
}

impl Pending {
    /// Collects what changes until the store is closed.
    pub(super) async fn collect(&self, mut changes: ActivityChanges) {
        while let Some(change) = changes.next().await {
            self.add(&change);
        }
    }

    fn add(&self, change: &ActivityChange) {
        let mut work = self.0.lock();
        match change {
            ActivityChange::Everything => work.add_everything(),
            ActivityChange::Players(players) => players.iter().for_each(|player| work.add(player)),
        }
    }

    /// Adds players.
    pub(super) fn add_players(
        &self,
        guild: GuildId,
        players: impl IntoIterator<Item = PlayerName>,
    ) {
        let mut work = self.0.lock();
        for name in players {
            work.add(&ChangedPlayer {
                guild,
                name,
                former_id: None,
            });
        }
    }

    /// Takes everything out.
    pub(super) fn take(&self) -> Work {
        std::mem::take(&mut *self.0.lock())
    }

    /// Puts back what could not be written.
    pub(super) fn put_back(&self, work: Work) {
        let mut pending = self.0.lock();
        if work.everything {
            pending.add_everything();
        }
        for (guild, players) in work.players {
            for name in players {
                pending.add(&ChangedPlayer {
                    guild,
                    name,
                    former_id: None,
                });
            }
        }
        for former in work.former_ids {
            pending.add_former_id(former);
        }
    }
}

impl Work {
    fn add(&mut self, player: &ChangedPlayer) {
        if let Some(id) = &player.former_id {
            self.add_former_id((player.guild, id.clone()));
        }
        if self.everything {
            return;
        }
        let players = self.players.entry(player.guild).or_default();
        if players.insert(player.name.clone()) {
            self.count += 1;
        }
        if self.count > MAX {
            self.add_everything();
        }
    }

    /// Adds an id whose records are written or deleted before everything is: it may be of somebody who was forgotten.
    fn add_former_id(&mut self, former: (GuildId, String)) {
        if self.former_ids.len() < MAX && self.former_ids.insert(former) {
            self.count += 1;
        }
    }

    fn add_everything(&mut self) {
        self.everything = true;
        self.players = HashMap::new();
        self.count = self.former_ids.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUILD: GuildId = GuildId(7);

    fn name(text: &str) -> PlayerName {
        PlayerName::try_from(text).unwrap()
    }

    fn changed(text: &str, former_id: Option<&str>) -> ActivityChange {
        let player = ChangedPlayer {
            guild: GUILD,
            name: name(text),
            former_id: former_id.map(str::to_owned),
        };
        ActivityChange::Players([player].into())
    }

    #[test]
    fn many_changes_of_a_player_are_one_until_they_are_taken() {
        let pending = Pending::default();
        pending.add(&changed("Alex", None));
        pending.add(&changed("Alex", Some("Alex")));
        pending.add(&changed("Steve", None));

        let work = pending.take();

        assert_eq!(work.players[&GUILD], [name("Alex"), name("Steve")].into());
        assert_eq!(work.former_ids, [(GUILD, "Alex".to_owned())].into());
        assert_eq!(pending.take(), Work::default());
        pending.add(&changed("Herobrine", None));
        pending.put_back(work);
        assert_eq!(pending.take().players[&GUILD].len(), 3);
    }

    #[test]
    fn too_many_players_are_everything() {
        let pending = Pending::default();
        let names = (0..MAX).map(|number| name(&format!("P{number}")));
        pending.add_players(GUILD, names);
        assert!(!pending.0.lock().everything);

        pending.add(&changed("One too many", None));
        pending.add(&changed("Alex", Some("Alex")));

        let work = pending.take();
        assert!(work.everything);
        assert!(work.players.is_empty());
        assert_eq!(work.former_ids, [(GUILD, "Alex".to_owned())].into());
    }
}
