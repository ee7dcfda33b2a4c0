//! The jobs that wait for the writer, in lanes. Jobs without a lane share one. Lanes take turns, so a
//! lane with many jobs does not delay the others. The jobs of a lane keep their order.

use std::collections::VecDeque;

use hashbrown::HashMap;
use parking_lot::{Condvar, Mutex};

use super::Job;
use crate::error::StoreError;

/// Maximum number of waiting jobs. Beyond that, callers are refused.
pub(super) const QUEUE_CAPACITY: usize = 4096;
/// Maximum number of waiting jobs in one lane, so that it cannot block the others.
const LANE_CAPACITY: usize = QUEUE_CAPACITY / 4;

/// Identifies a lane; `None` is the lane of the jobs that belong to none.
pub(super) type LaneId = Option<u64>;

#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    has_changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    lanes: HashMap<LaneId, Lane>,
    /// Lanes with a job that may be taken, in the order of their turns.
    turns: VecDeque<LaneId>,
    jobs: usize,
    is_closed: bool,
}

#[derive(Default)]
struct Lane {
    jobs: VecDeque<Box<dyn Job>>,
    /// Whether an earlier job of this lane has started and is not finished.
    is_held: bool,
}

impl Queue {
    /// Adds a job, or refuses it immediately.
    pub(super) fn enqueue(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        let mut waiting = self.waiting.lock();
        if waiting.is_closed {
            return Err(StoreError::Closed);
        }
        let of = job.lane();
        let in_lane = waiting.lanes.get(&of).map_or(0, |lane| lane.jobs.len());
        if waiting.jobs >= QUEUE_CAPACITY || (of.is_some() && in_lane >= LANE_CAPACITY) {
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

    /// Blocks until there is a job. Returns false when the queue is closed and empty.
    pub(super) fn wait(&self) -> bool {
        let mut waiting = self.waiting.lock();
        while waiting.turns.is_empty() && !waiting.is_closed {
            self.has_changed.wait(&mut waiting);
        }
        !waiting.turns.is_empty()
    }

    /// Takes the first job of the lane whose turn it is.
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

    /// Withholds the jobs of a lane until its current job is finished.
    pub(super) fn hold(&self, of: LaneId) {
        let mut waiting = self.waiting.lock();
        waiting.turns.retain(|turn| *turn != of);
        waiting.lanes.entry(of).or_default().is_held = true;
    }

    /// Lets a lane continue. The job for which it was held goes back to the front if it is unfinished.
    pub(super) fn release(&self, of: LaneId, unfinished: Option<Box<dyn Job>>) {
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

    /// Refuses jobs from now on. Waiting jobs still run.
    pub(super) fn close(&self) {
        self.waiting.lock().is_closed = true;
        self.has_changed.notify_one();
    }

    /// Whether jobs are refused.
    pub(super) fn is_closed(&self) -> bool {
        self.waiting.lock().is_closed
    }

    /// Returns the number of waiting jobs.
    pub(super) fn len(&self) -> usize {
        self.waiting.lock().jobs
    }
}
