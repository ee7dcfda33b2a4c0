//! What is kept over a restart of ours. No time is kept: nothing elapses while we are away.

use super::{Run, State};
use crate::ids::{PlayerId, SessionId, SlotId, WorkerName, WorldName};
use crate::time::UnixMillis;

/// Everything that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kept {
    /// All slots.
    pub slots: Vec<SlotRow>,
    /// Their sessions.
    pub sessions: Vec<SessionRow>,
    /// Where worlds lie.
    pub homes: Vec<HomeRow>,
    /// What is known of workers.
    pub workers: Vec<WorkerRow>,
}

/// A slot, as it is kept. Written before the engine is called, and again when it has answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotRow {
    /// Its id.
    pub id: SlotId,
    /// The player that it was allocated for.
    pub owner: PlayerId,
    /// The world.
    pub world: WorldName,
    /// The worker.
    pub worker: WorkerName,
    /// The port.
    pub port: u16,
    /// The state: what we want of the engine.
    pub state: State,
    /// The run in progress, or the last one.
    pub run: Run,
    /// Whether the exit of that run is known.
    pub ended: bool,
    /// How often its server was started again after a crash, in the last ten minutes.
    pub restarts: u8,
    /// Whether a player came while it was being stopped or deleted.
    pub wanted: bool,
    /// When it was allocated.
    pub created_at: UnixMillis,
}

/// A session, as it is kept. May be lost in a crash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Its id.
    pub id: SessionId,
    /// Its slot.
    pub slot: SlotId,
    /// The player.
    pub player: PlayerId,
    /// When it began.
    pub joined_at: UnixMillis,
}

/// Where a world lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomeRow {
    /// The world.
    pub world: WorldName,
    /// The worker that it lies on.
    pub worker: WorkerName,
    /// Whether it is known to have been made there.
    pub is_made: bool,
}

/// What is known of a worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerRow {
    /// Its name.
    pub name: WorkerName,
    /// Whether it has ever said which worlds it has, and none of them is about to be made on another worker.
    pub are_worlds_known: bool,
    /// Whether an operator wants no new servers on it.
    pub is_draining: bool,
}

/// A change of what is kept. The changes of one step that cannot wait are one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Insert or replace a slot.
    Slot(SlotRow),
    /// Delete a slot, and its sessions.
    SlotGone(SlotId),
    /// Insert a session.
    Session(SessionRow),
    /// Delete a session.
    SessionGone(SessionId),
    /// Insert or replace where a world lies.
    Home(HomeRow),
    /// Delete where a world lies: it was never made.
    HomeGone(WorldName),
    /// Insert or replace what is known of a worker.
    Worker(WorkerRow),
}

impl Write {
    /// Whether it may be written later than the rest of its step, or lost in a crash. A session whose end
    /// was lost ends again when it has been silent for too long.
    pub(crate) fn can_wait(&self) -> bool {
        matches!(self, Self::SessionGone(_))
    }

    /// Whether it is about the row of a slot.
    pub(crate) fn is_of_slot(&self) -> bool {
        matches!(self, Self::Slot(_) | Self::SlotGone(_))
    }
}
