//! What time alone changes, and time that does not count.

use std::sync::Arc;
use std::time::Duration;

use super::exits::has_old_crash;
use super::work::Container;
use super::{Call, Fleet, Slot, State};
use crate::ids::SlotId;
use crate::time::Moment;

/// If something comes later than this after a tick, nobody was served between them, so that time does
/// not count.
const LONGEST_TICK: Duration = Duration::from_secs(2);

/// How long we wait for the answer to a call.
const CALL_TIMEOUT: Duration = Duration::from_secs(120);

impl Fleet {
    pub(super) fn tick(&mut self, now: Moment) {
        let passed = now.since(self.shared.last_tick);
        self.shared.last_tick = now;
        self.shared.workers.pass(passed, now);
        self.note_silent_workers(passed);
        self.release_old_doubts(now);
        self.shift(passed, |fleet, slot| fleet.is_away(&slot.worker));
        Arc::make_mut(&mut self.shared.ports).expire(now);
        Arc::make_mut(&mut self.shared.gone).retain(|_, until| now < *until);
        let ids: Vec<_> = self.slots.keys().copied().collect();
        for id in ids {
            if self.is_due(id, now) {
                self.tick_slot(id, now);
            }
        }
    }

    /// Leaves out a time in which we were not running. The first event after it reveals it, before
    /// anything is decided.
    pub(super) fn notice_gap(&mut self, now: Moment) {
        let passed = now.since(self.shared.last_tick);
        if passed > LONGEST_TICK {
            self.shared.last_tick = now;
            self.shift(passed, |_, _| true);
            self.forgive(now, |_| true);
        }
    }

    /// Moves the deadlines of some slots by a time that does not count.
    fn shift(&mut self, gap: Duration, is_meant: impl Fn(&Self, &Slot) -> bool) {
        let slots = self.slots.values();
        let meant = slots.filter(|slot| is_meant(self, slot));
        let ids: Vec<_> = meant.map(|slot| slot.id).collect();
        for id in ids {
            if let Some(slot) = self.touch(id) {
                slot.deadline = slot.deadline.map(|deadline| deadline + gap);
                slot.work.shift(gap);
            }
        }
    }

    /// Treats every session of some slots as if it had just sent a heartbeat.
    pub(super) fn forgive(&mut self, now: Moment, is_meant: impl Fn(&Slot) -> bool) {
        let meant = self.slots.values().filter(|slot| is_meant(slot));
        let ids: Vec<_> = meant.map(|slot| slot.id).collect();
        for id in ids {
            if let Some(slot) = self.touch(id) {
                for visit in slot.sessions.values_mut() {
                    visit.last_beat = now;
                }
            }
        }
    }

    /// Whether time may change something about a slot, so that the others need not be touched.
    fn is_due(&self, id: SlotId, now: Moment) -> bool {
        let Some(slot) = self.slots.get(&id) else {
            return false;
        };
        if self.is_away(&slot.worker) {
            return false;
        }
        let lost = self.limits.lost();
        let is_silent = slot.state == State::Running
            && slot
                .sessions
                .values()
                .any(|visit| now.since(visit.last_beat) >= lost);
        let is_over = slot.deadline.is_some_and(|deadline| deadline <= now);
        let needs_call = !matches!(slot.state, State::Running | State::Idle | State::Stopped);
        is_silent || is_over || needs_call || has_old_crash(slot, now)
    }

    fn tick_slot(&mut self, id: SlotId, now: Moment) {
        self.give_up_call(id, now);
        self.forget_crashes(id, now);
        self.end_silent_sessions(id, now);
        let Some(slot) = self.slots.get(&id) else {
            return;
        };
        let is_over = slot.deadline.is_some_and(|deadline| deadline <= now);
        match slot.state {
            State::Idle if is_over => self.ask(id, now),
            State::Starting if is_over => self.fail(id, "did not become ready in time", now),
            State::Stopped if is_over => self.delete(id, now),
            _ => self.drive(id, now),
        }
    }

    /// Stops waiting for an answer that is overdue. The next list shows what the engine has done.
    fn give_up_call(&mut self, id: SlotId, now: Moment) {
        let Some(slot) = self.slots.get(&id) else {
            return;
        };
        let Some(in_flight) = slot.work.call else {
            return;
        };
        if now.since(in_flight.since) < CALL_TIMEOUT {
            return;
        }
        if in_flight.call == Call::Create {
            self.creation_not_answered(id, now);
        }
        if let Some(slot) = self.touch(id) {
            slot.work.call = None;
            if !matches!(in_flight.call, Call::Stop | Call::Kill) {
                slot.work.learn(Container::Unsure, now);
            }
        }
    }

    /// A session without a heartbeat for too long is over. While a server starts or stops, its players can
    /// only wait.
    fn end_silent_sessions(&mut self, id: SlotId, now: Moment) {
        let lost = self.limits.lost();
        let Some(slot) = self.slots.get(&id) else {
            return;
        };
        if slot.state != State::Running {
            return;
        }
        let is_silent = |beat: Moment| now.since(beat) >= lost;
        let silent: Vec<_> = slot
            .sessions
            .iter()
            .filter(|(_, visit)| is_silent(visit.last_beat))
            .map(|(session, visit)| (*session, visit.last_beat))
            .collect();
        let last = silent.iter().map(|(_, beat)| *beat).max();
        for (session, _) in silent {
            self.end_session(id, session);
        }
        let Some(slot) = self.touch(id) else { return };
        if slot.sessions.is_empty() {
            slot.state = State::Idle;
            slot.deadline = last.map(|beat| beat + lost);
        }
    }
}
