//! Who speaks for a server: whoever has the key of its present link, or Oxeye itself.

use std::sync::Arc;

use crate::ids::ServerId;
use crate::rate_limits::{BulkPermits, ServerLimits};
use crate::server_state::ServerState;

/// The server that an API key speaks for.
#[derive(Debug, Clone)]
pub struct AuthenticatedServer {
    /// The server.
    pub id: ServerId,
    /// Who speaks for it with this key.
    pub reporter: Reporter,
    /// What it may still send.
    pub limits: Arc<ServerLimits>,
    /// The places of its batches and syncs.
    pub bulk: BulkPermits,
}

/// A server, and for whom it is spoken.
///
/// A plugin speaks for one link: what it says counts only as long as that lasts. It is checked again
/// on the writer's thread, since a request that was let in may wait while its key is revoked and the
/// server is linked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reporter {
    server: ServerId,
    /// The number of the link; `None` for operators and timers, who mean the server itself.
    link: Option<u64>,
}

impl Reporter {
    /// Whoever has the key of this link of the server.
    pub(crate) fn of_link(server: ServerId, link: u64) -> Self {
        Self {
            server,
            link: Some(link),
        }
    }

    /// The server.
    #[must_use]
    pub fn server(self) -> ServerId {
        self.server
    }

    /// Whether the server is linked, and by the link that is spoken for.
    pub(crate) fn may_report(self, state: &ServerState) -> bool {
        state.is_linked() && self.link.is_none_or(|link| link == state.link())
    }
}

/// The server itself, whichever link it has now.
impl From<ServerId> for Reporter {
    fn from(server: ServerId) -> Self {
        Self { server, link: None }
    }
}
