//! How many players are online now, per server, per guild and in total.

use hashbrown::HashSet;
use oxeye_plugin_proto::UnixSeconds;

use crate::database::Database;
use crate::ids::GuildId;
use crate::players::PlayerId;
use crate::status::ServerSummary;

/// How many players are online on the servers of a guild.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuildOccupancy {
    /// The guild.
    pub guild: GuildId,
    /// Number of different players; one who is on two servers counts once.
    pub players: usize,
    /// The servers of the guild, sorted by name.
    pub servers: Vec<ServerSummary>,
}

/// How many players are online on all servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occupancy {
    /// Number of different players in all guilds.
    pub players: usize,
    /// The guilds that have servers, sorted by id.
    pub guilds: Vec<GuildOccupancy>,
}

impl Database {
    /// Returns how many players are online on the servers of a guild.
    #[must_use]
    pub fn guild_occupancy(&self, guild: GuildId, now: UnixSeconds) -> GuildOccupancy {
        let servers = self.servers(guild, now);
        GuildOccupancy {
            guild,
            players: self.different_players(&servers).len(),
            servers,
        }
    }

    /// Returns how many players are online on all servers.
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
