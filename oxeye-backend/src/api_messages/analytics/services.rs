//! What `GET /api/health` says of the parts of an installation under the names of the original design.

use std::time::Duration;

use oxeye_db::{PresenceHealth, UnixSeconds};
use serde::Serialize;

use super::iso;

/// The fields beside ours.
#[derive(Debug, Serialize)]
pub(crate) struct Services {
    timestamp: String,
    /// Seconds since the start.
    uptime: u64,
    version: &'static str,
    services: Parts,
}

#[derive(Debug, Serialize)]
struct Parts {
    discord_gateway: &'static str,
    discord_stats: &'static str,
    analytics_db: &'static str,
    /// Sessions of members that are open.
    analytics_sessions: usize,
    analytics_validation: &'static str,
    /// Members with open sessions.
    analytics_active_users: usize,
    /// Members who joined.
    member_count: usize,
    session_recovery: &'static str,
}

impl Services {
    /// Makes the fields. `is_ready` is whether the bot is connected.
    pub(crate) fn new(
        is_ready: bool,
        store_ok: bool,
        members: PresenceHealth,
        uptime: Duration,
        now: UnixSeconds,
    ) -> Self {
        let word = |is_so, so, otherwise| if is_so { so } else { otherwise };
        Self {
            timestamp: iso(now),
            uptime: uptime.as_secs(),
            version: env!("CARGO_PKG_VERSION"),
            services: Parts {
                discord_gateway: word(is_ready, "ready", "not_ready"),
                discord_stats: word(is_ready, "available", "unavailable"),
                analytics_db: word(store_ok, "healthy", "unhealthy"),
                analytics_sessions: members.active.total(),
                analytics_validation: "real-time",
                analytics_active_users: members.active_users,
                member_count: members.joined_users,
                session_recovery: word(is_ready, "available", "unavailable"),
            },
        }
    }
}
