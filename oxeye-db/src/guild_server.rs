//! A server that a guild may see and change, or all of them.

use oxeye_plugin_proto::ServerName;

use crate::cache::OnlineCache;
use crate::ids::{GuildId, ServerId};
use crate::server_state::ServerState;

/// A server of a guild. Only the lookups [`Database::guild_server`](crate::Database::guild_server) and
/// [`Database::find_server`](crate::Database::find_server) create one, under the guild's own id, so a
/// function that takes one need not check whose server it is. The server may have been removed since, but
/// it never belongs to another guild.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GuildServer {
    guild: GuildId,
    id: ServerId,
}

impl GuildServer {
    /// Looks up a server by its id, and returns it if it belongs to the guild.
    pub(crate) fn with_id(servers: &OnlineCache, guild: GuildId, id: ServerId) -> Option<Self> {
        let owner = servers.read(id, ServerState::guild)?;
        (owner == guild).then_some(Self { guild, id })
    }

    /// Looks up a guild's server by its name, and returns it with its exact name.
    pub(crate) fn called(
        servers: &OnlineCache,
        guild: GuildId,
        name: &ServerName,
    ) -> Option<(Self, ServerName)> {
        let (id, name) = servers.find(guild, name)?;
        Some((Self { guild, id }, name))
    }

    /// Returns the guild's id.
    #[must_use]
    pub fn guild(self) -> GuildId {
        self.guild
    }

    /// Returns the server's id.
    #[must_use]
    pub fn id(self) -> ServerId {
        self.id
    }
}

/// The servers of a guild that something is about: all of them, or one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GuildServers {
    /// All servers that the guild has at the time.
    All(GuildId),
    /// One server.
    One(GuildServer),
}

impl GuildServers {
    /// Returns the guild's id.
    #[must_use]
    pub fn guild(self) -> GuildId {
        match self {
            Self::All(guild) => guild,
            Self::One(server) => server.guild(),
        }
    }

    /// Returns the id of the server; `None` means all servers.
    #[must_use]
    pub fn server(self) -> Option<ServerId> {
        match self {
            Self::All(_) => None,
            Self::One(server) => Some(server.id()),
        }
    }
}
