//! The next call of the engine for a slot. It follows from the state of the slot and from what is known
//! of its container.

use std::collections::BTreeSet;
use std::time::Duration;

use super::work::{Container, InFlight};
use super::{Action, Call, CallNumber, Fleet, Order, Severity, Slot, State};
use crate::ids::{SlotId, WorkerName};
use crate::time::Moment;

/// How much longer than its grace a server may take to exit, before we kill it ourselves.
pub(super) const BEYOND_GRACE: Duration = Duration::from_secs(10);

/// How long we wait before we kill a server again that is still there. Longer than the time between two
/// lists, so that a list can show between two kills that it has exited.
const BETWEEN_KILLS: Duration = Duration::from_secs(15);

impl Fleet {
    /// Makes the next call, if one is due and none is in flight. Nothing is done for a slot before its worker
    /// has said what it has.
    pub(super) fn drive(&mut self, id: SlotId, now: Moment) {
        let is_known = |slot: &Slot| !self.is_away(&slot.worker) && !slot.work.is_restored;
        if !self.slots.get(&id).is_some_and(is_known) {
            return;
        }
        self.settle(id, now);
        let grace = self.limits.stop_grace;
        let call = match self.slots.get(&id) {
            Some(slot) if slot.may_be_called(now) => next_call(slot, grace, now),
            _ => None,
        };
        if let Some(call) = call {
            self.call(id, call, now);
        }
    }

    /// Ends a state that waits for the container, once the container has got there.
    fn settle(&mut self, id: SlotId, now: Moment) {
        let Some(slot) = self.slots.get(&id) else {
            return;
        };
        if slot.work.call.is_some() {
            return;
        }
        match (slot.state, slot.work.container) {
            (State::Stopping, Container::Made | Container::Exited | Container::Absent) => {
                self.stopped(id, now);
            }
            (State::Failed | State::Deleting, Container::Absent) => self.gone(id, now),
            (State::Failed | State::Deleting, Container::Made | Container::Exited)
                if slot.wanted && !slot.sessions.is_empty() =>
            {
                self.make_again(id, now);
            }
            (State::Starting, Container::Absent | Container::Made | Container::Exited)
                if self.shared.ports.is_foreign(&slot.worker, slot.port, now) =>
            {
                self.move_port(id, now);
            }
            _ => {}
        }
    }

    /// Makes the container again for a player who is back. Removed first, it would leave its world behind if
    /// they leave meanwhile.
    fn make_again(&mut self, id: SlotId, now: Moment) {
        self.start_again(id, now);
        if let Some(slot) = self.touch(id) {
            slot.work.is_outdated = true;
        }
        // Another program may have its port.
        self.settle(id, now);
    }

    /// Gives a slot another port, because another program uses the one it has.
    fn move_port(&mut self, id: SlotId, now: Moment) {
        match self.free_port_of(id, now) {
            Some(port) => {
                if let Some(slot) = self.touch(id) {
                    slot.port = port;
                    slot.work.is_outdated = slot.work.container != Container::Absent;
                }
            }
            None => self.fail(id, "no port is free", now),
        }
    }

    fn free_port_of(&self, id: SlotId, now: Moment) -> Option<u16> {
        let worker = &self.slots.get(&id)?.worker;
        self.free_port(worker, now)
    }

    /// Returns a port for a server on a worker. No two slots have the same, even on different workers, apart
    /// from those that belong to nobody.
    pub(super) fn free_port(&self, worker: &WorkerName, now: Moment) -> Option<u16> {
        let uses_it = |slot: &&Slot| !slot.is_stray() || slot.worker == *worker;
        let using = self.slots.values().filter(uses_it);
        let used: BTreeSet<_> = using.map(|slot| slot.port).collect();
        let ports = self.ports_on(worker);
        let limits = &self.limits;
        self.shared.ports.free(worker, ports, limits, &used, now)
    }

    fn call(&mut self, id: SlotId, call: Call, now: Moment) {
        let grace = self.limits.stop_grace;
        let discards_world = call == Call::Remove && self.discards_world_of(id);
        if call == Call::Start {
            // No server is started in a world of which nobody knows whether it was made.
            self.world_is_made(id);
        }
        let number = CallNumber(self.last_call.0 + 1);
        self.last_call = number;
        let Some(slot) = self.touch(id) else { return };
        let is_first_kill = slot.work.killed_at.is_none();
        let is_known = !slot.is_stray();
        slot.work.call = Some(InFlight {
            call,
            number,
            since: now,
        });
        let order = match call {
            Call::Create => Order::Create {
                port: slot.port,
                world: slot.world.clone(),
                player: slot.owner.clone(),
            },
            Call::Start => {
                slot.run = slot.run.next();
                slot.work.restart_at = None;
                Order::Start { run: slot.run }
            }
            Call::Stop => {
                slot.work.stop_asked_at = Some(now);
                slot.deadline = Some(now + grace + BEYOND_GRACE);
                Order::Stop { grace }
            }
            Call::Kill => {
                slot.work.killed_at = Some(now);
                slot.deadline = None;
                Order::Kill
            }
            Call::Remove => Order::Remove { discards_world },
        };
        let worker = slot.worker.clone();
        self.actions.push(Action::Call {
            worker,
            slot: id,
            number,
            order,
        });
        match call {
            // Of what belongs to nobody, this was said before.
            Call::Stop if is_known => self.report(id, "is told to stop", Severity::Info),
            Call::Kill if is_first_kill => self.report(
                id,
                "did not stop in time and was killed; its world may not be saved",
                Severity::Warning,
            ),
            _ => {}
        }
    }

    /// Whether a slot's world is deleted with its container. What belongs to nobody may have the world of a
    /// slot that we know.
    fn discards_world_of(&self, id: SlotId) -> bool {
        let Some(slot) = self.slots.get(&id) else {
            return false;
        };
        let is_for_good = matches!(slot.state, State::Failed | State::Deleting) && !slot.wanted;
        let uses_it = |other: &Slot| {
            other.id != id && other.world == slot.world && other.worker == slot.worker
        };
        let is_used = slot.is_stray() && self.slots.values().any(uses_it);
        self.limits.discards_worlds && is_for_good && !is_used
    }

    /// Reports something about a slot to operators.
    pub(super) fn report(&mut self, slot: SlotId, sentence: impl Into<String>, severity: Severity) {
        self.actions.push(Action::Report {
            slot,
            sentence: sentence.into(),
            words: None,
            severity,
        });
    }

    /// Reports something with what the engine has said about it.
    pub(super) fn report_with(
        &mut self,
        slot: SlotId,
        sentence: &str,
        words: &str,
        severity: Severity,
    ) {
        self.actions.push(Action::Report {
            slot,
            sentence: sentence.to_owned(),
            words: Some(words.to_owned()),
            severity,
        });
    }
}

impl Slot {
    fn may_be_called(&self, now: Moment) -> bool {
        self.work.call.is_none() && self.work.retry_at.is_none_or(|at| at <= now)
    }
}

fn next_call(slot: &Slot, grace: Duration, now: Moment) -> Option<Call> {
    let work = &slot.work;
    match (slot.state, work.container) {
        (State::Starting, Container::Absent) => Some(Call::Create),
        (State::Starting, Container::Made | Container::Exited) if work.is_outdated => {
            Some(Call::Create)
        }
        (State::Starting, Container::Made | Container::Exited) => {
            let is_due = work.restart_at.is_none_or(|at| at <= now);
            is_due.then_some(Call::Start)
        }
        (State::Stopping | State::Failed | State::Deleting, Container::Running) => {
            let Some(asked_at) = work.stop_asked_at else {
                return Some(Call::Stop);
            };
            let last = work
                .killed_at
                .map_or(asked_at + grace + BEYOND_GRACE, |at| at + BETWEEN_KILLS);
            (last <= now).then_some(Call::Kill)
        }
        (State::Failed | State::Deleting, Container::Made | Container::Exited) => {
            Some(Call::Remove)
        }
        _ => None,
    }
}
