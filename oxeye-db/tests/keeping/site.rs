//! A store in a folder of its own, and servers that report to it.

use oxeye_db::{
    Database, DatabaseOptions, GuildId, GuildServer, JoinEvent, LeaveEvent, Patience, PlayerName,
    ServerId, ServerName, UnixSeconds,
};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

pub(crate) const GUILD: GuildId = GuildId(7);
pub(crate) const NOW: UnixSeconds = UnixSeconds(1_700_000_000);
pub(crate) const DAY: i64 = 86_400;

/// A store of its own.
pub(crate) struct Site {
    pub(crate) database: Database,
    folder: TempDir,
}

pub(crate) fn open(file: &Path) -> Database {
    let options = DatabaseOptions {
        path: file.to_owned(),
        recent_window: Duration::from_secs(24 * 3600),
        rate_limits: oxeye_db::RateLimits::unlimited(),
        patience: Patience {
            timeout: Duration::from_secs(300),
            grace: Duration::from_secs(120),
        },
        readers: 2,
    };
    Database::open(&options, NOW).unwrap()
}

pub(crate) fn player(name: &str) -> PlayerName {
    PlayerName::try_from(name).unwrap()
}

pub(crate) fn server_name(name: &str) -> ServerName {
    ServerName::try_from(name).unwrap()
}

impl Site {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = open(&folder.path().join("oxeye.db"));
        Self { database, folder }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) async fn restarted(self) -> Self {
        let Self { database, folder } = self;
        database.close().await;
        drop(database);
        let database = open(&folder.path().join("oxeye.db"));
        Self { database, folder }
    }

    pub(crate) async fn linked(&self, server: &str) -> ServerId {
        let name = server_name(server);
        let issued = self.database.issue_link_code(GUILD, name, NOW).await;
        let code = issued.unwrap().code;
        let key = self.database.redeem_link_code(&code, NOW).await.unwrap();
        self.database.authenticate(&key).unwrap().id
    }

    pub(crate) async fn join(&self, server: ServerId, name: &str, at: i64) {
        let event = JoinEvent {
            player: player(name),
            texture_hash: None,
            at: None,
        };
        let joined = self.database.player_join(server, event, UnixSeconds(at));
        joined.await.unwrap();
    }

    pub(crate) async fn leave(&self, server: ServerId, name: &str, at: i64) {
        let event = LeaveEvent {
            player: player(name),
            at: None,
        };
        let left = self.database.player_leave(server, event, UnixSeconds(at));
        left.await.unwrap();
    }

    /// A whole stay.
    pub(crate) async fn stay(&self, server: ServerId, name: &str, from: i64, to: i64) {
        self.join(server, name, from).await;
        self.leave(server, name, to).await;
    }

    pub(crate) fn online(&self, server: ServerId) -> Vec<String> {
        online(&self.database, server)
    }
}

/// A server of the tests' guild.
pub(crate) fn of_guild(database: &Database, server: ServerId) -> GuildServer {
    database.guild_server(GUILD, server).unwrap()
}

pub(crate) fn online(database: &Database, server: ServerId) -> Vec<String> {
    let status = database
        .status(of_guild(database, server), 100, NOW)
        .unwrap();
    let online = status.online.iter();
    online.map(|on| on.player.as_str().to_owned()).collect()
}
