//! What the engine has. A list repairs what lost answers and lost events have left open.

use std::collections::BTreeMap;

use super::results::RETRY;
use super::work::{Container, InFlight};
use super::{Call, Fleet, Listed, Run, Slot, State};
use crate::ids::{SlotId, WorkerName};
use crate::time::{Moment, Now};

impl Fleet {
    /// Compares what a worker's engine had at `asked_at` with what is known. Where something was learned or
    /// done since, the list is outdated. What it says about slots of other workers is ignored.
    pub(super) fn listed(
        &mut self,
        worker: &WorkerName,
        asked_at: Moment,
        listed: Vec<Listed>,
        present: Now,
    ) {
        let now = present.moment;
        let away_since = self
            .shared
            .workers
            .get(worker)
            .map(|worker| worker.away_since);
        match away_since {
            // Only workers that were asked are listed.
            None => return,
            Some(Some(away_since)) if asked_at < away_since => return,
            Some(Some(_)) => {
                self.shared.workers.change(worker).regain();
                self.forgive(now, |slot| slot.worker == *worker);
                self.retry_now(worker);
            }
            Some(None) => {}
        }
        let listed: BTreeMap<SlotId, Listed> = listed
            .into_iter()
            .map(|listed| (listed.slot, listed))
            .collect();
        let theirs = self.slots.values().filter(|slot| slot.worker == *worker);
        let theirs: Vec<_> = theirs
            .map(|slot| (slot.id, slot.work.is_restored))
            .collect();
        for (id, is_restored) in theirs {
            if listed.contains_key(&id) {
                self.world_is_made(id);
            }
            match is_restored {
                true => self.continue_slot(id, listed.get(&id), now),
                false => self.compare(id, listed.get(&id), asked_at, now),
            }
            self.drive(id, now);
        }
        self.adopt_unknown(worker, listed, present);
    }

    /// What a worker did not carry out because it could not be reached need not wait any longer.
    fn retry_now(&mut self, worker: &WorkerName) {
        let waits = |slot: &&Slot| slot.worker == *worker && slot.work.retry_at.is_some();
        let waiting: Vec<_> = self
            .slots
            .values()
            .filter(waits)
            .map(|slot| slot.id)
            .collect();
        for id in waiting {
            if let Some(slot) = self.touch(id) {
                slot.work.retry_at = None;
            }
        }
    }

    fn compare(&mut self, id: SlotId, listed: Option<&Listed>, asked_at: Moment, now: Moment) {
        // A run ends once, so this is true however old the list is.
        if let Some(listed) = listed.filter(|listed| !listed.running)
            && let Some(run) = listed.run
        {
            self.exited(id, run, listed.exit_code, now);
        }
        let Some(slot) = self.slots.get(&id) else {
            return;
        };
        if slot.work.learned_at >= asked_at {
            return;
        }
        if let Some(in_flight) = slot.work.call {
            if !has_worked(in_flight, slot, listed, asked_at) {
                return;
            }
            match in_flight.call {
                Call::Start => self.engine_works(id),
                Call::Create => self.made_again(id),
                Call::Stop | Call::Kill | Call::Remove => {}
            }
            self.end_call(id);
        }
        self.take_in(id, listed, now);
        self.keep_consistent(id, now);
    }

    /// Stops waiting for the answer to a call, because something else has shown what came of it.
    pub(super) fn end_call(&mut self, id: SlotId) {
        if let Some(slot) = self.touch(id) {
            slot.work.call = None;
        }
    }

    fn take_in(&mut self, id: SlotId, listed: Option<&Listed>, now: Moment) {
        let Some(slot) = self.slots.get(&id) else {
            return;
        };
        match (slot.work.container, listed) {
            (Container::Running, Some(listed)) if !listed.running => {
                self.exit(id, listed.exit_code, now);
            }
            (Container::Running, None) => {
                self.exit(id, None, now);
                self.learn(id, Container::Absent, now);
            }
            (Container::Running, Some(listed)) => self.follow_run(id, listed.run),
            (Container::Absent, None) => {}
            (_, None) => self.learn(id, Container::Absent, now),
            (_, Some(listed)) if listed.running => {
                self.learn(id, Container::Running, now);
                if let (Some(run), Some(slot)) = (listed.run, self.touch(id)) {
                    slot.run = run;
                }
                self.probe(id);
            }
            (Container::Unsure | Container::Absent, Some(listed)) => {
                let container = match listed.run {
                    Some(_) => Container::Exited,
                    None => Container::Made,
                };
                self.learn(id, container, now);
                if let Some(slot) = self.touch(id) {
                    slot.work.is_outdated |= listed.port != slot.port;
                }
            }
            (Container::Made | Container::Exited, Some(_)) => {}
        }
    }

    /// If a start was already on its way when we were killed, the server was running when the engine got
    /// the next one, and runs as what the first one began. Its exit will carry that number.
    fn follow_run(&mut self, id: SlotId, run: Option<Run>) {
        let is_known = |slot: &Slot| run.is_none_or(|run| run == slot.run);
        if self.slots.get(&id).is_none_or(is_known) {
            return;
        }
        if let (Some(run), Some(slot)) = (run, self.touch(id)) {
            slot.run = run;
        }
        self.probe(id);
    }

    pub(super) fn learn(&mut self, id: SlotId, container: Container, now: Moment) {
        if let Some(slot) = self.touch(id) {
            slot.work.learn(container, now);
        }
    }

    /// A server that runs although it should not is stopped, and one that is gone although it should be kept
    /// is forgotten.
    fn keep_consistent(&mut self, id: SlotId, now: Moment) {
        let Some(slot) = self.slots.get(&id) else {
            return;
        };
        match (slot.state, slot.work.container) {
            (State::Stopped, Container::Running | Container::Absent) => self.delete(id, now),
            (
                State::Running | State::Idle,
                Container::Absent | Container::Made | Container::Exited,
            ) => {
                self.stopped(id, now);
            }
            _ => {}
        }
    }
}

/// Whether a list shows what a call was meant to do, so that we need not wait for its answer.
fn has_worked(in_flight: InFlight, slot: &Slot, listed: Option<&Listed>, asked_at: Moment) -> bool {
    let is_newer = in_flight.since < asked_at;
    // What these calls bring about may have been so before. Then the engine has perhaps not begun with the
    // call, and would do to the next server what was meant for this one.
    let has_begun = in_flight.since + RETRY <= asked_at;
    match (in_flight.call, listed) {
        // One that is made again may be listed as it was before.
        (Call::Create, Some(listed)) => is_newer && listed.port == slot.port,
        // No other call has begun this run.
        (Call::Start, Some(listed)) => listed.running && listed.run == Some(slot.run),
        (Call::Stop | Call::Kill, Some(listed)) => !listed.running && has_begun,
        (Call::Stop | Call::Kill | Call::Remove, None) => has_begun,
        (Call::Remove, Some(_)) | (Call::Create | Call::Start, None) => false,
    }
}
