//! What the meaning of a line depends on: the version of the export, and which guilds there are.

use std::collections::HashSet;

use oxeye_db::{GuildId, Place};
use oxeye_plugin_proto::{ServerName, UnixSeconds};

use super::{BadLine, NUMERIC_IDS_VERSION};
use crate::api_messages::guild_id::{WrittenGuildId, may_be_rounded};

/// What the meaning of a line depends on.
#[derive(Debug, Clone)]
pub(crate) struct ReadContext {
    /// The version in the header.
    pub(crate) version: u32,
    /// The guild into which all servers are imported. If given, the guilds in the lines do not matter.
    pub(crate) into_guild: Option<GuildId>,
    /// The guilds that have a server here. A number that equals one of them was not rounded.
    pub(crate) known: HashSet<GuildId>,
    /// The current time.
    pub(crate) now: UnixSeconds,
}

impl ReadContext {
    pub(super) fn guild(&self, written: WrittenGuildId) -> Result<GuildId, BadLine> {
        if let Some(guild) = self.into_guild {
            return Ok(guild);
        }
        match written {
            WrittenGuildId::Number(number) if self.version == NUMERIC_IDS_VERSION => {
                self.numeric_id(number)
            }
            written => written.exact().map_err(BadLine::from),
        }
    }

    pub(super) fn place(
        &self,
        guild_id: WrittenGuildId,
        server: ServerName,
    ) -> Result<Place, BadLine> {
        let guild = self.guild(guild_id)?;
        Ok(Place { guild, server })
    }

    /// Reads the id in a line of the first version. We wrote it as an exact number, but another program may have
    /// rounded it since.
    fn numeric_id(&self, number: u64) -> Result<GuildId, BadLine> {
        let guild = GuildId(number);
        if may_be_rounded(number) && !self.known.contains(&guild) {
            return Err(BadLine::RoundedGuildId(guild));
        }
        Ok(guild)
    }
}
