//! Feeds events to the rules, and does what they decide. One task owns the rules, so events are
//! decided one after another; calls of the engine, probes and questions run beside it and come back as
//! events. What a step must keep is on disk before anybody is answered or the engine is called.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::ids::{PlayerId, SessionId, SlotId};
use crate::rules::State;
use crate::view::FleetView;

/// The way to the fleet for HTTP, the feed and the command line. Clones share it.
#[derive(Debug, Clone)]
pub struct FleetHandle {
    view: watch::Receiver<Arc<FleetView>>,
}

/// A player has a server, or soon will.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// Their session.
    pub session: SessionId,
    /// Who; made up if the client named nobody.
    pub player: PlayerId,
    /// The slot.
    pub slot: SlotId,
    /// The port of its server.
    pub port: u16,
}

/// Why a player got no server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// There are as many servers as there may be.
    #[error("Maximum server limit reached")]
    Full {
        /// When to try again.
        retry_after: Duration,
    },
    /// No new server can be started now, for this reason.
    #[error("{reason}")]
    Unavailable {
        /// A sentence for the player's client.
        reason: String,
        /// When to try again.
        retry_after: Duration,
    },
}

/// Where a session's server is, for the proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The slot.
    pub slot: SlotId,
    /// The port of its server.
    pub port: u16,
    /// Where the slot is in its life.
    pub state: State,
}

impl FleetHandle {
    /// Gives a player a server. Answers once the reservation is on disk, without waiting for the engine.
    ///
    /// # Errors
    /// When there is no room or no new server can be started.
    pub async fn join(&self, _player: Option<PlayerId>) -> Result<Joined, JoinError> {
        todo!()
    }

    /// Keeps a session alive. Returns whether it is known.
    pub async fn heartbeat(&self, _session: SessionId) -> bool {
        todo!()
    }

    /// Ends a session. Returns whether it was known.
    pub async fn leave(&self, _session: SessionId) -> bool {
        todo!()
    }

    /// Returns where a session's server is, and counts as a heartbeat.
    pub async fn locate(&self, _session: SessionId) -> Option<Located> {
        todo!()
    }

    /// Stops a server, whoever plays on it. Returns whether the slot is known.
    pub async fn stop(&self, _slot: SlotId) -> bool {
        todo!()
    }

    /// Starts no new servers any more, or does again.
    pub async fn drain(&self, _is_draining: bool) {
        todo!()
    }

    /// Returns the fleet as it was at its last change, at most a few dozen milliseconds ago.
    #[must_use]
    pub fn view(&self) -> Arc<FleetView> {
        Arc::clone(&self.view.borrow())
    }

    /// Returns a receiver that sees every change, at most 20 a second.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<Arc<FleetView>> {
        self.view.clone()
    }
}
