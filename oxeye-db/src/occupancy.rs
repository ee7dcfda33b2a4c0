//! How many players are online now, per server, per guild and in total.

use hashbrown::HashSet;
use oxeye_plugin_proto::UnixSeconds;

use crate::database::Database;
use crate::ids::GuildId;
use crate::players::PlayerId;
use crate::server_state::LinkState;
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

/// How many different players are on several servers. One who is on two servers counts once, where it is surer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DifferentPlayers {
    /// On servers that are online.
    pub online: usize,
    /// On servers that have not sent their rosters since Oxeye started, as far as is known from before.
    pub awaiting_sync: usize,
    /// On servers that are quiet, before they became so.
    pub quiet: usize,
}

impl DifferentPlayers {
    /// Returns how many there were when we last knew.
    #[must_use]
    pub fn last_known(self) -> usize {
        self.awaiting_sync + self.quiet
    }
}

impl ServerSummary {
    /// Returns how many players are on the server, named or not; `None` if that is not known, as for a server
    /// that is quiet. Between a start of ours and the server's first report, the last known number counts if anybody was on.
    #[must_use]
    pub fn players(&self) -> Option<usize> {
        match self.state {
            LinkState::Online if self.online == 0 => Some(self.reported_count.unwrap_or(0)),
            LinkState::Online => Some(self.online),
            LinkState::AwaitingSync => {
                let last_known = (self.online > 0).then_some(self.online);
                self.reported_count.or(last_known)
            }
            LinkState::Starting | LinkState::Down => Some(0),
            LinkState::Quiet | LinkState::Stale | LinkState::Disconnected => None,
        }
    }
}

impl Database {
    /// Returns how many players are on those of these servers of which that is [known](ServerSummary::players):
    /// different ones where their names are known, plus those whom a server reports without names. `None` if it is
    /// not known of any of them.
    #[must_use]
    pub fn players_on(&self, servers: &[ServerSummary]) -> Option<usize> {
        let known = servers.iter().filter(|server| server.players().is_some());
        known.clone().next()?;
        let nameless = known.clone().filter(|server| server.online == 0);
        let nameless: usize = nameless.filter_map(ServerSummary::players).sum();
        let named = known.filter(|server| server.online > 0);
        Some(nameless + self.different_players(named).len())
    }

    /// Returns how many different players with known names are on these servers.
    #[must_use]
    pub fn different_players_on(&self, servers: &[ServerSummary]) -> DifferentPlayers {
        let mut counted = HashSet::new();
        let mut more_on = |state: LinkState| {
            let before = counted.len();
            let in_state = servers.iter().filter(|server| server.state == state);
            counted.extend(self.different_players(in_state));
            counted.len() - before
        };
        DifferentPlayers {
            online: more_on(LinkState::Online),
            awaiting_sync: more_on(LinkState::AwaitingSync),
            quiet: more_on(LinkState::Quiet),
        }
    }

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

    fn different_players<'a>(
        &self,
        servers: impl IntoIterator<Item = &'a ServerSummary>,
    ) -> HashSet<PlayerId> {
        let mut players = HashSet::new();
        for server in servers {
            self.inner.memory.cache.read(server.id, |state| {
                players.extend(state.players().values().map(|stay| stay.player));
            });
        }
        players
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TestStore, join, server_summary};

    #[track_caller]
    fn check(
        state: LinkState,
        (online, reported): (usize, Option<usize>),
        expected: Option<usize>,
    ) {
        let mut server = server_summary(1, "survival", state);
        (server.online, server.reported_count) = (online, reported);
        assert_eq!(
            server.players(),
            expected,
            "{state:?} {online} {reported:?}"
        );
    }

    #[test]
    fn the_players_of_a_server_are_known_while_it_speaks_and_when_it_is_down() {
        check(LinkState::Online, (2, None), Some(2));
        check(LinkState::Online, (0, None), Some(0));
        check(LinkState::Online, (0, Some(7)), Some(7));
        check(LinkState::Quiet, (2, None), None);
        check(LinkState::Quiet, (0, Some(7)), None);
        check(LinkState::AwaitingSync, (0, Some(0)), Some(0));
        check(LinkState::AwaitingSync, (2, Some(7)), Some(7));
        check(LinkState::AwaitingSync, (2, None), Some(2));
        check(LinkState::AwaitingSync, (0, None), None);
        check(LinkState::Down, (0, None), Some(0));
        check(LinkState::Starting, (0, None), Some(0));
        check(LinkState::Stale, (0, None), None);
        check(LinkState::Disconnected, (0, None), None);
    }

    #[tokio::test]
    async fn players_without_names_are_added_to_those_with_names() {
        let store = TestStore::new(UnixSeconds(0));
        let unknown = server_summary(1, "a", LinkState::Stale);
        let mut counted = server_summary(2, "b", LinkState::AwaitingSync);
        counted.reported_count = Some(7);

        assert_eq!(store.players_on(std::slice::from_ref(&unknown)), None);
        assert_eq!(store.players_on(&[unknown, counted]), Some(7));
    }

    #[tokio::test]
    async fn players_of_a_server_that_went_quiet_are_not_counted() {
        let now = UnixSeconds(1_000_000);
        let store = TestStore::new(now);
        let mut servers = Vec::new();
        for (name, player) in [("a", "Alex"), ("b", "Steve")] {
            let (server, _) = store.link(GuildId(7), name, now).await;
            store.player_join(server, join(player), now).await.unwrap();
            servers.push(store.server_summary(server, now).unwrap());
        }
        servers[0].state = LinkState::Quiet;
        servers[1].state = LinkState::Online;

        assert_eq!(store.players_on(&servers), Some(1));
        assert_eq!(store.players_on(&servers[..1]), None);
    }

    #[tokio::test]
    async fn a_player_on_several_servers_counts_where_we_are_surest() {
        let now = UnixSeconds(1_000_000);
        let store = TestStore::new(now);
        let mut servers = Vec::new();
        for (name, state, players) in [
            ("a", LinkState::Quiet, &["Alex", "Steve", "jeb_"][..]),
            ("b", LinkState::AwaitingSync, &["Alex", "Steve", "Kim"]),
            ("c", LinkState::Online, &["Alex"]),
            ("d", LinkState::Online, &["Alex"]),
        ] {
            let (server, _) = store.link(GuildId(7), name, now).await;
            for player in players {
                store.player_join(server, join(player), now).await.unwrap();
            }
            let summary = store.server_summary(server, now).unwrap();
            servers.push(ServerSummary { state, ..summary });
        }

        let different = store.different_players_on(&servers);

        let expected = DifferentPlayers {
            online: 1,
            awaiting_sync: 2,
            quiet: 1,
        };
        assert_eq!(different, expected);
        assert_eq!(different.last_known(), 3);
    }
}
