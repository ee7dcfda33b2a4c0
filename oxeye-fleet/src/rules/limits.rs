//! How many servers there may be, and how long everything may take.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::ids::WorkerName;

/// How many servers there may be, and how long everything may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Most slots that are starting, running, idle or stopping (`MAX_SERVERS`).
    pub max_servers: usize,
    /// Most players on one server (`MAX_PLAYERS_PER_SERVER`).
    pub max_players: usize,
    /// The ports that game servers may get, without those of our own.
    pub ports: RangeInclusive<u16>,
    /// Ports in that range that we listen on ourselves.
    pub own_ports: Vec<u16>,
    /// How long an empty server keeps running (`INACTIVITY_SHUTDOWN`).
    pub idle: Duration,
    /// How much longer than `idle` a silent session lasts (`FLEET_HEARTBEAT_GRACE`).
    pub heartbeat_grace: Duration,
    /// How long a stopped server is kept (`CLEANUP_DELETE`).
    pub delete_after: Duration,
    /// How long a server may take until it is ready (`FLEET_START_TIMEOUT`).
    pub start: Duration,
    /// How long a server may take to save its world and exit, before it is killed (`FLEET_STOP_GRACE`).
    pub stop_grace: Duration,
    /// How long a port rests before another server gets it, so that nobody lands on a stranger's server.
    pub port_rest: Duration,
    /// Whether a player's world is deleted with their server (`FLEET_WORLDS=discard`).
    pub discards_worlds: bool,
    /// The workers that servers run on.
    pub workers: Vec<WorkerName>,
    /// How long a worker may be unreachable before its players get servers elsewhere, unless their worlds
    /// are bound to it.
    pub worker_lost_after: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_servers: 50,
            max_players: 1,
            ports: 8081..=9080,
            own_ports: vec![8090],
            idle: Duration::from_secs(10),
            heartbeat_grace: Duration::from_secs(5),
            delete_after: Duration::from_secs(30),
            start: Duration::from_secs(300),
            stop_grace: Duration::from_secs(60),
            port_rest: Duration::from_secs(60),
            discards_worlds: false,
            workers: vec![WorkerName::local()],
            worker_lost_after: Duration::from_secs(300),
        }
    }
}

impl Limits {
    /// Returns how long a session lasts without a heartbeat.
    #[must_use]
    pub fn lost(&self) -> Duration {
        self.idle + self.heartbeat_grace
    }
}
