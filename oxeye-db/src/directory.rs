//! The known players of each guild in the order of their names, for whoever types one: a player is known in a guild
//! who has a session, an open one too, or a loose end on one of its servers.
//!
//! | module   | subject                                                          |
//! |----------|------------------------------------------------------------------|
//! | `asking` | which player a typed name means, and which ones may be suggested |
//! | `search` | the players whose names contain a text, a few at a time          |
//! | `names`  | the names of one guild, close together in memory                 |
//!
//! The writer waits for the lock of a guild's names: whoever reads them holds it for a bounded moment, and never asks
//! for another lock, or for this one again, while holding it.

mod asking;
mod names;
mod search;

use std::sync::Arc;

use hashbrown::{HashMap, HashSet};
use oxeye_plugin_proto::PlayerName;
use parking_lot::RwLock;

use crate::ids::GuildId;
use crate::players::{PlayerId, Players};
pub use asking::SuggestedPlayer;
use names::{Named, NamesInOrder};
use search::Search;

/// The known players of all guilds. Only the writer's thread changes them.
#[derive(Debug, Default)]
pub(crate) struct Directory(RwLock<HashMap<GuildId, Arc<RwLock<KnownNames>>>>);

/// A player's name in lower case, and the player.
pub(crate) type DirectoryEntry = (Box<str>, PlayerId);

/// The known players of one guild.
#[derive(Debug, Default)]
struct KnownNames {
    players: HashSet<PlayerId>,
    /// The names in lower case.
    in_order: NamesInOrder,
}

/// Number of entries that are read at once while the writer may wait.
const AT_ONCE: usize = 1000;

impl KnownNames {
    /// Returns a bounded number of entries after one of them, or the first ones.
    fn some_after(&self, last: Option<&DirectoryEntry>) -> Vec<DirectoryEntry> {
        let is_before =
            |one: Named<'_>| last.is_some_and(|(name, player)| one <= (&**name, *player));
        let entries = self.in_order.after(is_before).take(AT_ONCE);
        entries
            .map(|(name, player)| (name.into(), player))
            .collect()
    }
}

impl Directory {
    /// Returns the guilds that know anybody, or did.
    pub(crate) fn guilds(&self) -> Vec<GuildId> {
        self.0.read().keys().copied().collect()
    }

    /// Returns the known players of a guild in the order of their names.
    pub(crate) fn known_players(&self, guild: GuildId) -> impl Iterator<Item = PlayerId> {
        // Everything starts with nothing.
        self.search(guild, "")
    }

    /// Whether a player is known in a guild.
    pub(crate) fn knows(&self, guild: GuildId, player: PlayerId) -> bool {
        let names = self.of(guild);
        names.is_some_and(|names| names.read().players.contains(&player))
    }

    /// Adds a player to a guild.
    pub(crate) fn add(&self, guild: GuildId, player: PlayerId, players: &Players) {
        if self.knows(guild, player) {
            return;
        }
        let Some(name) = players.name(player) else {
            return;
        };
        let names = Arc::clone(self.0.write().entry(guild).or_default());
        let mut names = names.write();
        names.players.insert(player);
        names.in_order.insert((&folded(&name), player));
    }

    /// Forgets a player in one guild, or in all guilds.
    pub(crate) fn forget(&self, only: Option<GuildId>, player: PlayerId, name: &PlayerName) {
        for (guild, names) in self.0.read().iter() {
            if only.is_none_or(|only| only == *guild) {
                let mut names = names.write();
                names.players.remove(&player);
                names.in_order.remove((&folded(name), player));
            }
        }
    }

    /// Returns the entries of the players of a guild who are not known any more.
    pub(crate) fn outdated(
        &self,
        guild: GuildId,
        is_known: impl Fn(PlayerId) -> bool,
    ) -> Vec<DirectoryEntry> {
        let mut outdated = Vec::new();
        let Some(names) = self.of(guild) else {
            return outdated;
        };
        let mut last: Option<DirectoryEntry> = None;
        loop {
            let some = names.read().some_after(last.as_ref());
            last = some.last().cloned();
            if last.is_none() {
                return outdated;
            }
            outdated.extend(some.into_iter().filter(|(_, player)| !is_known(*player)));
        }
    }

    /// Removes an entry from the players of a guild.
    pub(crate) fn remove(&self, guild: GuildId, (name, player): &DirectoryEntry) {
        if let Some(names) = self.of(guild) {
            let mut names = names.write();
            names.players.remove(player);
            names.in_order.remove((name, *player));
        }
    }

    /// Returns the players of a guild with a name, in any case: at most `limit`.
    fn in_any_case(&self, guild: GuildId, name: &PlayerName, limit: usize) -> Vec<PlayerId> {
        let (mut found, folded) = (Vec::new(), folded(name));
        if let Some(names) = self.of(guild) {
            let names = names.read();
            let alike = names.in_order.after(|(name, _)| name < &*folded);
            let alike = alike.take_while(|(name, _)| *name == &*folded);
            found.extend(alike.take(limit).map(|(_, player)| player));
        }
        found
    }

    /// Searches the players of a guild for those whose names contain a text in lower case.
    fn search(&self, guild: GuildId, text: &str) -> Search {
        Search::new(self.of(guild), text)
    }

    fn of(&self, guild: GuildId) -> Option<Arc<RwLock<KnownNames>>> {
        self.0.read().get(&guild).map(Arc::clone)
    }
}

fn folded(name: &PlayerName) -> Box<str> {
    name.as_str().to_lowercase().into()
}

#[cfg(test)]
mod tests;
