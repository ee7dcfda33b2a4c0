//! How the sessions are doing, for who watches over an installation.

use hashbrown::HashSet;
use oxeye_plugin_proto::{ServerName, UnixSeconds};

use crate::database::Database;
use crate::ids::{GuildId, ServerId};
use crate::players::PlayerId;
use crate::server_state::{LinkState, ServerState};
use crate::store::WriterLoad;

/// How the sessions are doing at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionHealth {
    /// Sessions that are open.
    pub active: usize,
    /// Those of them whose server has broken its promise to speak.
    pub stale: usize,
    /// Different players in the open sessions.
    pub active_players: usize,
    /// Of the servers with open sessions, the oldest last evidence.
    pub oldest_checkpoint: Option<UnixSeconds>,
    /// How busy the writer of the file is.
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
    /// How much we know of it.
    pub state: LinkState,
    /// How many are open.
    pub active: usize,
    /// The last evidence that the players were there.
    pub evidence_at: Option<UnixSeconds>,
    /// When the server last said anything.
    pub heard_at: Option<UnixSeconds>,
}

impl Database {
    /// Counts what is open, from memory.
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
}
