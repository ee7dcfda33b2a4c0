//! The JSON of the operator routes under `/api/fleet`, which the command line and Oxeye read. Times are
//! milliseconds since 1970, spans are in milliseconds.

use serde::{Deserialize, Serialize};

use crate::ids::SlotId;

/// `GET /api/fleet`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FleetStatus {
    /// All slots, oldest first.
    pub slots: Vec<SlotStatus>,
    /// Most live servers.
    pub max_servers: usize,
    /// Servers that are starting, running, idle or stopping.
    pub live_servers: usize,
    /// Most players on one server.
    pub max_players_per_server: usize,
    /// Players with a session.
    pub player_count: usize,
    /// Whether no new servers are started.
    pub is_draining: bool,
    /// Whether no engine can be reached.
    pub engine_is_away: bool,
    /// The workers, by name. The engine that is part of the fleet is the worker `local`.
    #[serde(default)]
    pub workers: Vec<WorkerStatus>,
    /// The workers that the settings no longer name, though worlds are bound to them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing_workers: Vec<MissingWorker>,
    /// Why no new servers can be started, if none can, whatever operators want.
    #[serde(default)]
    pub trouble: Option<String>,
    /// What happened lately, oldest first.
    pub news: Vec<NewsItem>,
}

/// A worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkerStatus {
    /// Its name.
    pub name: String,
    /// Its servers that are starting, running, idle or stopping.
    pub live_servers: usize,
    /// Whether it cannot be reached. Then its servers wait.
    pub is_away: bool,
    /// Whether that has lasted so long that its players may get servers elsewhere.
    pub is_lost: bool,
    /// Whether it gets no new servers.
    pub is_draining: bool,
    /// Why it cannot be used, if it cannot be reached and the reason is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
    /// The memory of its machine, if its engine limits that of servers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
    /// The most memory that one of its servers may use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_memory_bytes: Option<u64>,
    /// How many servers in a row have not become ready there, if there were several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_starts: Option<u32>,
}

/// A worker that the settings no longer name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingWorker {
    /// Its name.
    pub name: String,
    /// The worlds that are bound to it. Their players get no new server.
    pub world_count: usize,
}

/// A slot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SlotStatus {
    /// Its id.
    pub id: SlotId,
    /// `starting`, `running`, `idle`, `stopping`, `stopped`, `failed` or `deleting`.
    pub state: String,
    /// The URL that players get.
    pub url: String,
    /// The port.
    pub port: u16,
    /// The world.
    pub world: String,
    /// The worker that it runs on.
    #[serde(default)]
    pub worker: String,
    /// The players, each of them once.
    pub players: Vec<String>,
    /// When it was allocated.
    pub created_at: u64,
    /// How long until the state ends if nothing else happens.
    pub ends_in_ms: Option<u64>,
    /// Processor time in percent of one core.
    pub cpu_percent: Option<f32>,
    /// Resident memory in bytes.
    pub memory_bytes: Option<u64>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewsItem {
    /// When it happened.
    pub at: u64,
    /// The slot that it happened to.
    pub slot: SlotId,
    /// What happened, as a sentence.
    pub sentence: String,
    /// Whether its server has crashed, exited before it was ready, or was given up.
    #[serde(default)]
    pub is_failure: bool,
}

/// `POST /api/fleet/drain`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrainRequest {
    /// The worker; the whole fleet if it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worker: Option<String>,
    /// Whether no new servers are to be started.
    pub on: bool,
}

/// `POST /api/fleet/worlds/{name}/bind`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BindRequest {
    /// The worker whose world counts from now on.
    pub worker: String,
}

/// A world, in the list of `GET /api/fleet/worlds`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorldStatus {
    /// Its name.
    pub name: String,
    /// The worker that it lies on; none if the fleet has it itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worker: Option<String>,
    /// The size of its files in bytes; unknown on a worker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// When a file in it was last changed; unknown on a worker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<u64>,
    /// The slot that uses it now.
    pub slot: Option<SlotId>,
}

/// The answer to every error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorMessage {
    /// What is wrong, as a sentence.
    pub error: String,
}
