//! Who is known: the players who have a session, an open one too, or a loose end on some server.

use oxeye_plugin_proto::PlayerName;

use super::Memory;
use crate::directory::DirectoryEntry;
use crate::ids::GuildId;
use crate::players::PlayerId;
use crate::server_state::ServerState;
use crate::store::WriterThread;

impl Memory {
    /// Adds the players of whom something is known to the directory of their guild.
    pub(crate) fn fill_directory(&self) {
        for server in self.cache.ids(None) {
            let read = |state: &ServerState| {
                let mut added = Marks::default();
                for player in state.known_players() {
                    if !added.has(player) {
                        added.add(player);
                        self.directory.add(state.guild(), player, &self.players);
                    }
                }
            };
            self.cache.read(server, read);
        }
    }

    /// Calls a function with the players of whom something is known on the servers of a guild, or of all guilds; with some
    /// more than once. Locks no server while it does.
    pub(crate) fn each_known_player(&self, only: Option<GuildId>, mut call: impl FnMut(PlayerId)) {
        for server in self.cache.ids(only) {
            let read = |state: &ServerState| {
                let others: Vec<_> = state.players_beside_history().collect();
                (state.history().clone(), others)
            };
            if let Some((history, others)) = self.cache.read(server, read) {
                history.players().chain(others).for_each(&mut call);
            }
        }
    }

    /// Returns the entries of a guild's directory of whose players nothing is known any more.
    pub(crate) fn outdated_in_directory(&self, guild: GuildId) -> Vec<DirectoryEntry> {
        let mut known = Marks::default();
        self.each_known_player(Some(guild), |player| known.add(player));
        self.directory.outdated(guild, |player| known.has(player))
    }

    /// Returns the players of whom nothing is known in any guild, but for some.
    pub(crate) fn unknown_players(
        &self,
        kept: impl IntoIterator<Item = PlayerId>,
    ) -> Vec<(PlayerId, PlayerName)> {
        let mut known = Marks::default();
        kept.into_iter().for_each(|player| known.add(player));
        self.each_known_player(None, |player| known.add(player));
        self.players.unknown(|player| known.has(player))
    }

    /// Removes an entry from the directory of a guild if nothing is known of the player there.
    pub(crate) fn prune_entry(&self, _: &WriterThread, guild: GuildId, entry: &DirectoryEntry) {
        if !self.knows(Some(guild), entry.1) {
            self.directory.remove(guild, entry);
        }
    }

    /// Removes a player from the directory of a guild if nothing is known of them there any more.
    pub(crate) fn prune_player(
        &self,
        _: &WriterThread,
        guild: GuildId,
        (player, name): (PlayerId, &PlayerName),
    ) {
        if !self.knows(Some(guild), player) {
            self.directory.forget(Some(guild), player, name);
        }
    }

    /// Whether a player has a session or a loose end in a guild, or in any guild.
    pub(crate) fn knows(&self, only: Option<GuildId>, player: PlayerId) -> bool {
        let knows = |state: &ServerState| state.knows(player);
        let mut servers = self.cache.ids(only).into_iter();
        servers.any(|server| self.cache.read(server, knows) == Some(true))
    }
}

/// A set of players, by their numbers.
#[derive(Debug, Default)]
struct Marks(Vec<bool>);

impl Marks {
    fn add(&mut self, player: PlayerId) {
        let place = player.0 as usize;
        if place >= self.0.len() {
            self.0.resize(place + 1, false);
        }
        self.0[place] = true;
    }

    fn has(&self, player: PlayerId) -> bool {
        self.0.get(player.0 as usize) == Some(&true)
    }
}
