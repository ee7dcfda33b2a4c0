//! Answers, from memory, what people ask most: which servers there are, who is online, and who was
//! online recently.

use std::sync::Arc;
use std::time::Duration;

use oxeye_plugin_proto::{ServerName, UnixSeconds};

use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::ids::{GuildId, ServerId};
use crate::server_about::ServerAbout;
use crate::server_state::{
    Lately, LinkState, OfflinePlayerInfo, OnlinePlayer, ServerState, latest,
};
use crate::visibility::Visible;
use crate::watched_address::WatchedAs;

/// A server in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerSummary {
    /// The server.
    pub id: ServerId,
    /// Its guild.
    pub guild: GuildId,
    /// Its name, unique in the guild.
    pub name: ServerName,
    /// The state of the server.
    pub state: LinkState,
    /// Since when it has been in this state, as far as we know.
    pub state_since: Option<UnixSeconds>,
    /// Number of players online whose names are known.
    pub online: usize,
    /// The number of players the server reports while their names are unknown.
    pub reported_count: Option<usize>,
    /// When the server last reported anything.
    pub heard_at: Option<UnixSeconds>,
    /// What the server says about itself.
    pub about: Arc<ServerAbout>,
    /// How its address is watched, if it has one.
    pub watched: Option<WatchedAs>,
}

/// The players who are online on a server, and those who were there recently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerStatus {
    /// The server.
    pub id: ServerId,
    /// Its guild.
    pub guild: GuildId,
    /// Its name, unique in the guild.
    pub name: ServerName,
    /// The state of the server.
    pub state: LinkState,
    /// Since when it has been in this state, as far as we know.
    pub state_since: Option<UnixSeconds>,
    /// When the server last reported anything.
    pub heard_at: Option<UnixSeconds>,
    /// The length of the window of last seen.
    pub window: Duration,
    /// The players who are online, in the order in which they joined.
    pub online: Vec<OnlinePlayer>,
    /// Number of players online who are not shown, because they hide.
    pub hidden_count: usize,
    /// The number of players the server reports while their names are unknown.
    pub reported_count: Option<usize>,
    /// The players last seen, newest first, at most as many as requested. Whoever was seen under several names is there
    /// once, and nobody who is on under another name.
    pub last_seen: Vec<OfflinePlayerInfo>,
    /// Number of such players in the window of last seen.
    pub last_seen_total: usize,
    /// What the server says about itself.
    pub about: Arc<ServerAbout>,
    /// How its address is watched, if it has one.
    pub watched: Option<WatchedAs>,
}

/// The players who are online on a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnlineNow {
    /// The state of the server.
    pub state: LinkState,
    /// The players, in the order in which they joined.
    pub players: Vec<OnlinePlayer>,
    /// The number of players the server reports while their names are unknown.
    pub reported_count: Option<usize>,
}

impl Database {
    /// Returns a guild's servers, sorted by name. A disconnected server is listed for a week.
    #[must_use]
    pub fn servers(&self, guild: GuildId, now: UnixSeconds) -> Vec<ServerSummary> {
        self.summaries(Some(guild), |state| state.is_listed(now), now)
    }

    /// Returns the servers of all guilds, sorted by guild and name. A disconnected server is listed
    /// for a week.
    #[must_use]
    pub fn all_servers(&self, now: UnixSeconds) -> Vec<ServerSummary> {
        self.summaries(None, |state| state.is_listed(now), now)
    }

    /// Returns all known servers, sorted by guild and name, including those disconnected so long
    /// ago that no list shows them.
    #[must_use]
    pub fn known_servers(&self, now: UnixSeconds) -> Vec<ServerSummary> {
        self.summaries(None, |_| true, now)
    }

    /// Returns one server, also one that was disconnected long ago; `None` if it was removed.
    #[must_use]
    pub fn server_summary(&self, id: ServerId, now: UnixSeconds) -> Option<ServerSummary> {
        let read = |state: &ServerState| summary(id, state, now);
        self.inner.memory.cache.read(id, read)
    }

    /// Returns whether a guild has any server, linked or not.
    #[must_use]
    pub fn has_servers(&self, guild: GuildId) -> bool {
        self.inner.memory.cache.has_servers(guild)
    }

    /// Returns a server's roster and the `limit` players last seen on it, as the members of its guild may see
    /// them; `None` if it was removed.
    #[must_use]
    pub fn status(
        &self,
        server: GuildServer,
        limit: usize,
        now: UnixSeconds,
    ) -> Option<ServerStatus> {
        let hidden = &self.inner.memory.hidden;
        let visible = || hidden.visible_to_members(server.guild());
        self.status_seen_by(server, visible, limit, now)
    }

    /// Returns the same with everybody, also those who hide from members, for operators.
    #[must_use]
    pub fn whole_status(
        &self,
        server: GuildServer,
        limit: usize,
        now: UnixSeconds,
    ) -> Option<ServerStatus> {
        self.status_seen_by(server, Visible::everybody, limit, now)
    }

    /// Returns who is online on a server, as the members of its guild may see them; `None` if it was removed. Does not
    /// ask who was there recently.
    #[must_use]
    pub fn online_now(&self, server: GuildServer, now: UnixSeconds) -> Option<OnlineNow> {
        let memory = &self.inner.memory;
        let read = |state: &ServerState| OnlineNow {
            state: state.link_state(now),
            players: match state.may_have_players(now) {
                true => {
                    let visible = memory.hidden.visible_to_members(server.guild());
                    state.online_as_shown(&visible, now)
                }
                false => Vec::new(),
            },
            reported_count: state.reported_count(now),
        };
        memory.cache.read(server.id(), read)
    }

    fn status_seen_by(
        &self,
        server: GuildServer,
        visible: impl FnOnce() -> Visible,
        limit: usize,
        now: UnixSeconds,
    ) -> Option<ServerStatus> {
        let read = |state: &ServerState, visible: &Visible| {
            let online = if state.may_have_players(now) {
                state.online_as_shown(visible, now)
            } else {
                Vec::new()
            };
            ServerStatus {
                id: server.id(),
                guild: server.guild(),
                name: state.name().clone(),
                state: state.link_state(now),
                state_since: state.state_since(now),
                heard_at: state.heard_at().map(|at| at.min(latest(now))),
                window: state.window_seen_by(visible),
                hidden_count: if state.may_have_players(now) {
                    state.players().len() - online.len()
                } else {
                    0
                },
                online,
                reported_count: state.reported_count(now),
                last_seen: Vec::new(),
                last_seen_total: 0,
                about: Arc::clone(state.about()),
                watched: state.watched_as(),
            }
        };
        let ask = |lately: &Lately<'_>| (lately.get_recently_offline(limit), lately.count());
        let memory = &self.inner.memory;
        let (status, (last_seen, last_seen_total)) =
            memory.read_with_lately(server.id(), visible, now, read, ask)?;
        Some(ServerStatus {
            last_seen,
            last_seen_total,
            ..status
        })
    }

    /// Returns what a server says about itself; `None` if it was removed.
    #[must_use]
    pub fn about(&self, server: GuildServer) -> Option<Arc<ServerAbout>> {
        let about = |state: &ServerState| Arc::clone(state.about());
        self.inner.memory.cache.read(server.id(), about)
    }

    fn summaries(
        &self,
        guild: Option<GuildId>,
        is_wanted: impl Fn(&ServerState) -> bool,
        now: UnixSeconds,
    ) -> Vec<ServerSummary> {
        let summary = |id| {
            let read = |state: &ServerState| is_wanted(state).then(|| summary(id, state, now));
            self.inner.memory.cache.read(id, read).flatten()
        };
        let ids = self.inner.memory.cache.ids(guild);
        ids.into_iter().filter_map(summary).collect()
    }
}

fn summary(id: ServerId, state: &ServerState, now: UnixSeconds) -> ServerSummary {
    ServerSummary {
        id,
        guild: state.guild(),
        name: state.name().clone(),
        state: state.link_state(now),
        state_since: state.state_since(now),
        online: if state.may_have_players(now) {
            state.players().len()
        } else {
            0
        },
        reported_count: state.reported_count(now),
        heard_at: state.heard_at().map(|at| at.min(latest(now))),
        about: Arc::clone(state.about()),
        watched: state.watched_as(),
    }
}
