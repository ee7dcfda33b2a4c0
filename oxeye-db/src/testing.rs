//! A store for tests and benchmarks, in this crate and in those above it (feature `testing`).

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::time::Duration;

use oxeye_plugin_proto::{ApiKey, PlayerName, ServerName, UnixSeconds};
use tempfile::TempDir;

use crate::database::{Database, DatabaseOptions};
use crate::events::{JoinEvent, LeaveEvent};
use crate::ids::{GuildId, ServerId};
use crate::rate_limits::RateLimits;
use crate::server_state::{LinkState, OfflinePlayerInfo, OnlinePlayer, SilenceLimits};
use crate::status::{ServerStatus, ServerSummary};

/// How long a server is silent before its sessions are closed.
pub const STALE_TIMEOUT: Duration = Duration::from_secs(300);

/// The default settings, but without rate limits.
#[must_use]
pub fn options(file: impl Into<PathBuf>) -> DatabaseOptions {
    DatabaseOptions {
        path: file.into(),
        recent_window: Duration::from_secs(24 * 3600),
        rate_limits: RateLimits::unlimited(),
        silence_limits: SilenceLimits {
            timeout: STALE_TIMEOUT,
            grace: Duration::from_secs(120),
        },
        readers: 2,
    }
}

/// A [`Database`] on a real file, in a folder that is deleted together with it.
#[derive(Debug)]
pub struct TestStore {
    // Closed before its folder is deleted.
    database: Database,
    options: DatabaseOptions,
    folder: TempDir,
}

impl TestStore {
    /// An empty store, opened at `now`.
    #[must_use]
    pub fn new(now: UnixSeconds) -> Self {
        Self::with_limits(RateLimits::unlimited(), now)
    }

    /// An empty store that limits what a server may send.
    ///
    /// # Panics
    /// When the folder or the store cannot be created.
    #[must_use]
    pub fn with_limits(rate_limits: RateLimits, now: UnixSeconds) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be created");
        let options = DatabaseOptions {
            rate_limits,
            ..options(folder.path().join("oxeye.db"))
        };
        Self {
            database: Database::open(&options, now).expect("a new store can be opened"),
            options,
            folder,
        }
    }

    /// A server linked at `now`, and its key.
    pub async fn link(&self, guild: GuildId, name: &str, now: UnixSeconds) -> (ServerId, ApiKey) {
        link(self, guild, name, now).await
    }

    /// The same store, closed and opened again.
    ///
    /// # Panics
    /// When it cannot be opened, as while a clone of the database still holds its lock.
    #[must_use]
    pub async fn restarted(self, now: UnixSeconds) -> Self {
        self.restarted_after(|_| (), now).await
    }

    /// The same store, opened again after something has changed its file.
    ///
    /// # Panics
    /// When it cannot be opened, as while a clone of the database still holds its lock.
    #[must_use]
    pub async fn restarted_after(self, change: impl FnOnce(&Path), now: UnixSeconds) -> Self {
        let Self {
            database,
            options,
            folder,
        } = self;
        database.close().await;
        // Its lock goes with it.
        drop(database);
        change(&options.path);
        Self {
            database: Database::open(&options, now).expect("the store can be opened again"),
            options,
            folder,
        }
    }

    /// The folder that holds the store and nothing else.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The SQLite file.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.options.path
    }
}

impl Deref for TestStore {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.database
    }
}

/// Links a server at `now`; returns it with its key.
///
/// # Panics
/// When the name is taken or the store refuses.
pub async fn link(
    database: &Database,
    guild: GuildId,
    name: &str,
    now: UnixSeconds,
) -> (ServerId, ApiKey) {
    let issued = database.issue_link_code(guild, server_name(name), now);
    let code = issued.await.expect("the name is free").code;
    let redeemed = database.redeem_link_code(&code, now).await;
    let key = redeemed.expect("the code is valid");
    let server = database.authenticate(&key).expect("the key is known");
    (server.id, key)
}

/// A player of this name.
///
/// # Panics
/// When it is not a valid name.
#[must_use]
pub fn player(name: &str) -> PlayerName {
    PlayerName::try_from(name).expect("a valid player name")
}

/// A server of this name.
///
/// # Panics
/// When it is not a valid name.
#[must_use]
pub fn server_name(name: &str) -> ServerName {
    ServerName::try_from(name).expect("a valid server name")
}

/// A join without a skin, when it is received.
#[must_use]
pub fn join(name: &str) -> JoinEvent {
    JoinEvent {
        player: player(name),
        texture_hash: None,
        uuid: None,
        at: None,
    }
}

/// A join without a skin, reported with its time.
#[must_use]
pub fn join_at(name: &str, at: UnixSeconds) -> JoinEvent {
    JoinEvent {
        at: Some(at),
        ..join(name)
    }
}

/// A leave, when it is received.
#[must_use]
pub fn leave(name: &str) -> LeaveEvent {
    LeaveEvent {
        player: player(name),
        at: None,
    }
}

/// A leave, reported with its time.
#[must_use]
pub fn leave_at(name: &str, at: UnixSeconds) -> LeaveEvent {
    LeaveEvent {
        at: Some(at),
        ..leave(name)
    }
}

/// An online server "survival" of guild 7, with these players and the times at which they joined or
/// were last seen, in Unix seconds.
#[must_use]
pub fn server_status(online: &[(&str, i64)], last_seen: &[(&str, i64)]) -> ServerStatus {
    let on = |(name, at): &(&str, i64)| OnlinePlayer {
        player: player(name),
        joined_at: UnixSeconds(*at),
    };
    let off = |(name, at): &(&str, i64)| OfflinePlayerInfo {
        player_name: player(name),
        last_seen: UnixSeconds(*at),
    };
    ServerStatus {
        id: ServerId(1),
        guild: GuildId(7),
        name: server_name("survival"),
        state: LinkState::Online,
        heard_at: None,
        window: Duration::from_secs(24 * 3600),
        online: online.iter().map(on).collect(),
        reported_count: None,
        last_seen: last_seen.iter().map(off).collect(),
        last_seen_total: last_seen.len(),
    }
}

/// A server of guild 7 on which nobody is, and which was never heard.
#[must_use]
pub fn server_summary(id: i64, name: &str, state: LinkState) -> ServerSummary {
    ServerSummary {
        id: ServerId(id),
        guild: GuildId(7),
        name: server_name(name),
        state,
        online: 0,
        reported_count: None,
        heard_at: None,
    }
}
