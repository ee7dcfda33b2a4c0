//! What operators monitor: open sessions, and servers that exceeded a rate limit.

use hashbrown::HashSet;
use oxeye_plugin_proto::{ServerName, UnixSeconds};

use crate::database::Database;
use crate::ids::{GuildId, ServerId};
use crate::players::PlayerId;
use crate::rate_limits::Limit;
use crate::server_state::{LinkState, ServerState};
use crate::store::WriterLoad;

/// The state of the open sessions of all servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionHealth {
    /// Number of open sessions.
    pub active: usize,
    /// Number of open sessions on servers that are quiet.
    pub stale: usize,
    /// Number of different players in the open sessions.
    pub active_players: usize,
    /// The oldest last evidence among the servers with open sessions.
    pub oldest_checkpoint: Option<UnixSeconds>,
    /// The load of the writer of the file.
    pub writer: WriterLoad,
    /// The servers with open sessions, sorted by guild and name.
    pub servers: Vec<ServerSessions>,
}

/// The open sessions of one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerSessions {
    /// The server.
    pub id: ServerId,
    /// Its guild.
    pub guild: GuildId,
    /// Its name, unique in the guild.
    pub name: ServerName,
    /// The state of the server.
    pub state: LinkState,
    /// Number of open sessions of the server.
    pub active: usize,
    /// The last evidence that the players were there.
    pub evidence_at: Option<UnixSeconds>,
    /// When the server last said anything.
    pub heard_at: Option<UnixSeconds>,
}

/// A server that exceeded a rate limit in the last hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitedServer {
    /// Its guild.
    pub guild: GuildId,
    /// Its name, unique in the guild.
    pub name: ServerName,
    /// The limit that the server exceeded.
    pub limit: Limit,
    /// Number of refusals in the last hour.
    pub refused: u64,
    /// The minute of the first of these refusals.
    pub since: UnixSeconds,
}

impl Database {
    /// Counts the open sessions, from memory.
    #[must_use]
    pub fn session_health(&self, now: UnixSeconds) -> SessionHealth {
        let mut players: HashSet<PlayerId> = HashSet::new();
        let mut servers = Vec::new();
        for id in self.inner.memory.cache.ids(None) {
            let look = |state: &ServerState| {
                players.extend(state.players().values().map(|stay| stay.player));
                (!state.players().is_empty()).then(|| ServerSessions {
                    id,
                    guild: state.guild(),
                    name: state.name().clone(),
                    state: state.link_state(now),
                    active: state.players().len(),
                    evidence_at: state.evidence_at(),
                    heard_at: state.heard_at(),
                })
            };
            servers.extend(self.inner.memory.cache.read(id, look).flatten());
        }
        let stale = servers
            .iter()
            .filter(|server| server.state == LinkState::Quiet);
        SessionHealth {
            active: servers.iter().map(|server| server.active).sum(),
            stale: stale.map(|server| server.active).sum(),
            active_players: players.len(),
            oldest_checkpoint: servers.iter().filter_map(|server| server.evidence_at).min(),
            writer: self.writer_load(),
            servers,
        }
    }

    /// Returns the servers that exceeded a rate limit in the last hour, by guild and name.
    #[must_use]
    pub fn limited_servers(&self, now: UnixSeconds) -> Vec<LimitedServer> {
        let memory = &self.inner.memory;
        let mut limited = Vec::new();
        for (guild, name, server) in memory.cache.names() {
            let refusals = memory.limiters.refusals(server, now);
            limited.extend(refusals.into_iter().map(|refused| LimitedServer {
                guild,
                name: name.clone(),
                limit: refused.limit,
                refused: refused.refused,
                since: refused.since,
            }));
        }
        limited
    }
}
