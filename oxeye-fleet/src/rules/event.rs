//! What can happen to the fleet.

use serde::{Deserialize, Serialize};

use super::{CallFailure, CallNumber, Offer, Run};
use crate::ids::{PlayerId, SessionId, SlotId, WorkerName, WorldName};
use crate::time::Moment;

/// What can happen to the fleet. Events may be lost, late, repeated and out of order; all but those of
/// players name what they are about, so that an outdated one changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A player wants to play. The ids are new.
    Join {
        /// The player.
        player: PlayerId,
        /// The session that they get.
        session: SessionId,
    },
    /// A session is alive: a heartbeat, or a request through the proxy.
    Heartbeat(SessionId),
    /// A player has left.
    Leave(SessionId),
    /// Time has passed. Comes at least once a second.
    Tick,
    /// The readiness probe of a starting server succeeded.
    Ready {
        /// The slot that was probed.
        slot: SlotId,
        /// The run that was probed.
        run: Run,
    },
    /// The answer to [`Action::Ask`](super::Action::Ask).
    Occupied {
        /// The slot that was asked.
        slot: SlotId,
        /// The run that was asked.
        run: Run,
        /// The number of the question.
        ask: u32,
        /// What the server said.
        occupancy: Occupancy,
    },
    /// The answer to [`Action::Call`](super::Action::Call).
    Called {
        /// The slot that it was for.
        slot: SlotId,
        /// The number of the call.
        number: CallNumber,
        /// What came of it.
        result: Result<(), CallFailure>,
    },
    /// A server has exited. Also follows from [`Event::Listed`], so it may come twice.
    Exited {
        /// The worker that says so.
        worker: WorkerName,
        /// Its slot.
        slot: SlotId,
        /// The run that ended.
        run: Run,
        /// Its exit code; `None` after a signal, or if nobody knows it.
        code: Option<i32>,
    },
    /// Everything that a worker's engine has for this fleet. Comes every few seconds, after every call whose
    /// answer is unknown, and when the worker can be reached again.
    Listed {
        /// The worker.
        worker: WorkerName,
        /// When the engine was asked. What was learned since is newer.
        asked_at: Moment,
        /// What it has.
        containers: Vec<Listed>,
    },
    /// A worker cannot be reached. Until its next [`Event::Listed`], no deadline of its slots elapses.
    EngineLost(WorkerName),
    /// All worlds that lie on a worker. Comes when the worker can be reached for the first time, again when it
    /// comes back, and while [`Fleet::doubts_worlds_of`](super::Fleet::doubts_worlds_of) it.
    WorldsListed {
        /// The worker.
        worker: WorkerName,
        /// When it was asked.
        asked_at: Moment,
        /// Its worlds.
        worlds: Vec<WorldName>,
    },
    /// A worker says what it has room for.
    Offered {
        /// The worker.
        worker: WorkerName,
        /// What it has room for.
        offer: Offer,
    },
    /// An operator wants a server stopped, whoever plays on it.
    Stop(SlotId),
    /// An operator turns draining on (`true`) or off.
    Drain(bool),
    /// An operator turns the draining of one worker on or off: it gets no new servers.
    DrainWorker {
        /// The worker.
        worker: WorkerName,
        /// Whether it gets no new servers.
        is_draining: bool,
    },
    /// An operator binds a world to another worker.
    BindWorld {
        /// The world.
        world: WorldName,
        /// The worker.
        worker: WorkerName,
    },
    /// A write failed, and events were lost meanwhile. Treated like a gap in time.
    Interrupted,
}

/// What a game server says when it is asked who is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occupancy {
    /// This many players are on.
    Players(u32),
    /// It did not answer.
    Silent,
    /// A server of this kind cannot be asked, so only sessions count.
    CannotBeAsked,
}

/// Something that the engine has for this fleet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The slot that it was made for.
    pub slot: SlotId,
    /// The port that it was made for.
    pub port: u16,
    /// The world that it was made for.
    pub world: WorldName,
    /// The run, if it was started and the engine still knows.
    pub run: Option<Run>,
    /// Whether it runs.
    pub running: bool,
    /// The exit code of the last run, if it has exited and the engine knows it.
    pub exit_code: Option<i32>,
}
