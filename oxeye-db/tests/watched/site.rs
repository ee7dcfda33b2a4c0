//! Oxeye, and the servers that it watches.

use oxeye_db::testing::{TestStore, player, server_name};
use oxeye_db::{
    Edition, GuildId, GuildServer, LinkState, NewWatch, Poll, PolledPlayers, ServerStatus,
    SyncPlayer, UnixSeconds, WatchError, WatchLimits, WatchTarget, WatchedBy,
};

pub(crate) const GUILD: GuildId = GuildId(7);
pub(crate) const START: i64 = 1_000_000;
pub(crate) const PORT: u16 = 25_565;

pub(crate) const LIMITS: WatchLimits = WatchLimits {
    per_guild: 3,
    total: 5,
};

/// A store at a time, in seconds since the start of the test.
pub(crate) struct Site {
    pub(crate) store: TestStore,
    pub(crate) second: i64,
}

impl Site {
    pub(crate) fn new() -> Self {
        Self {
            store: TestStore::new(UnixSeconds(START)),
            second: 0,
        }
    }

    pub(crate) fn now(&self) -> UnixSeconds {
        UnixSeconds(START + self.second)
    }

    pub(crate) fn at(&mut self, second: i64) -> &mut Self {
        self.second = second;
        self
    }

    pub(crate) async fn restarted(self) -> Self {
        let now = self.now();
        Self {
            store: self.store.restarted(now).await,
            second: self.second,
        }
    }

    pub(crate) async fn adds(
        &self,
        guild: GuildId,
        name: &str,
        host: &str,
    ) -> Result<GuildServer, WatchError> {
        self.adds_new(new_watch(guild, name, host)).await
    }

    pub(crate) async fn adds_new(&self, new: NewWatch) -> Result<GuildServer, WatchError> {
        self.store.watch(new, LIMITS, self.now()).await
    }

    /// Watches a server of the guild alone.
    pub(crate) async fn watches(&self, name: &str) -> GuildServer {
        let host = format!("{name}.example.org");
        self.adds(GUILD, name, &host).await.unwrap()
    }

    /// Watches a server that has a plugin.
    pub(crate) async fn watches_beside(&self, server: GuildServer) -> Result<(), WatchError> {
        let host = format!("beside-{}.example.org", server.id().0);
        let watched = self.adds_new(NewWatch {
            target: WatchTarget::Beside(server),
            port: None,
            ..new_watch(server.guild(), "unused", &host)
        });
        watched.await.map(|same| assert_eq!(same, server))
    }

    /// Links a server with a plugin.
    pub(crate) async fn links(&self, name: &str) -> GuildServer {
        let (id, _) = self.store.link(GUILD, name, self.now()).await;
        self.store.guild_server(GUILD, id).unwrap()
    }

    pub(crate) async fn poll(&self, server: GuildServer, poll: Poll) {
        let address = self.store.watched(server.id()).unwrap();
        let taken = self.store.take_poll(&address, poll, self.now());
        taken.await.unwrap();
    }

    pub(crate) async fn fails(&self, server: GuildServer) {
        self.poll(server, Poll::Failed).await;
    }

    /// The server answers and names all players.
    pub(crate) async fn names(&self, server: GuildServer, names: &[&str]) {
        let roster = names.iter().map(|name| SyncPlayer::new(player(name)));
        let roster = PolledPlayers::Complete(roster.collect());
        self.poll(server, answered(roster)).await;
    }

    /// The server answers and counts its players.
    pub(crate) async fn counts(&self, server: GuildServer, count: u32) {
        self.poll(server, answered(PolledPlayers::Count(count)))
            .await;
    }

    pub(crate) fn status(&self, server: GuildServer) -> ServerStatus {
        self.store.status(server, 20, self.now()).unwrap()
    }

    /// Returns the state of a server, and since when.
    pub(crate) fn state(&self, server: GuildServer) -> (LinkState, Option<i64>) {
        let status = self.status(server);
        (status.state, status.state_since.map(|at| at.0 - START))
    }

    pub(crate) fn online(&self, server: GuildServer) -> Vec<String> {
        let online = self.status(server).online.into_iter();
        online.map(|on| on.player.to_string()).collect()
    }

    /// Returns who was last seen when.
    pub(crate) fn seen(&self, server: GuildServer) -> Vec<(String, i64)> {
        let seen = self.status(server).last_seen.into_iter();
        seen.map(|off| (off.player_name.to_string(), off.last_seen.0 - START))
            .collect()
    }

    /// Returns the names of the servers with addresses, in any guild.
    pub(crate) fn watched(&self) -> Vec<String> {
        let servers = self.store.known_servers(self.now());
        let watched = servers
            .into_iter()
            .filter(|server| self.store.watched(server.id).is_some());
        watched.map(|server| server.name.to_string()).collect()
    }
}

/// A new server at an address, as an operator asks for it.
pub(crate) fn new_watch(guild: GuildId, name: &str, host: &str) -> NewWatch {
    NewWatch {
        guild,
        target: WatchTarget::New(server_name(name)),
        host: host.to_owned(),
        port: Some(PORT),
        by: WatchedBy::Operator,
    }
}

pub(crate) fn answered(players: PolledPlayers) -> Poll {
    Poll::Answered {
        edition: Edition::Java,
        players,
        about: None,
    }
}
