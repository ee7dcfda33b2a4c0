//! What follows from an event.

use std::time::Duration;

use super::{CallNumber, Order, Run, Write};
use crate::ids::{SlotId, WorkerName};

/// What follows from an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The answer to whoever caused the event.
    pub reply: Reply,
    /// What has to be written.
    pub writes: Vec<Write>,
    /// Whether `writes`, apart from the ends of sessions, must be on disk before `reply` is given and
    /// `actions` are begun. If they cannot be written, the step is undone with
    /// [`Fleet::undo`](super::Fleet::undo).
    pub is_durable: bool,
    /// What to do, in this order.
    pub actions: Vec<Action>,
}

/// The answer to whoever caused an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Nobody waits for an answer.
    None,
    /// The player has a server, or soon will.
    Joined {
        /// The slot.
        slot: SlotId,
        /// The worker that its server runs on.
        worker: WorkerName,
        /// The port of its server.
        port: u16,
    },
    /// There are as many servers as there may be.
    Full {
        /// When a server may become free: 1 to 10 seconds.
        retry_after: Duration,
    },
    /// No new server can be started now: the engine is away, memory is lacking, or the fleet is being drained.
    Unavailable {
        /// A sentence for the player's client.
        reason: String,
        /// When to try again.
        retry_after: Duration,
    },
    /// The engine refuses new servers, or this player's world.
    Refused {
        /// What the engine has said, for operators only: it may name paths and images.
        sentence: String,
        /// When to try again.
        retry_after: Duration,
    },
    /// All ports have a server, rest, or belong to other programs. Some of those may be free again:
    /// [`Fleet::foreign_ports`](super::Fleet::foreign_ports).
    NoPort {
        /// When to try again.
        retry_after: Duration,
    },
    /// The session, the slot, the worker or the world is known.
    Known,
    /// It is not.
    Unknown,
    /// This slot has the world.
    InUse(SlotId),
}

/// Something to do. The result comes back as an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Call the engine of a worker.
    Call {
        /// The worker.
        worker: WorkerName,
        /// The slot that it is for.
        slot: SlotId,
        /// The number of the call, which its answer repeats.
        number: CallNumber,
        /// What the engine is asked to do.
        order: Order,
    },
    /// Probe a server until it is ready or no longer starting.
    Probe {
        /// The worker that it runs on.
        worker: WorkerName,
        /// The slot.
        slot: SlotId,
        /// The run.
        run: Run,
        /// The port.
        port: u16,
    },
    /// Ask a server who is on.
    Ask {
        /// The worker that it runs on.
        worker: WorkerName,
        /// The slot.
        slot: SlotId,
        /// The run.
        run: Run,
        /// The port.
        port: u16,
        /// The number of the question.
        ask: u32,
    },
    /// Warn operators of something that a worker does.
    Warn {
        /// The worker.
        worker: WorkerName,
        /// What it does, as a sentence without a subject.
        sentence: String,
    },
    /// Report something, in the log and on the dashboard.
    Report {
        /// The slot.
        slot: SlotId,
        /// A sentence, which everybody may read.
        sentence: String,
        /// What the engine has said about it, which only operators read.
        words: Option<String>,
        /// Whether operators should look into it.
        severity: Severity,
    },
}

/// How much something matters to operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// It happens to servers that are well.
    Info,
    /// Operators should look into it.
    Warning,
    /// A server has crashed, exited before it was ready, or was given up. Operators should look at what it printed.
    Failure,
}
