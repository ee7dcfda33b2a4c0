//! Who reports for a server: a plugin with the key of its current link, or Oxeye itself.

use std::sync::Arc;

use crate::ids::ServerId;
use crate::rate_limits::{BulkPermits, ServerLimits};
use crate::roster_losses::RosterLosses;
use crate::server_state::ServerState;

/// The server that an API key belongs to.
#[derive(Debug, Clone)]
pub struct AuthenticatedServer {
    /// The server.
    pub id: ServerId,
    /// The right to report for it with this key.
    pub reporter: Reporter,
    /// The rate limits of the server.
    pub limits: Arc<ServerLimits>,
    /// The permits for its batches and syncs.
    pub bulk: BulkPermits,
    /// The permits for its reports of activity.
    pub activity: BulkPermits,
    /// How often its plugin has had to be made to send its roster again.
    pub roster_losses: RosterLosses,
}

/// The right to report for a server, from [`Database::authenticate`](crate::Database::authenticate).
///
/// A plugin reports for one link, and its reports count only while that link lasts. This is checked
/// again on the writer's thread, because an accepted request may wait while its key is revoked and
/// the server is linked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reporter {
    server: ServerId,
    /// The number of the link; `None` for operators and timers, which report for any link.
    link: Option<u64>,
}

impl Reporter {
    /// Returns the reporter that holds the key of this link.
    pub(crate) fn of_link(server: ServerId, link: u64) -> Self {
        Self {
            server,
            link: Some(link),
        }
    }

    /// Returns the server that it reports for.
    #[must_use]
    pub fn server(self) -> ServerId {
        self.server
    }

    /// Whether the server is linked, and by the reporter's own link.
    pub(crate) fn may_report(self, state: &ServerState) -> bool {
        state.is_linked() && self.link.is_none_or(|link| link == state.link())
    }
}

/// Oxeye itself, whichever link the server has now.
impl From<ServerId> for Reporter {
    fn from(server: ServerId) -> Self {
        Self { server, link: None }
    }
}
