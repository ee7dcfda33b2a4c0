//! The JSON about the health of the sessions, the store's writer and the whole installation.

use std::num::NonZeroU32;
use std::time::Duration;

use oxeye_db::{
    GuildId, LimitedServer, LinkState, RecoveredSession, Recovery, ServerSessions, SessionHealth,
    StaleCleanUp, WriterLoad,
};
use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};
use oxeye_probe::AddressPolicy;
use serde::{Deserialize, Serialize};

use super::servers::state_word;
use super::warning::WarningLine;
use crate::config::WatchSettings;

/// The response of `GET /api/analytics/session-health`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SessionHealthReport {
    /// Open sessions.
    pub(crate) active_session_count: usize,
    /// Open sessions on servers that have missed their promised heartbeats.
    pub(crate) stale_session_count: usize,
    /// The number of different players with open sessions.
    pub(crate) active_player_count: usize,
    /// The oldest of the latest evidence of all servers with open sessions.
    pub(crate) oldest_evidence_at: Option<UnixSeconds>,
    /// How busy the writer of the store is.
    pub(crate) writer: WriterReport,
    /// The servers with open sessions; only with `?details=true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) servers: Option<Vec<ServerSessionsLine>>,
}

/// How busy the writer of the store is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct WriterReport {
    /// Writes that are waiting now.
    pub(crate) queued_count: usize,
    /// The number of waiting writes at which events are answered with 503.
    pub(crate) queue_limit: usize,
    /// Transactions since the start.
    pub(crate) commit_count: u64,
    /// Writes in these transactions.
    pub(crate) write_count: u64,
    /// How long the last commit took.
    pub(crate) last_commit_secs: f64,
    /// How long the slowest commit since the start took.
    pub(crate) slowest_commit_secs: f64,
}

/// The open sessions of one server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ServerSessionsLine {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// The name of the server, unique in its guild.
    pub(crate) server: ServerName,
    /// The state of the server.
    #[serde(with = "state_word")]
    pub(crate) state: LinkState,
    /// The number of open sessions.
    pub(crate) active_session_count: usize,
    /// The latest evidence that the players were online.
    pub(crate) evidence_at: Option<UnixSeconds>,
    /// When the server was last heard from.
    pub(crate) heard_at: Option<UnixSeconds>,
}

/// The body of `POST /api/analytics/session-health`.
///
/// The original design also has `forceCleanup`, which says nothing that we would have to know: every such request cleans
/// up. It is ignored like any other field.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct CleanUpOrder {
    /// Closes the sessions of all servers that have been silent for this long, even if they promised no heartbeats.
    /// Without it, only servers that did promise them and have been silent for `STALE_TIMEOUT_SECS` are affected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) stale_secs: Option<NonZeroU32>,
    /// The same in minutes, as clients of the original design send it.
    #[serde(
        rename = "staleMinutes",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub(crate) stale_minutes: Option<NonZeroU32>,
}

/// The response of `POST /api/analytics/session-health`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CleanUpReport {
    /// Servers that had been silent for too long.
    pub(crate) stale_server_count: usize,
    /// Sessions that were closed.
    pub(crate) closed_session_count: usize,
}

/// The response of `GET` and `POST /api/analytics/recover-sessions`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RecoveryReport {
    /// Whether the recovery was carried out (`POST`) or only planned (`GET`).
    pub(crate) done: bool,
    /// Sessions that were open in the store but unknown in memory; a recovery opens them.
    pub(crate) opened_sessions: Vec<RecoveredLine>,
    /// The number of sessions that both knew; they continue. They are not listed, because there can be many.
    pub(crate) continued_count: usize,
    /// Sessions on servers that have been silent for longer than `STALE_TIMEOUT_SECS`; a recovery closes them.
    pub(crate) closed_sessions: Vec<RecoveredLine>,
    /// Sessions that were known in memory but not open in the store; a recovery drops them.
    pub(crate) forgotten_sessions: Vec<RecoveredLine>,
}

/// A session in a recovery.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct RecoveredLine {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    pub(crate) server: ServerName,
    pub(crate) player: PlayerName,
    /// When the session began.
    pub(crate) joined_at: UnixSeconds,
}

/// The response of `GET /api/health`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct HealthReport {
    /// The overall state.
    pub(crate) status: HealthWord,
    /// What an operator should look at.
    pub(crate) warnings: Vec<WarningLine>,
    /// Whether the store can be written.
    pub(crate) store_ok: bool,
    /// The state of the bot, in words.
    pub(crate) discord: String,
    /// The state of the copy of activity in Redis, in words; absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) redis: Option<String>,
    /// Activities of members that Discord has sent since the start and that could not be read.
    #[serde(default)]
    pub(crate) skipped_activity_count: u64,
    /// Sessions of members that were not kept since the start, because too many of their kind had begun that day.
    #[serde(default)]
    pub(crate) skipped_session_count: u64,
    /// Servers that are linked.
    pub(crate) server_count: usize,
    /// Open sessions.
    pub(crate) active_session_count: usize,
    /// The watched addresses.
    pub(crate) watching: WatchingLine,
    /// Servers of which something was refused in the last hour.
    #[serde(default)]
    pub(crate) limited_servers: Vec<LimitedLine>,
}

/// The watched addresses of the whole installation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct WatchingLine {
    /// Which addresses are asked.
    pub(crate) allowed: AllowedWord,
    /// How many are watched.
    pub(crate) watched_count: usize,
    /// How many may be watched; absent if none is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) total_limit: Option<usize>,
    /// How many may be watched in one guild; absent if none is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) guild_limit: Option<usize>,
}

/// Which addresses are asked: the words of `WATCH_ADDRESSES`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AllowedWord {
    Public,
    Any,
    Off,
}

/// A server that sends more than its limits allow.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LimitedLine {
    /// The guild; 0 is local.
    #[serde(with = "crate::api_messages::guild_id")]
    pub(crate) guild_id: GuildId,
    /// The name of the server, unique in its guild.
    pub(crate) server: ServerName,
    /// The setting with the limit.
    pub(crate) setting: String,
    /// The number of refusals in the last hour.
    pub(crate) refused_count: u64,
    /// The minute of the first of these refusals.
    pub(crate) since_at: UnixSeconds,
}

/// How an installation is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum HealthWord {
    /// Nothing needs attention.
    Ok,
    /// Everything works, but an operator should look at something.
    Warning,
    /// Events are refused.
    Failing,
}

impl AllowedWord {
    /// Returns the word of the settings; `None` is off.
    pub(crate) fn of(settings: Option<&WatchSettings>) -> Self {
        match settings.map(|settings| settings.policy) {
            Some(AddressPolicy::Public) => Self::Public,
            Some(AddressPolicy::Any) => Self::Any,
            None => Self::Off,
        }
    }
}

impl CleanUpOrder {
    /// Returns how long a server must have been silent, if the order says so.
    pub(crate) fn timeout(self) -> Option<Duration> {
        let minutes = self
            .stale_minutes
            .map(|minutes| 60 * u64::from(minutes.get()));
        let secs = self.stale_secs.map(|secs| u64::from(secs.get()));
        secs.or(minutes).map(Duration::from_secs)
    }
}

impl SessionHealthReport {
    /// Makes the report, with or without the list of servers.
    pub(crate) fn new(health: &SessionHealth, with_details: bool) -> Self {
        Self {
            active_session_count: health.active,
            stale_session_count: health.stale,
            active_player_count: health.active_players,
            oldest_evidence_at: health.oldest_checkpoint,
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
            setting: limited.limit.setting().to_owned(),
            refused_count: limited.refused,
            since_at: limited.since,
        }
    }
}

impl From<WriterLoad> for WriterReport {
    fn from(load: WriterLoad) -> Self {
        Self {
            queued_count: load.waiting,
            queue_limit: load.limit,
            commit_count: load.commits,
            write_count: load.jobs,
            last_commit_secs: load.last_commit.as_secs_f64(),
            slowest_commit_secs: load.slowest_commit.as_secs_f64(),
        }
    }
}

impl From<&ServerSessions> for ServerSessionsLine {
    fn from(server: &ServerSessions) -> Self {
        Self {
            guild_id: server.guild,
            server: server.name.clone(),
            state: server.state,
            active_session_count: server.active,
            evidence_at: server.evidence_at,
            heard_at: server.heard_at,
        }
    }
}

impl From<StaleCleanUp> for CleanUpReport {
    fn from(done: StaleCleanUp) -> Self {
        Self {
            stale_server_count: done.servers,
            closed_session_count: done.sessions,
        }
    }
}

impl RecoveryReport {
    /// Makes the report about what was done or would be done.
    pub(crate) fn new(recovery: &Recovery, done: bool) -> Self {
        let lines =
            |sessions: &[RecoveredSession]| sessions.iter().map(RecoveredLine::from).collect();
        Self {
            done,
            opened_sessions: lines(&recovery.open),
            continued_count: recovery.keep.len(),
            closed_sessions: lines(&recovery.close),
            forgotten_sessions: lines(&recovery.drop),
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
