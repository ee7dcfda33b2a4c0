//! A slot: a place for one game server, from its allocation to its deletion.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Run;
use super::work::Work;
use crate::ids::{PlayerId, SessionId, SlotId, WorkerName, WorldName};
use crate::time::{Moment, UnixMillis};

/// Where a slot is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Being made, or started but not ready yet.
    Starting,
    /// Ready, with at least one session.
    Running,
    /// Ready, without sessions.
    Idle,
    /// Asked to stop.
    Stopping,
    /// Exited; kept for a while in case its player comes back.
    Stopped,
    /// Could not be started or kept running. What was made of it is removed next.
    Failed,
    /// Being removed.
    Deleting,
}

/// A place for one game server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Its id.
    pub id: SlotId,
    /// The player that it was allocated for, who owns the world.
    pub owner: PlayerId,
    /// The world.
    pub world: WorldName,
    /// The worker that its server runs on, for as long as the slot lasts.
    pub worker: WorkerName,
    /// The port that players connect to.
    pub port: u16,
    /// Where it is in its life.
    pub state: State,
    /// The run that is in progress, or the last one.
    pub run: Run,
    /// When the current state ends if nothing else happens.
    pub deadline: Option<Moment>,
    /// The sessions of its players. Several sessions of one player count as one player.
    pub sessions: BTreeMap<SessionId, Session>,
    /// Whether a player came while it was being stopped or deleted, so that it starts again.
    pub wanted: bool,
    /// When it was allocated.
    pub created_at: UnixMillis,
    /// The last join, heartbeat, leave or request through the proxy.
    pub last_activity: UnixMillis,
    /// What is being done for it.
    pub(super) work: Work,
}

/// One visit of a player.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The player.
    pub player: PlayerId,
    /// When it began.
    pub joined_at: UnixMillis,
    /// The last heartbeat, or the join.
    pub last_beat: Moment,
}

impl State {
    /// Whether players of other slots may be sent here.
    pub(super) fn takes_guests(self) -> bool {
        matches!(self, Self::Starting | Self::Running | Self::Idle)
    }
}

impl Slot {
    /// Whether it counts against the limit: its server uses memory, or will soon.
    #[must_use]
    pub fn is_live(&self) -> bool {
        match self.state {
            State::Starting | State::Running | State::Idle | State::Stopping => true,
            State::Failed | State::Deleting => self.wanted,
            State::Stopped => false,
        }
    }

    /// Whether its container was found with our mark but belongs to no slot that we know.
    pub(super) fn is_stray(&self) -> bool {
        self.owner.is_nobody()
    }

    /// Returns the number of different players. Several sessions of one player count once.
    #[must_use]
    pub fn player_count(&self) -> usize {
        let sessions = self.sessions.values();
        let mut players: Vec<_> = sessions.map(|session| &session.player).collect();
        // Most slots have one player, who may have many sessions.
        players.dedup();
        players.sort_unstable();
        players.dedup();
        players.len()
    }
}
