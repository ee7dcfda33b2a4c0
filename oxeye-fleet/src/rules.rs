//! What happens to slots and sessions, and when: a pure state machine. It does no I/O and reads no
//! clock. [`Fleet::step`] takes one event and returns what is to be answered, written and done.
//!
//! | module     | subject                                                                          |
//! |------------|----------------------------------------------------------------------------------|
//! | `limits`   | [`Limits`]: how many servers, and how long everything may take                     |
//! | `call`     | [`Order`]: what the engine is asked to do, [`CallNumber`]s and [`Run`]s           |
//! | `event`    | [`Event`]: what can happen                                                         |
//! | `step`     | [`Step`]: what follows from an event                                              |
//! | `slot`     | [`Slot`], its [`State`] and its [`Session`]s                                      |
//! | `work`     | what is known of a slot's container, and what is being done to it                 |
//! | `rows`     | [`SlotRow`], [`SessionRow`]: what is kept over a restart                          |
//! | `journal`  | what a step has changed: what to write, and how to undo it                        |
//! | `worker`   | what is known of each worker                                                      |
//! | `workers`  | which workers can be reached, and what they have room for                          |
//! | `homes`    | which worker each kept world lies on                                              |
//! | `naming`   | what workers say about the worlds that lie on them                                |
//! | `losing`   | a worker that has been unreachable for too long                                   |
//! | `placing`  | which worker gets a new server                                                    |
//! | `ports`    | which port a slot gets                                                            |
//! | `readiness` | whether the servers of a worker become ready                                    |
//! | `circuit`  | no new servers while the engine refuses every one, or the world of one            |
//! | `joining`  | joins, heartbeats and leaves                                                      |
//! | `refusing` | why a player gets no server                                                       |
//! | `driving`  | the next call of the engine for a slot                                            |
//! | `results`  | what the engine has done                                                          |
//! | `listing`  | what the engine has                                                               |
//! | `adopting` | containers that belong to no slot                                                 |
//! | `exits`    | a server that has exited: restarted, kept, given up                               |
//! | `stopping` | an empty server is asked who is on, stopped, kept for a while and removed         |
//! | `ticking`  | what time alone changes, and time that does not count                             |
//! | `recovery` | continuing after a restart                                                        |
//!
//! ## The life of a slot
//!
//! | state | ends | with |
//! |---|---|---|
//! | starting | when its server answers | running, or idle if everybody has left |
//! | running | when the last session leaves or falls silent | idle |
//! | idle | with a join; or when time is up and the server says that nobody is on | running; stopping |
//! | stopping | with the exit | stopped, or starting if a player has come meanwhile |
//! | stopped | with a join; or when time is up | starting; deleting |
//! | failed, deleting | when nothing is left of it; or with the exit, if a player has come meanwhile | nothing; starting |
//!
//! The engine is driven by what is known of the container, not by a script: after every change the next
//! call follows from the state of the slot and the last known state of its container. A lost answer
//! therefore costs time, until the next list, and nothing else.

mod adopting;
mod call;
mod circuit;
mod driving;
mod event;
mod exits;
mod homes;
mod joining;
mod journal;
mod limits;
mod listing;
mod losing;
mod naming;
mod placing;
mod ports;
mod readiness;
mod recovery;
mod refusing;
mod results;
mod rows;
mod slot;
mod step;
mod stopping;
mod ticking;
mod work;
mod worker;
mod workers;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use self::homes::Homes;
use self::journal::Journal;
use self::ports::Ports;
use self::worker::Workers;
use crate::ids::{PlayerId, SessionId, SlotId, WorkerName};
use crate::time::{Moment, Now};

pub use call::{Call, CallFailure, CallNumber, Order, Run};
pub use event::{Event, Listed, Occupancy};
pub use limits::Limits;
pub use readiness::FailedStarts;
pub use rows::{HomeRow, Kept, SessionRow, SlotRow, WorkerRow, Write};
pub use slot::{Session, Slot, State};
pub use step::{Action, Reply, Severity, Step};
pub use worker::Offer;

/// All slots and sessions, and what is known of the engine.
#[derive(Debug, Clone)]
pub struct Fleet {
    limits: Limits,
    slots: BTreeMap<SlotId, Slot>,
    /// The slot of each session.
    by_session: HashMap<SessionId, SlotId>,
    /// The slot in which each player has a session.
    seats: HashMap<PlayerId, SlotId>,
    /// The slot that was last allocated for each player.
    owners: HashMap<PlayerId, SlotId>,
    homes: Homes,
    shared: Shared,
    journal: Journal,
    actions: Vec<Action>,
    /// The number of the last call. It survives [`Fleet::undo`].
    last_call: CallNumber,
}

/// What does not belong to one slot. Cloned at every step, so what may be large is shared.
#[derive(Debug, Clone, Default)]
struct Shared {
    ports: Arc<Ports>,
    workers: Workers,
    is_draining: bool,
    last_tick: Moment,
    last_id: u64,
    /// Slots that were deleted lately, so that an outdated list does not bring them back.
    gone: Arc<BTreeMap<SlotId, Moment>>,
}

impl Fleet {
    /// Starts without slots.
    #[must_use]
    pub fn new(limits: Limits, now: Now) -> Self {
        let workers = Workers::of(&limits.workers);
        Self {
            limits,
            slots: BTreeMap::new(),
            by_session: HashMap::new(),
            seats: HashMap::new(),
            owners: HashMap::new(),
            homes: Homes::default(),
            shared: Shared {
                workers,
                last_tick: now.moment,
                ..Shared::default()
            },
            journal: Journal::default(),
            actions: Vec::new(),
            last_call: CallNumber::default(),
        }
    }

    /// Decides what follows from an event.
    pub fn step(&mut self, event: Event, now: Now) -> Step {
        self.begin();
        self.notice_gap(now.moment);
        let reply = match event {
            Event::Join { player, session } => self.join(player, session, now),
            Event::Heartbeat(session) => self.heartbeat(session, now),
            Event::Leave(session) => self.leave(session, now),
            Event::Listed {
                worker,
                asked_at,
                containers,
            } => {
                self.listed(&worker, asked_at, containers, now);
                Reply::None
            }
            event => self.engine_or_operator(event, now.moment),
        };
        self.finish(reply)
    }

    fn engine_or_operator(&mut self, event: Event, now: Moment) -> Reply {
        match event {
            Event::Tick => self.tick(now),
            Event::Ready { slot, run } => self.ready(slot, run, now),
            Event::Occupied {
                slot,
                run,
                ask,
                occupancy,
            } => self.occupied(slot, run, ask, occupancy, now),
            Event::Called {
                slot,
                number,
                result,
            } => self.called(slot, number, result, now),
            Event::Exited {
                worker,
                slot,
                run,
                code,
            } => self.heard_exit(&worker, slot, run, code, now),
            Event::EngineLost(worker) => self.shared.workers.change(&worker).lose(now),
            Event::WorldsListed {
                worker,
                asked_at,
                worlds,
            } => self.worlds_named(&worker, asked_at, &worlds),
            Event::Offered { worker, offer } => self.offered(&worker, offer),
            Event::Interrupted => self.forgive(now, |_| true),
            Event::Drain(is_draining) => self.shared.is_draining = is_draining,
            Event::DrainWorker {
                worker,
                is_draining,
            } => return self.drain_worker(&worker, is_draining),
            Event::Stop(slot) => return self.stop_by_operator(slot, now),
            Event::BindWorld { world, worker } => return self.bind_by_operator(&world, &worker),
            Event::Join { .. } | Event::Heartbeat(_) | Event::Leave(_) | Event::Listed { .. } => {}
        }
        Reply::None
    }

    /// Leaves a port of a worker alone for a while, because another program uses it. A slot that has it, and whose
    /// server does not run, moves to another one before it is started.
    pub fn avoid_port(&mut self, worker: &WorkerName, port: u16, now: Now) {
        Arc::make_mut(&mut self.shared.ports).avoid(worker, port, now.moment);
    }

    /// Returns the ports that are left alone because other programs have, or had, them.
    #[must_use]
    pub fn foreign_ports(&self) -> Vec<(WorkerName, u16)> {
        self.shared.ports.foreign()
    }

    /// Uses a port again, because no other program has it any more.
    pub fn use_port_again(&mut self, worker: &WorkerName, port: u16) {
        Arc::make_mut(&mut self.shared.ports).is_free_again(worker, port);
    }

    /// Returns all slots, oldest first.
    pub fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.slots.values()
    }

    /// Returns the slot of a session.
    #[must_use]
    pub fn slot_of(&self, session: SessionId) -> Option<&Slot> {
        self.slots.get(self.by_session.get(&session)?)
    }

    /// Returns a slot.
    #[must_use]
    pub fn slot(&self, slot: SlotId) -> Option<&Slot> {
        self.slots.get(&slot)
    }

    /// Returns the limits.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Returns whether no new servers are started.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.shared.is_draining
    }

    /// Returns the number of slots that count against the limit.
    #[must_use]
    pub fn live_count(&self) -> usize {
        self.slots.values().filter(|slot| slot.is_live()).count()
    }
}

#[cfg(test)]
mod tests;
