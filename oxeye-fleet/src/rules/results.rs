//! What the calls of the engine have come to.

use std::sync::Arc;
use std::time::Duration;

use super::work::Container;
use super::{Action, Call, CallFailure, CallNumber, Fleet, Run, Severity, State};
use crate::ids::{SlotId, WorkerName};
use crate::time::Moment;

/// How long we wait before we repeat a call that the engine did not carry out.
pub(super) const RETRY: Duration = Duration::from_secs(10);

/// How long a worker that has no room gets no new servers: a little longer than until its next try.
const FULL_FOR: Duration = Duration::from_secs(15);

/// How often a slot moves to another port because another program uses the one it has.
const MOST_PORTS_TRIED: u32 = 3;

impl Fleet {
    /// A call has returned. An answer to a call that is not in flight is outdated.
    pub(super) fn called(
        &mut self,
        id: SlotId,
        number: CallNumber,
        result: Result<(), CallFailure>,
        now: Moment,
    ) {
        let in_flight = self.slots.get(&id).and_then(|slot| slot.work.call);
        let Some(answered) = in_flight.filter(|in_flight| in_flight.number == number) else {
            return;
        };
        if let Some(slot) = self.touch(id) {
            slot.work.call = None;
        }
        match result {
            Ok(()) => self.done(id, answered.call, now),
            Err(failure) => self.call_failed(id, answered.call, failure, now),
        }
        self.drive(id, now);
    }

    fn done(&mut self, id: SlotId, call: Call, now: Moment) {
        match call {
            Call::Create => {
                self.world_is_made(id);
                self.made_again(id);
                self.learn(id, Container::Made, now);
            }
            Call::Start => {
                self.engine_works(id);
                self.learn(id, Container::Running, now);
                self.probe(id);
            }
            Call::Remove => self.learn(id, Container::Absent, now),
            // The exit comes as an event of its own.
            Call::Stop | Call::Kill => {}
        }
    }

    /// Notes that the container of a slot is as it should be.
    pub(super) fn made_again(&mut self, id: SlotId) {
        if let Some(slot) = self.touch(id) {
            slot.work.is_outdated = false;
        }
    }

    /// Notes that the engine of a slot's worker has started a server.
    pub(super) fn engine_works(&mut self, id: SlotId) {
        if let Some(worker) = self.worker_of(id) {
            self.shared.workers.change(&worker).circuit.worked();
        }
    }

    pub(super) fn worker_of(&self, id: SlotId) -> Option<WorkerName> {
        self.slots.get(&id).map(|slot| slot.worker.clone())
    }

    /// Has a started server probed.
    pub(super) fn probe(&mut self, id: SlotId) {
        if let Some(slot) = self.slots.get(&id)
            && slot.state == State::Starting
        {
            self.actions.push(Action::Probe {
                worker: slot.worker.clone(),
                slot: id,
                run: slot.run,
                port: slot.port,
            });
        }
    }

    /// Notes what a creation that failed says about its world, and about its worker.
    fn creation_failed(&mut self, id: SlotId, failure: &CallFailure, now: Moment) {
        match failure {
            CallFailure::NoNewWorlds(_) => self.world_is_missing(id),
            CallFailure::Unknown => self.creation_not_answered(id, now),
            // What could not be made, or used, is perhaps there.
            CallFailure::PortTaken | CallFailure::WorldUnusable(_) => self.doubt_world(id, now),
            CallFailure::Refused(_) | CallFailure::Full(_) | CallFailure::Unreachable => {}
        }
    }

    /// Nobody knows whether a container was made. Servers are made elsewhere for a while, if they can be.
    pub(super) fn creation_not_answered(&mut self, id: SlotId, now: Moment) {
        self.doubt_world(id, now);
        if let Some(worker) = self.worker_of(id) {
            let worker = self.shared.workers.change(&worker);
            worker.circuit.did_not_answer(now);
        }
    }

    fn call_failed(&mut self, id: SlotId, call: Call, failure: CallFailure, now: Moment) {
        if call == Call::Create {
            self.creation_failed(id, &failure, now);
        }
        match (call, failure) {
            (_, CallFailure::Unreachable) => self.retry_later(id, call, now),
            (Call::Create | Call::Start, CallFailure::PortTaken) => self.port_taken(id, now),
            (
                Call::Create | Call::Start,
                refusal @ (CallFailure::Refused(_)
                | CallFailure::NoNewWorlds(_)
                | CallFailure::WorldUnusable(_)),
            ) => {
                self.note_refusal(id, &refusal, now);
                self.learn(id, Container::Made, now);
                self.fail_with(id, &refusal.to_string(), now);
            }
            (Call::Create | Call::Start, CallFailure::Full(sentence)) => {
                self.no_room(id, &sentence, now);
                self.retry_later(id, call, now);
            }
            // The engine would refuse again, so we wait, and kill the server when its time is up.
            (Call::Stop, CallFailure::Refused(sentence)) => {
                self.report_with(id, "cannot be asked to stop", &sentence, Severity::Warning);
            }
            (Call::Stop | Call::Kill, _) => self.retry_later(id, call, now),
            (
                Call::Remove,
                CallFailure::Refused(_)
                | CallFailure::WorldUnusable(_)
                | CallFailure::NoNewWorlds(_)
                | CallFailure::PortTaken
                | CallFailure::Full(_),
            ) => {
                self.learn(id, Container::Unsure, now);
            }
            // The engine may still be working on it, so only a later list says what came of it.
            (Call::Create | Call::Start | Call::Remove, CallFailure::Unknown) => {
                self.learn(id, Container::Unsure, now + RETRY);
            }
        }
    }

    /// Notes that the engine refuses a server, or all of them.
    fn note_refusal(&mut self, id: SlotId, refusal: &CallFailure, now: Moment) {
        let Some(slot) = self.slots.get(&id) else {
            return;
        };
        let (worker, world) = (slot.worker.clone(), slot.world.clone());
        let circuit = &mut self.shared.workers.change(&worker).circuit;
        match refusal {
            CallFailure::Refused(sentence) => circuit.refused(&world, sentence, now),
            CallFailure::NoNewWorlds(sentence) => circuit.refused_new_world(sentence, now),
            CallFailure::WorldUnusable(sentence) => circuit.world_refused(&world, sentence, now),
            CallFailure::PortTaken
            | CallFailure::Full(_)
            | CallFailure::Unreachable
            | CallFailure::Unknown => {}
        }
    }

    /// A worker has no room for a server, which waits. Until it is tried again, no other server is placed there.
    fn no_room(&mut self, id: SlotId, sentence: &str, now: Moment) {
        let Some(worker) = self.worker_of(id) else {
            return;
        };
        let was_full = self
            .shared
            .workers
            .get(&worker)
            .is_some_and(|worker| worker.is_full(now));
        self.shared.workers.change(&worker).full_until = Some(now + FULL_FOR);
        if !was_full {
            self.report_with(
                id,
                "waits until its worker has room",
                sentence,
                Severity::Info,
            );
        }
    }

    fn retry_later(&mut self, id: SlotId, call: Call, now: Moment) {
        if let Some(slot) = self.touch(id) {
            slot.work.retry_at = Some(now + RETRY);
            if call == Call::Stop {
                slot.work.stop_asked_at = None;
            }
        }
    }

    fn port_taken(&mut self, id: SlotId, now: Moment) {
        let Some(slot) = self.touch(id) else { return };
        let (worker, port) = (slot.worker.clone(), slot.port);
        slot.work.ports_tried += 1;
        let is_hopeless = slot.work.ports_tried > MOST_PORTS_TRIED;
        // A container that could not be started is still there; one that could not be made may be
        // there, too.
        slot.work.learn(Container::Made, now);
        Arc::make_mut(&mut self.shared.ports).avoid(&worker, port, now);
        if is_hopeless {
            self.fail(id, "other programs use all ports that were tried", now);
        }
    }

    /// The readiness probe has succeeded.
    pub(super) fn ready(&mut self, id: SlotId, run: Run, now: Moment) {
        let idle = self.limits.idle;
        let Some(slot) = self.slots.get(&id) else {
            return;
        };
        let is_current = slot.state == State::Starting
            && slot.run == run
            && slot.work.container == Container::Running;
        if !is_current {
            return;
        }
        if let Some(worker) = self.worker_of(id) {
            self.shared.workers.change(&worker).readiness.became_ready();
        }
        let Some(slot) = self.touch(id) else { return };
        // The time that the server took to start does not count as silence of its players.
        for visit in slot.sessions.values_mut() {
            visit.last_beat = now;
        }
        if slot.sessions.is_empty() {
            slot.state = State::Idle;
            slot.deadline = Some(now + idle);
        } else {
            slot.state = State::Running;
            slot.deadline = None;
        }
        self.report(id, "is ready", Severity::Info);
    }
}
