//! Jobs that wait for the writer, each in its lane, and those without a lane in one of their own. The
//! lanes take turns, so whoever has much to write waits for nobody but themselves, and the jobs of a
//! lane keep their order.

use std::collections::VecDeque;

use hashbrown::HashMap;
use parking_lot::{Condvar, Mutex};

use super::Job;
use crate::error::StoreError;

/// Jobs that may wait. Beyond that, callers are refused.
pub(super) const QUEUE: usize = 4096;
/// Those of one lane, so that it cannot keep out the others.
const OF_ONE_LANE: usize = QUEUE / 4;

/// Whose jobs they are; `None` for those that concern nobody or everybody.
pub(super) type LaneOf = Option<u64>;

#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    has_changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    lanes: HashMap<LaneOf, Lane>,
    /// Lanes with a job that can be taken, in the order in which they are asked.
    turns: VecDeque<LaneOf>,
    jobs: usize,
    is_closed: bool,
}

#[derive(Default)]
struct Lane {
    jobs: VecDeque<Box<dyn Job>>,
    /// The job before these is at work and not finished.
    is_held: bool,
}

impl Queue {
    /// Adds a job, or refuses it at once.
    pub(super) fn enqueue(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        let mut waiting = self.waiting.lock();
        if waiting.is_closed {
            return Err(StoreError::Closed);
        }
        let of = job.lane();
        let in_lane = waiting.lanes.get(&of).map_or(0, |lane| lane.jobs.len());
        if waiting.jobs >= QUEUE || (of.is_some() && in_lane >= OF_ONE_LANE) {
            return Err(StoreError::Busy);
        }
        let lane = waiting.lanes.entry(of).or_default();
        lane.jobs.push_back(job);
        let has_turn = lane.is_held || in_lane > 0;
        if !has_turn {
            waiting.turns.push_back(of);
        }
        waiting.jobs += 1;
        drop(waiting);
        self.has_changed.notify_one();
        Ok(())
    }

    /// Waits until there is a job. Returns false when the queue is closed and empty.
    pub(super) fn wait(&self) -> bool {
        let mut waiting = self.waiting.lock();
        while waiting.turns.is_empty() && !waiting.is_closed {
            self.has_changed.wait(&mut waiting);
        }
        !waiting.turns.is_empty()
    }

    /// The first job of the lane whose turn it is.
    pub(super) fn take(&self) -> Option<Box<dyn Job>> {
        let mut waiting = self.waiting.lock();
        let of = waiting.turns.pop_front()?;
        let lane = waiting.lanes.get_mut(&of)?;
        let job = lane.jobs.pop_front();
        match lane.jobs.is_empty() {
            true => drop(waiting.lanes.remove(&of)),
            false => waiting.turns.push_back(of),
        }
        waiting.jobs -= usize::from(job.is_some());
        job
    }

    /// Takes no job of a lane until the one at work is finished.
    pub(super) fn hold(&self, of: LaneOf) {
        let mut waiting = self.waiting.lock();
        waiting.turns.retain(|turn| *turn != of);
        waiting.lanes.entry(of).or_default().is_held = true;
    }

    /// Lets a lane go on: the job for which it was held returns to its front, or is over.
    pub(super) fn release(&self, of: LaneOf, unfinished: Option<Box<dyn Job>>) {
        let mut waiting = self.waiting.lock();
        let Some(lane) = waiting.lanes.get_mut(&of).filter(|lane| lane.is_held) else {
            return;
        };
        lane.is_held = false;
        let returns = usize::from(unfinished.is_some());
        lane.jobs.extend(unfinished);
        lane.jobs.rotate_right(returns);
        waiting.jobs += returns;
        let Some(lane) = waiting.lanes.get(&of) else {
            return;
        };
        match lane.jobs.is_empty() {
            true => drop(waiting.lanes.remove(&of)),
            false => waiting.turns.push_back(of),
        }
    }

    /// Refuses jobs from now on; those that wait are still done.
    pub(super) fn close(&self) {
        self.waiting.lock().is_closed = true;
        self.has_changed.notify_one();
    }

    /// How many jobs wait.
    pub(super) fn len(&self) -> usize {
        self.waiting.lock().jobs
    }
}
