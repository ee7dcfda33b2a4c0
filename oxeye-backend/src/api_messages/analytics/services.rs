//! What `GET /api/health` says of the parts of an installation under the names of the original design.

use std::time::Duration;

use oxeye_db::{PresenceHealth, UnixSeconds};
use serde::Serialize;

use super::counts::KindCounts;
use super::iso;
use crate::memory_use::MemoryUse;

/// The fields beside ours.
#[derive(Debug, Serialize)]
pub(crate) struct Services {
    timestamp: String,
    /// Seconds since the start.
    uptime: u64,
    version: &'static str,
    /// How the program was built.
    environment: &'static str,
    services: Parts,
    system: System,
}

#[derive(Debug, Serialize)]
struct System {
    memory: Memory,
    /// The operating system, by the name that Node has for it.
    platform: &'static str,
}

#[derive(Debug, Serialize)]
struct Memory {
    /// What this process uses; `null` where the system does not say.
    used: Option<u64>,
    /// What the machine has.
    total: Option<u64>,
    unit: &'static str,
}

#[derive(Debug, Serialize)]
struct Parts {
    discord_gateway: &'static str,
    discord_stats: &'static str,
    analytics_db: &'static str,
    /// Sessions of members that are open: the total of session health.
    analytics_sessions: usize,
    analytics_validation: &'static str,
    /// Members with open sessions.
    analytics_active_users: usize,
    /// Members who joined.
    member_count: usize,
    session_recovery: &'static str,
}

impl Services {
    /// Makes the fields. `is_ready` is whether the bot is connected, `files_ok` whether the store and the file of members'
    /// sessions can be written.
    pub(crate) fn new(
        is_ready: bool,
        files_ok: bool,
        members: PresenceHealth,
        uptime: Duration,
        memory: MemoryUse,
        now: UnixSeconds,
    ) -> Self {
        let word = |is_so, so, otherwise| if is_so { so } else { otherwise };
        Self {
            timestamp: iso(now),
            uptime: uptime.as_secs(),
            version: env!("CARGO_PKG_VERSION"),
            environment: if cfg!(debug_assertions) {
                "development"
            } else {
                "production"
            },
            system: System {
                memory: Memory {
                    used: memory.used_mb,
                    total: memory.total_mb,
                    unit: "MB",
                },
                platform: match std::env::consts::OS {
                    "macos" => "darwin",
                    "windows" => "win32",
                    other => other,
                },
            },
            services: Parts {
                discord_gateway: word(is_ready, "ready", "not_ready"),
                discord_stats: word(is_ready, "available", "unavailable"),
                analytics_db: word(files_ok, "healthy", "unhealthy"),
                analytics_sessions: KindCounts::from(members.active).total,
                analytics_validation: "real-time",
                analytics_active_users: members.active_users,
                member_count: members.joined_users,
                session_recovery: word(is_ready, "available", "unavailable"),
            },
        }
    }
}
