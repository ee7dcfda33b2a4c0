//! A server that has exited: restarted, kept or given up.

use std::time::Duration;

use super::work::Container;
use super::{Call, Fleet, Run, Severity, Slot, State};
use crate::ids::{SlotId, WorkerName};
use crate::time::Moment;

/// How long we wait before we start a crashed server again, by the number of restarts so far.
const RESTART_AFTER: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_secs(5),
    Duration::from_secs(30),
];

/// The time within which a server may be restarted that often.
const RESTARTS_WITHIN: Duration = Duration::from_secs(600);

impl Fleet {
    /// A worker has noticed an exit. What it says about servers of other workers is ignored.
    pub(super) fn heard_exit(
        &mut self,
        worker: &WorkerName,
        id: SlotId,
        run: Run,
        code: Option<i32>,
        now: Moment,
    ) {
        let slot = self.slots.get(&id);
        if slot.is_some_and(|slot| slot.worker == *worker) {
            self.exited(id, run, code, now);
        }
    }

    /// The engine has noticed an exit, which a run has only once. If its start was not answered yet, this
    /// is the answer.
    pub(super) fn exited(&mut self, id: SlotId, run: Run, code: Option<i32>, now: Moment) {
        let Some(slot) = self.slots.get(&id) else {
            return;
        };
        if slot.run != run || slot.work.ended == Some(run) {
            return;
        }
        if slot.work.awaits(Call::Start) {
            self.engine_works(id);
            self.end_call(id);
        }
        self.exit(id, code, now);
        self.drive(id, now);
    }

    /// A server of ours has ended.
    pub(super) fn exit(&mut self, id: SlotId, code: Option<i32>, now: Moment) {
        let Some(slot) = self.touch(id) else { return };
        slot.work.learn(Container::Exited, now);
        slot.work.ended = Some(slot.run);
        slot.work.forget_stop();
        let is_played = !slot.sessions.is_empty();
        let is_over = code == Some(0) || !is_played;
        if is_over {
            self.note_failed_start(id, now);
        }
        let Some(slot) = self.slots.get(&id) else {
            return;
        };
        match slot.state {
            State::Starting | State::Running | State::Idle => match code {
                Some(0) => {
                    match slot.state {
                        // Such as one whose EULA nobody has agreed to.
                        State::Starting => {
                            self.report(id, "has exited before it was ready", Severity::Failure);
                        }
                        _ => self.report(id, "has exited by itself", Severity::Info),
                    }
                    self.stopped(id, now);
                }
                _ if is_played => self.restart(id, now),
                _ => {
                    self.report(id, "has crashed while nobody was on", Severity::Failure);
                    self.stopped(id, now);
                }
            },
            // What follows comes from the state.
            State::Stopping | State::Stopped | State::Failed | State::Deleting => {}
        }
    }

    /// Forgets the crashes of a server that were long ago.
    pub(super) fn forget_crashes(&mut self, id: SlotId, now: Moment) {
        if self
            .slots
            .get(&id)
            .is_some_and(|slot| has_old_crash(slot, now))
            && let Some(slot) = self.touch(id)
        {
            slot.work.restarts.retain(|at| !is_old(*at, now));
        }
    }

    fn restart(&mut self, id: SlotId, now: Moment) {
        self.forget_crashes(id, now);
        let start = self.limits.start;
        let Some(slot) = self.touch(id) else { return };
        let restarts = &mut slot.work.restarts;
        let Some(wait) = RESTART_AFTER.get(restarts.len()).copied() else {
            self.fail(id, "crashes again and again", now);
            return;
        };
        restarts.push(now);
        slot.state = State::Starting;
        slot.work.restart_at = Some(now + wait);
        slot.deadline = Some(now + wait + start);
        self.report(id, "has crashed and is started again", Severity::Failure);
    }

    /// Gives a slot up. What was made of it is removed.
    pub(super) fn fail(&mut self, id: SlotId, why: &str, now: Moment) {
        self.note_failed_start(id, now);
        self.report(id, format!("is given up: {why}"), Severity::Failure);
        self.give_up(id, now);
    }

    /// Gives up a server for what the engine has said.
    pub(super) fn fail_with(&mut self, id: SlotId, words: &str, now: Moment) {
        self.report_with(id, "is given up", words, Severity::Failure);
        self.give_up(id, now);
    }

    fn give_up(&mut self, id: SlotId, now: Moment) {
        self.end_all_sessions(id);
        if let Some(slot) = self.touch(id) {
            slot.state = State::Failed;
            slot.deadline = None;
            slot.wanted = false;
        }
        self.drive(id, now);
    }
}

/// Whether a crash of a slot's server no longer counts.
pub(super) fn has_old_crash(slot: &Slot, now: Moment) -> bool {
    slot.work.restarts.iter().any(|at| is_old(*at, now))
}

fn is_old(restart: Moment, now: Moment) -> bool {
    now.since(restart) >= RESTARTS_WITHIN
}
