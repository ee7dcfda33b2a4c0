//! How many are on now: per server, and different players per guild and over all.

use hashbrown::HashSet;
use oxeye_plugin_proto::UnixSeconds;

use crate::database::Database;
use crate::ids::GuildId;
use crate::players::PlayerId;
use crate::status::ServerSummary;

/// How many are on the servers of a guild.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuildOccupancy {
    /// The guild.
    pub guild: GuildId,
    /// Different players: who is on two of its servers counts once.
    pub players: usize,
    /// Each of its servers, sorted by name.
    pub servers: Vec<ServerSummary>,
}

/// How many are on all servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occupancy {
    /// Different players over all guilds.
    pub players: usize,
    /// Each guild with servers, by its id.
    pub guilds: Vec<GuildOccupancy>,
}

impl Database {
    /// How many are on the servers of a guild.
    #[must_use]
    pub fn guild_occupancy(&self, guild: GuildId, now: UnixSeconds) -> GuildOccupancy {
        let servers = self.servers(guild, now);
        GuildOccupancy {
            guild,
            players: self.different_players(&servers).len(),
            servers,
        }
    }

    /// How many are on all servers.
    #[must_use]
    pub fn occupancy(&self, now: UnixSeconds) -> Occupancy {
        let servers = self.all_servers(now);
        let guilds = servers.chunk_by(|a, b| a.guild == b.guild);
        Occupancy {
            players: self.different_players(&servers).len(),
            guilds: guilds
                .map(|servers| GuildOccupancy {
                    guild: servers[0].guild,
                    players: self.different_players(servers).len(),
                    servers: servers.to_vec(),
                })
                .collect(),
        }
    }

    fn different_players(&self, servers: &[ServerSummary]) -> HashSet<PlayerId> {
        let mut players = HashSet::new();
        for server in servers {
            self.inner.memory.cache.read(server.id, |state| {
                players.extend(state.players().values().map(|stay| stay.player));
            });
        }
        players
    }
}
