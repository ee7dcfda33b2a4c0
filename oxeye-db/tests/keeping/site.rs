//! A store in its own folder, and servers that report to it.

use std::path::Path;

use oxeye_db::testing::{self, TestStore};
pub(crate) use oxeye_db::testing::{player, server_name};
use oxeye_db::{Database, GuildId, GuildServer, NewNotice, ServerId, UnixSeconds};

pub(crate) const GUILD: GuildId = GuildId(7);
pub(crate) const NOW: UnixSeconds = UnixSeconds(1_700_000_000);
pub(crate) const DAY: i64 = 86_400;

/// A store for one test.
pub(crate) struct Site {
    pub(crate) database: TestStore,
}

impl Site {
    pub(crate) fn new() -> Self {
        Self {
            database: TestStore::new(NOW),
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.database.folder()
    }

    pub(crate) async fn restarted(self) -> Self {
        Self {
            database: self.database.restarted(NOW).await,
        }
    }

    pub(crate) async fn linked(&self, server: &str) -> ServerId {
        self.database.link(GUILD, server, NOW).await.0
    }

    pub(crate) async fn join(&self, server: ServerId, name: &str, at: i64) {
        let event = testing::join(name);
        let joined = self.database.player_join(server, event, UnixSeconds(at));
        joined.await.unwrap();
    }

    pub(crate) async fn leave(&self, server: ServerId, name: &str, at: i64) {
        let event = testing::leave(name);
        let left = self.database.player_leave(server, event, UnixSeconds(at));
        left.await.unwrap();
    }

    /// Reports a join and a leave.
    pub(crate) async fn stay(&self, server: ServerId, name: &str, from: i64, to: i64) {
        self.join(server, name, from).await;
        self.leave(server, name, to).await;
    }

    /// Has a member told when a player comes on.
    pub(crate) async fn has_told(&self, user: u64, name: &str) {
        let notice = NewNotice {
            guild: GUILD,
            user,
            player: player(name),
            channel: None,
            locale: "en-US".to_owned(),
        };
        self.database.add_notice(notice, NOW).await.unwrap();
    }

    pub(crate) fn online(&self, server: ServerId) -> Vec<String> {
        online(&self.database, server)
    }
}

/// Returns a server of the tests' guild.
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
