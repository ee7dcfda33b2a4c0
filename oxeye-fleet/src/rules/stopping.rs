//! An empty server is asked who is on, stopped, kept for a while and removed.

use std::sync::Arc;
use std::time::Duration;

use super::work::{Container, Question};
use super::{Action, Call, Fleet, Occupancy, Reply, Run, Severity, Slot, State};
use crate::ids::SlotId;
use crate::time::Moment;

/// How often a server that does not answer is asked again, and for how long.
const ASK_EVERY: Duration = Duration::from_secs(2);
const ASK_FOR: Duration = Duration::from_secs(30);

/// How long an answer may take before the question counts as not answered.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a deleted slot is remembered.
const REMEMBERED: Duration = Duration::from_secs(120);

impl Fleet {
    /// The time of an idle server is up: it is asked who is on.
    pub(super) fn ask(&mut self, id: SlotId, now: Moment) {
        let Some(slot) = self.touch(id) else { return };
        let question = &mut slot.work.question;
        if let Some(asked_at) = question.asked_at {
            if now.since(asked_at) >= ANSWER_TIMEOUT {
                question.asked_at = None;
                self.not_answered(id, now);
            }
            return;
        }
        if question.next_at.is_some_and(|at| now < at) {
            return;
        }
        question.number += 1;
        question.asked_at = Some(now);
        let action = Action::Ask {
            worker: slot.worker.clone(),
            slot: id,
            run: slot.run,
            port: slot.port,
            ask: slot.work.question.number,
        };
        self.actions.push(action);
    }

    /// The server has answered, or not.
    pub(super) fn occupied(
        &mut self,
        id: SlotId,
        run: Run,
        ask: u32,
        occupancy: Occupancy,
        now: Moment,
    ) {
        let Some(slot) = self.slots.get(&id) else {
            return;
        };
        let (idle, is_away) = (self.limits.idle, self.is_away(&slot.worker));
        let question = slot.work.question;
        let is_current = slot.state == State::Idle
            && slot.run == run
            && question.number == ask
            && question.asked_at.is_some();
        if !is_current {
            return;
        }
        let Some(slot) = self.touch(id) else { return };
        slot.work.question = Question {
            number: ask,
            silent_since: question.silent_since,
            ..Question::default()
        };
        match occupancy {
            Occupancy::Players(1..) => {
                slot.work.question.silent_since = None;
                slot.deadline = Some(now + idle);
            }
            // It is asked again when it can be stopped.
            _ if is_away => {}
            Occupancy::Players(0) | Occupancy::CannotBeAsked => self.stop(id, now),
            Occupancy::Silent => self.not_answered(id, now),
        }
    }

    fn not_answered(&mut self, id: SlotId, now: Moment) {
        let Some(slot) = self.touch(id) else { return };
        let question = &mut slot.work.question;
        let since = *question.silent_since.get_or_insert(now);
        question.next_at = Some(now + ASK_EVERY);
        if now.since(since) >= ASK_FOR {
            self.report(id, "does not say who is on", Severity::Warning);
            self.stop(id, now);
        }
    }

    /// Stops a server that runs.
    fn stop(&mut self, id: SlotId, now: Moment) {
        if let Some(slot) = self.touch(id) {
            slot.state = State::Stopping;
            slot.deadline = None;
            slot.work.question = Question {
                number: slot.work.question.number,
                ..Question::default()
            };
            slot.work.forget_stop();
        }
        self.drive(id, now);
    }

    /// An operator wants a server stopped, whoever plays on it.
    pub(super) fn stop_by_operator(&mut self, id: SlotId, now: Moment) -> Reply {
        let Some(slot) = self.slots.get(&id) else {
            return Reply::Unknown;
        };
        if self.is_lost(&slot.worker) {
            self.abandon(id, now);
            return Reply::Known;
        }
        let runs = slot.work.container == Container::Running || slot.work.awaits(Call::Start);
        let state = slot.state;
        self.end_all_sessions(id);
        if let Some(slot) = self.touch(id) {
            slot.wanted = false;
        }
        match state {
            State::Starting | State::Running | State::Idle if runs => self.stop(id, now),
            State::Starting | State::Running | State::Idle | State::Stopped => self.delete(id, now),
            State::Stopping | State::Failed | State::Deleting => {}
        }
        Reply::Known
    }

    /// A server does not run any more. It is kept for a while, or started for a player who came meanwhile.
    pub(super) fn stopped(&mut self, id: SlotId, now: Moment) {
        let delete_after = self.limits.delete_after;
        let Some(slot) = self.touch(id) else { return };
        if slot.wanted && !slot.sessions.is_empty() {
            self.start_again(id, now);
            return;
        }
        slot.state = State::Stopped;
        slot.wanted = false;
        slot.deadline = Some(now + delete_after);
        slot.work.question = Question::default();
        slot.work.forget_stop();
        self.end_all_sessions(id);
        self.delete_surplus(now);
    }

    /// Stopped servers use no memory, but there are at most as many as live ones.
    fn delete_surplus(&mut self, now: Moment) {
        let stopped = |slot: &&Slot| slot.state == State::Stopped;
        let mut kept: Vec<_> = self
            .slots
            .values()
            .filter(stopped)
            .map(|slot| (slot.deadline, slot.id))
            .collect();
        kept.sort_unstable();
        let surplus = kept.len().saturating_sub(self.limits.max_servers);
        for (_, id) in kept.into_iter().take(surplus) {
            self.delete(id, now);
        }
    }

    /// Removes what is left of a slot.
    pub(super) fn delete(&mut self, id: SlotId, now: Moment) {
        if let Some(slot) = self.touch(id) {
            slot.state = State::Deleting;
            slot.deadline = None;
        }
        self.drive(id, now);
    }

    /// Starts the server of a slot again.
    pub(super) fn start_again(&mut self, id: SlotId, now: Moment) {
        let start = self.limits.start;
        if let Some(slot) = self.touch(id) {
            slot.state = State::Starting;
            slot.wanted = false;
            slot.deadline = Some(now + start);
            slot.work.ports_tried = 0;
            slot.work.restart_at = None;
            slot.work.forget_stop();
        }
    }

    /// Nothing is left of a slot.
    pub(super) fn gone(&mut self, id: SlotId, now: Moment) {
        let Some(slot) = self.slots.get(&id) else {
            return;
        };
        if slot.wanted && !slot.sessions.is_empty() {
            self.start_again(id, now);
            return;
        }
        self.end_all_sessions(id);
        if let Some(slot) = self.remove(id) {
            self.release_world(&slot, now);
            self.rest_port_of(&slot, now);
            Arc::make_mut(&mut self.shared.gone).insert(id, now + REMEMBERED);
        }
    }

    /// Lets the port rest that a slot has given back. That a server had it which belonged to nobody, only its
    /// worker has said.
    pub(super) fn rest_port_of(&mut self, slot: &Slot, now: Moment) {
        let ports = Arc::make_mut(&mut self.shared.ports);
        match slot.is_stray() {
            true => ports.rest_there(slot.worker.clone(), slot.port, &self.limits, now),
            false => ports.rest(slot.port, &self.limits, now),
        }
    }
}
