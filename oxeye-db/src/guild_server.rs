//! A server that a guild may see and change.

use oxeye_plugin_proto::ServerName;

use crate::database::Database;
use crate::ids::{GuildId, ServerId};
use crate::server_state::ServerState;

/// A server of a guild. Only a lookup under the guild's own id makes one, so whoever takes one need
/// not ask whose server it is. It may have been removed since; it is never another guild's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuildServer {
    guild: GuildId,
    id: ServerId,
}

impl GuildServer {
    /// The guild.
    #[must_use]
    pub fn guild(self) -> GuildId {
        self.guild
    }

    /// The server.
    #[must_use]
    pub fn id(self) -> ServerId {
        self.id
    }
}

impl Database {
    /// The server with this id, if it is the guild's. An id from a button or a URL is untrusted
    /// input.
    #[must_use]
    pub fn guild_server(&self, guild: GuildId, id: ServerId) -> Option<GuildServer> {
        let owner = self.inner.memory.cache.read(id, ServerState::guild)?;
        (owner == guild).then_some(GuildServer { guild, id })
    }

    /// The server that somebody means by a name, and its name as it was given: the server called
    /// exactly that, else the only one whose name differs in nothing but case.
    #[must_use]
    pub fn server_meant(
        &self,
        guild: GuildId,
        name: &ServerName,
    ) -> Option<(GuildServer, ServerName)> {
        let (id, name) = self.inner.memory.cache.find(guild, name)?;
        Some((GuildServer { guild, id }, name))
    }
}
