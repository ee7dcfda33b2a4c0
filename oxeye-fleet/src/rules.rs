//! What happens to slots and sessions, and when: a pure state machine. It does no I/O and reads no
//! clock. [`Fleet::step`] takes one event and returns what is to be answered, written and done.
//!
//! | module   | subject                                                          |
//! |----------|------------------------------------------------------------------|
//! | `limits` | [`Limits`]: how many servers, and how long everything may take    |
//! | `event`  | [`Event`]: what can happen                                        |
//! | `step`   | [`Step`]: what follows from an event                              |
//! | `slot`   | [`Slot`], its [`State`] and its [`Session`]s                      |
//! | `rows`   | [`SlotRow`], [`SessionRow`]: what is kept over a restart          |

mod event;
mod limits;
mod rows;
mod slot;
mod step;

pub use event::{Call, CallFailure, Event, Listed, Occupancy};
pub use limits::Limits;
pub use rows::{SessionRow, SlotRow, Write};
pub use slot::{Run, Session, Slot, State};
pub use step::{Action, Reply, Step};

use crate::ids::{SessionId, SlotId};
use crate::time::Now;

/// All slots and sessions, and what is known of the engine.
#[derive(Debug, Clone)]
pub struct Fleet {
    limits: Limits,
}

impl Fleet {
    /// Starts without slots.
    #[must_use]
    pub fn new(limits: Limits, _now: Now) -> Self {
        Self { limits }
    }

    /// Continues after a restart, with what was kept and what the engine has. Sessions count as having
    /// sent a heartbeat just now. Also returns what to write and do first.
    #[must_use]
    pub fn recover(
        _limits: Limits,
        _slots: Vec<SlotRow>,
        _sessions: Vec<SessionRow>,
        _listed: Vec<Listed>,
        _now: Now,
    ) -> (Self, Step) {
        todo!()
    }

    /// Decides what follows from an event.
    pub fn step(&mut self, _event: Event, _now: Now) -> Step {
        todo!()
    }

    /// Undoes the last step, whose writes failed, so that nothing of it has happened.
    pub fn undo(&mut self) {
        todo!()
    }

    /// Returns all slots, oldest first.
    pub fn slots(&self) -> impl Iterator<Item = &Slot> {
        std::iter::empty()
    }

    /// Returns the slot of a session.
    #[must_use]
    pub fn slot_of(&self, _session: SessionId) -> Option<&Slot> {
        todo!()
    }

    /// Returns a slot.
    #[must_use]
    pub fn slot(&self, _slot: SlotId) -> Option<&Slot> {
        todo!()
    }

    /// Returns the limits.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Returns whether the engine cannot be reached.
    #[must_use]
    pub fn engine_is_away(&self) -> bool {
        todo!()
    }

    /// Returns whether no new servers are started.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        todo!()
    }
}
