//! The words of the operator API about sessions and health. Times are Unix seconds.

use oxeye_db::{
    GuildId, LimitedServer, LinkState, RecoveredSession, Recovery, ServerSessions, SessionHealth,
    StaleCleanUp, WriterLoad,
};
use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};
use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;

use crate::operator_messages::state_word;

/// The answer of `GET /api/analytics/session-health`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SessionHealthReport {
    /// Open sessions.
    pub active_sessions: usize,
    /// Those of them whose server has broken its promise to speak.
    pub stale_sessions: usize,
    /// Different players in the open sessions.
    pub active_players: usize,
    /// Of the servers with open sessions, the oldest last evidence.
    pub oldest_checkpoint: Option<UnixSeconds>,
    /// How busy the writer of the store is.
    pub writer: WriterReport,
    /// The servers with open sessions; only with `?details=true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub servers: Option<Vec<ServerSessionsLine>>,
}

/// How busy the writer of the store is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WriterReport {
    /// Writes that wait now.
    pub queue_depth: usize,
    /// How many may wait before events are answered 503.
    pub queue_limit: usize,
    /// Transactions since the start.
    pub commits: u64,
    /// Writes in them.
    pub writes: u64,
    /// How long the last commit took, in milliseconds.
    pub last_commit_ms: f64,
    /// How long the slowest since the start took, in milliseconds.
    pub slowest_commit_ms: f64,
}

/// The open sessions of one server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ServerSessionsLine {
    /// The guild; 0 is local.
    #[serde(with = "crate::guild_id")]
    pub guild_id: GuildId,
    /// Unique in its guild.
    pub name: ServerName,
    /// How much is known of it.
    #[serde(with = "state_word")]
    pub state: LinkState,
    /// How many are open.
    pub active_sessions: usize,
    /// The last evidence that the players were there.
    pub evidence_at: Option<UnixSeconds>,
    /// When the server last said anything.
    pub heard_at: Option<UnixSeconds>,
}

/// The body of `POST /api/analytics/session-health`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CleanUpOrder {
    /// Close the sessions of any server that has been silent for this many minutes, whether or not
    /// it promised to speak. Without it: of those that broke their promise for `STALE_TIMEOUT_SECS`.
    #[serde(
        rename = "staleMinutes",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub stale_minutes: Option<NonZeroU32>,
}

/// The answer of `POST /api/analytics/session-health`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CleanUpReport {
    /// Servers that were found silent for too long.
    pub stale_servers: usize,
    /// Sessions that were closed.
    pub closed_sessions: usize,
}

/// The answer of `GET` and `POST /api/analytics/recover-sessions`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecoveryReport {
    /// Whether it was done, or only looked at.
    pub done: bool,
    /// Open in the store, unknown to memory: opened.
    pub open: Vec<RecoveredLine>,
    /// Known to both: continued. Counted, since there may be many.
    pub continued: usize,
    /// Of servers that are silent beyond `STALE_TIMEOUT_SECS`: closed.
    pub close: Vec<RecoveredLine>,
    /// Known to memory and not open in the store: forgotten.
    pub forget: Vec<RecoveredLine>,
}

/// One session of a recovery.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecoveredLine {
    /// The guild; 0 is local.
    #[serde(with = "crate::guild_id")]
    pub guild_id: GuildId,
    /// The server.
    pub server: ServerName,
    /// Whose stay it is.
    pub player: PlayerName,
    /// Since when.
    pub joined_at: UnixSeconds,
}

/// The answer of `GET /api/health`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HealthReport {
    /// The worst of all.
    pub status: HealthWord,
    /// What somebody should look at, a sentence each.
    pub warnings: Vec<String>,
    /// Whether the store can be written.
    pub store_ok: bool,
    /// Discord, in words.
    pub discord: String,
    /// Servers that are linked.
    pub servers: usize,
    /// Open sessions.
    pub active_sessions: usize,
    /// Servers that were refused something in the last hour.
    #[serde(default)]
    pub limited: Vec<LimitedLine>,
}

/// A server that sends more than it may.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LimitedLine {
    /// The guild; 0 is local.
    #[serde(with = "crate::guild_id")]
    pub guild_id: GuildId,
    /// Unique in its guild.
    pub server: ServerName,
    /// The setting that says how much it may send.
    pub limit: String,
    /// How often it was refused in the last hour.
    pub refused_count: u64,
    /// The minute of the first of these refusals.
    pub since_at: UnixSeconds,
}

/// How an installation is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HealthWord {
    /// Nothing to do.
    Ok,
    /// It works, and somebody should have a look.
    Warning,
    /// Events are refused.
    Failing,
}

impl SessionHealthReport {
    /// With the servers, or without.
    pub fn new(health: &SessionHealth, with_details: bool) -> Self {
        Self {
            active_sessions: health.active,
            stale_sessions: health.stale,
            active_players: health.active_players,
            oldest_checkpoint: health.oldest_checkpoint,
            writer: health.writer.into(),
            servers: with_details.then(|| {
                health
                    .servers
                    .iter()
                    .map(ServerSessionsLine::from)
                    .collect()
            }),
        }
    }
}

impl From<&LimitedServer> for LimitedLine {
    fn from(limited: &LimitedServer) -> Self {
        Self {
            guild_id: limited.guild,
            server: limited.name.clone(),
            limit: limited.limit.setting().to_owned(),
            refused_count: limited.refused,
            since_at: limited.since,
        }
    }
}

impl From<WriterLoad> for WriterReport {
    fn from(load: WriterLoad) -> Self {
        Self {
            queue_depth: load.waiting,
            queue_limit: load.limit,
            commits: load.commits,
            writes: load.jobs,
            last_commit_ms: load.last_commit.as_secs_f64() * 1e3,
            slowest_commit_ms: load.slowest_commit.as_secs_f64() * 1e3,
        }
    }
}

impl From<&ServerSessions> for ServerSessionsLine {
    fn from(server: &ServerSessions) -> Self {
        Self {
            guild_id: server.guild,
            name: server.name.clone(),
            state: server.state,
            active_sessions: server.active,
            evidence_at: server.evidence_at,
            heard_at: server.heard_at,
        }
    }
}

impl From<StaleCleanUp> for CleanUpReport {
    fn from(done: StaleCleanUp) -> Self {
        Self {
            stale_servers: done.servers,
            closed_sessions: done.sessions,
        }
    }
}

impl RecoveryReport {
    /// What was done, or would be.
    pub fn new(recovery: &Recovery, done: bool) -> Self {
        let lines =
            |sessions: &[RecoveredSession]| sessions.iter().map(RecoveredLine::from).collect();
        Self {
            done,
            open: lines(&recovery.open),
            continued: recovery.keep.len(),
            close: lines(&recovery.close),
            forget: lines(&recovery.drop),
        }
    }
}

impl From<&RecoveredSession> for RecoveredLine {
    fn from(session: &RecoveredSession) -> Self {
        Self {
            guild_id: session.guild,
            server: session.server.clone(),
            player: session.player.clone(),
            joined_at: session.joined_at,
        }
    }
}
