//! Which servers were refused something by their rate limits.

use oxeye_plugin_proto::{ServerName, UnixSeconds};

use crate::database::Database;
use crate::ids::GuildId;
use crate::rate_limits::Limit;

/// A server that was refused something in the last hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitedServer {
    /// Its guild.
    pub guild: GuildId,
    /// Its name, unique in the guild.
    pub name: ServerName,
    /// What for.
    pub limit: Limit,
    /// How often in the last hour.
    pub refused: u64,
    /// The minute of the first of these refusals.
    pub since: UnixSeconds,
}

impl Database {
    /// Servers that were refused something in the last hour, by guild and name.
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
