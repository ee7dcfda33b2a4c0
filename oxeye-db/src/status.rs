//! What people ask: which servers there are, who is on, who was here lately. From memory only.

use hashbrown::HashSet;
use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};
use std::time::Duration;

use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::ids::{GuildId, ServerId};
use crate::server_state::{LinkState, OfflinePlayerInfo, OnlinePlayer, ServerState, latest};

/// One line about a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerSummary {
    /// The server.
    pub id: ServerId,
    /// Its guild.
    pub guild: GuildId,
    /// Its name, unique in the guild.
    pub name: ServerName,
    /// How much we know of it.
    pub state: LinkState,
    /// Players online, those whose names are known.
    pub online: usize,
    /// How many the server says there are, while it has not told who they are.
    pub reported_count: Option<usize>,
    /// When it last said anything.
    pub heard_at: Option<UnixSeconds>,
}

/// The players who are on a server, and those who were lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerStatus {
    /// The server.
    pub id: ServerId,
    /// Its guild.
    pub guild: GuildId,
    /// Its name, unique in the guild.
    pub name: ServerName,
    /// How much we know of it.
    pub state: LinkState,
    /// When it last said anything.
    pub heard_at: Option<UnixSeconds>,
    /// How long "lately" is.
    pub window: Duration,
    /// The players who are online, in the order in which they joined.
    pub online: Vec<OnlinePlayer>,
    /// How many the server says there are, while it has not told who they are.
    pub reported_count: Option<usize>,
    /// The players who are not, newest first, at most as many as were asked for.
    pub last_seen: Vec<OfflinePlayerInfo>,
    /// How many there are in the window.
    pub last_seen_total: usize,
}

impl Database {
    /// A guild's servers, sorted by name. One that was disconnected is among them for a week.
    #[must_use]
    pub fn servers(&self, guild: GuildId, now: UnixSeconds) -> Vec<ServerSummary> {
        self.summaries(Some(guild), |state| state.is_listed(now), now)
    }

    /// The same of all guilds, sorted by guild and name.
    #[must_use]
    pub fn all_servers(&self, now: UnixSeconds) -> Vec<ServerSummary> {
        self.summaries(None, |state| state.is_listed(now), now)
    }

    /// How many *different* players are online on a guild's servers together.
    #[must_use]
    pub fn distinct_online(&self, guild: GuildId) -> usize {
        let mut players: HashSet<PlayerName> = HashSet::new();
        for id in self.inner.memory.cache.ids(Some(guild)) {
            self.inner
                .memory
                .cache
                .read(id, |state| players.extend(state.players().keys().cloned()));
        }
        players.len()
    }

    /// All servers that anything is known of, sorted by guild and name: also those that were
    /// disconnected so long ago that no list shows them.
    #[must_use]
    pub fn known_servers(&self, now: UnixSeconds) -> Vec<ServerSummary> {
        self.summaries(None, |_| true, now)
    }

    /// Whether a guild has any server, linked or not.
    #[must_use]
    pub fn has_servers(&self, guild: GuildId) -> bool {
        self.inner.memory.cache.has_servers(guild)
    }

    /// A server's roster and the `limit` players last seen on it. `None` when it was removed.
    #[must_use]
    pub fn status(
        &self,
        server: GuildServer,
        limit: usize,
        now: UnixSeconds,
    ) -> Option<ServerStatus> {
        let read = |state: &ServerState| ServerStatus {
            id: server.id(),
            guild: server.guild(),
            name: state.name().clone(),
            state: state.link_state(now),
            heard_at: state.heard_at().map(|at| at.min(latest(now))),
            window: self.inner.memory.recent_window(),
            online: state.online(),
            reported_count: state.reported_count(now),
            last_seen: state.get_recently_offline(limit, now),
            last_seen_total: state.last_seen().count_since(state.window_edge(now)),
        };
        self.inner.memory.cache.read(server.id(), read)
    }

    fn summaries(
        &self,
        guild: Option<GuildId>,
        is_wanted: impl Fn(&ServerState) -> bool,
        now: UnixSeconds,
    ) -> Vec<ServerSummary> {
        let summary = |id| {
            let read = |state: &ServerState| {
                is_wanted(state).then(|| ServerSummary {
                    id,
                    guild: state.guild(),
                    name: state.name().clone(),
                    state: state.link_state(now),
                    online: state.players().len(),
                    reported_count: state.reported_count(now),
                    heard_at: state.heard_at().map(|at| at.min(latest(now))),
                })
            };
            self.inner.memory.cache.read(id, read).flatten()
        };
        let ids = self.inner.memory.cache.ids(guild);
        ids.into_iter().filter_map(summary).collect()
    }
}
