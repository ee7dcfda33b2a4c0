//! A server that a guild may see and change, or all of them.

use oxeye_plugin_proto::ServerName;

use crate::database::Database;
use crate::ids::{GuildId, ServerId};
use crate::server_state::ServerState;

/// A server of a guild. Only a lookup under the guild's own id creates one, so a function that takes
/// one need not check whose server it is. The server may have been removed since, but it never belongs
/// to another guild.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuildServer {
    guild: GuildId,
    id: ServerId,
}

impl GuildServer {
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

impl Database {
    /// Returns the server with this id if it belongs to the guild. An id from a button or a URL is
    /// untrusted input.
    #[must_use]
    pub fn guild_server(&self, guild: GuildId, id: ServerId) -> Option<GuildServer> {
        let owner = self.inner.memory.cache.read(id, ServerState::guild)?;
        (owner == guild).then_some(GuildServer { guild, id })
    }

    /// Finds a guild's server by its name and returns it with its exact name. Prefers the server with
    /// exactly this name, and otherwise takes the only one whose name differs only in case.
    #[must_use]
    pub fn find_server(
        &self,
        guild: GuildId,
        name: &ServerName,
    ) -> Option<(GuildServer, ServerName)> {
        let (id, name) = self.inner.memory.cache.find(guild, name)?;
        Some((GuildServer { guild, id }, name))
    }
}
