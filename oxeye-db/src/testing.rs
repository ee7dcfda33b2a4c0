//! A store for the tests and benchmarks of this crate and the crates above it (feature `testing`).

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use oxeye_plugin_proto::{ApiKey, PlayerName, ServerName, UnixSeconds};
use tempfile::TempDir;

use crate::activity::ActivityOptions;
use crate::activity::kinds::Kinds;
use crate::database::{Database, DatabaseOptions};
use crate::events::{JoinEvent, LeaveEvent};
use crate::guild_server::GuildServers;
use crate::ids::{GuildId, ServerId};
use crate::import::EarlierPlaytime;
use crate::rate_limits::RateLimits;
use crate::record::calendar::TimeZone;
use crate::record::leaderboard::{LeaderboardQuestion, RankedBy, Section};
use crate::record::range::Range;
use crate::server_state::{LinkState, OfflinePlayerInfo, OnlinePlayer, SilenceLimits};
use crate::status::{ServerStatus, ServerSummary};

/// Time that a server is silent before its sessions are closed.
pub const STALE_TIMEOUT: Duration = Duration::from_secs(300);

/// Returns the default options without rate limits.
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
        activity: Some(ActivityOptions {
            kinds: Kinds::built_in(),
            retention_days: 30,
        }),
        presence_retention_days: 30,
        fonts: Arc::default(),
    }
}

/// Returns the question who played most.
#[must_use]
pub fn who_played_most(
    servers: GuildServers,
    range: Range,
    limit: usize,
    zone: TimeZone,
) -> LeaderboardQuestion {
    LeaderboardQuestion {
        servers,
        by: RankedBy::Playtime,
        range,
        section: Section::After { offset: 0, limit },
        member: None,
        zone,
    }
}

/// A [`Database`] on a real file, in a temporary folder that is deleted with it.
#[derive(Debug)]
pub struct TestStore {
    // Dropped first, so that the file is closed before its folder is deleted.
    database: Database,
    options: DatabaseOptions,
    folder: TempDir,
}

impl TestStore {
    /// Creates an empty store, opened at `now`.
    #[must_use]
    pub fn new(now: UnixSeconds) -> Self {
        Self::with_limits(RateLimits::unlimited(), now)
    }

    /// Creates an empty store that limits what a server may send.
    ///
    /// # Panics
    /// When the folder or the store cannot be created.
    #[must_use]
    pub fn with_limits(rate_limits: RateLimits, now: UnixSeconds) -> Self {
        Self::with(now, |options| options.rate_limits = rate_limits)
    }

    /// Creates an empty store with kinds of activity other than the built-in ones.
    ///
    /// # Panics
    /// When the folder or the store cannot be created.
    #[must_use]
    pub fn with_kinds(kinds: Kinds, now: UnixSeconds) -> Self {
        let activity = ActivityOptions {
            kinds,
            retention_days: 30,
        };
        Self::with(now, |options| options.activity = Some(activity))
    }

    fn with(now: UnixSeconds, change: impl FnOnce(&mut DatabaseOptions)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be created");
        let mut options = options(folder.path().join("oxeye.db"));
        change(&mut options);
        Self {
            database: Database::open(&options, now).expect("a new store can be opened"),
            options,
            folder,
        }
    }

    /// Links a server at `now`. Returns it with its key.
    pub async fn link(&self, guild: GuildId, name: &str, now: UnixSeconds) -> (ServerId, ApiKey) {
        link(self, guild, name, now).await
    }

    /// Closes the store and opens it again.
    ///
    /// # Panics
    /// When the store cannot be opened, for example because a clone of the database still exists.
    #[must_use]
    pub async fn restarted(self, now: UnixSeconds) -> Self {
        self.restarted_after(|_| (), now).await
    }

    /// Closes the store, changes its file, and opens it again.
    ///
    /// # Panics
    /// When the store cannot be opened, for example because a clone of the database still exists.
    #[must_use]
    pub async fn restarted_after(self, change: impl FnOnce(&Path), now: UnixSeconds) -> Self {
        let Self {
            database,
            options,
            folder,
        } = self;
        database.close().await;
        // This releases the lock.
        drop(database);
        change(&options.path);
        Self {
            database: Database::open(&options, now).expect("the store can be opened again"),
            options,
            folder,
        }
    }

    /// Returns the folder that holds the store and nothing else.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the path of the SQLite file.
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

/// Links a server at `now`. Returns it with its key.
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
    let key = redeemed.expect("the code is valid").api_key;
    let server = database.authenticate(&key, now);
    (server.expect("the key is known").id, key)
}

/// Parses a player's name.
///
/// # Panics
/// When the name is not valid.
#[must_use]
pub fn player(name: &str) -> PlayerName {
    PlayerName::try_from(name).expect("a valid player name")
}

/// Returns a player's playtime from before Oxeye, of whatever account.
#[must_use]
pub fn earlier_playtime(name: &str, seconds: u32) -> EarlierPlaytime {
    EarlierPlaytime {
        player: player(name),
        seconds,
        account: None,
    }
}

/// Parses a server's name.
///
/// # Panics
/// When the name is not valid.
#[must_use]
pub fn server_name(name: &str) -> ServerName {
    ServerName::try_from(name).expect("a valid server name")
}

/// Returns a join without a skin, at the time it is received.
#[must_use]
pub fn join(name: &str) -> JoinEvent {
    JoinEvent {
        player: player(name),
        texture_hash: None,
        uuid: None,
        at: None,
    }
}

/// Returns a join without a skin, reported with its time.
#[must_use]
pub fn join_at(name: &str, at: UnixSeconds) -> JoinEvent {
    JoinEvent {
        at: Some(at),
        ..join(name)
    }
}

/// Returns a leave at the time it is received.
#[must_use]
pub fn leave(name: &str) -> LeaveEvent {
    LeaveEvent {
        player: player(name),
        at: None,
    }
}

/// Returns a leave reported with its time.
#[must_use]
pub fn leave_at(name: &str, at: UnixSeconds) -> LeaveEvent {
    LeaveEvent {
        at: Some(at),
        ..leave(name)
    }
}

/// Returns the status of an online server "survival" of guild 7 with these players, and the times at
/// which they joined or were last seen, in Unix seconds.
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
        state_since: None,
        heard_at: None,
        window: Duration::from_secs(24 * 3600),
        online: online.iter().map(on).collect(),
        hidden_count: 0,
        reported_count: None,
        last_seen: last_seen.iter().map(off).collect(),
        last_seen_total: last_seen.len(),
        about: Arc::default(),
        watched: None,
    }
}

/// Returns the summary of an empty server of guild 7 that has never reported.
#[must_use]
pub fn server_summary(id: i64, name: &str, state: LinkState) -> ServerSummary {
    ServerSummary {
        id: ServerId(id),
        guild: GuildId(7),
        name: server_name(name),
        state,
        state_since: None,
        online: 0,
        reported_count: None,
        heard_at: None,
        about: Arc::default(),
        watched: None,
    }
}
