//! Whether the servers of a worker become ready. One on which they do not, such as a machine whose ports the
//! fleet cannot reach, has the most room and must not get every new player.

use std::time::Duration;

use super::placing::Doubt;
use super::{Fleet, Slot, State};
use crate::ids::{SlotId, WorkerName, WorldName};
use crate::time::Moment;

/// How long we make servers elsewhere, if we can, after one did not become ready.
const COUNTS: Duration = Duration::from_secs(600);

/// From so many failures in a row on, operators learn of them.
const SEVERAL: u32 = 2;

/// Several servers in a row that have not become ready on a worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedStarts {
    /// How many.
    pub count: u32,
    /// The world of the first of them.
    pub first_world: WorldName,
    /// Whether they were of different worlds. If not, the world may be to blame as well as the worker.
    pub are_of_several_worlds: bool,
    /// Until when we make servers elsewhere, if we can.
    pub until: Moment,
}

/// What is known of the servers that were started on a worker.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Readiness {
    /// Whether the last of them that came to something has become ready.
    is_proven: bool,
    /// How many in a row have not become ready.
    failures: u32,
    /// The world of the first of them.
    first_world: Option<WorldName>,
    /// Whether another world was among them.
    are_of_several_worlds: bool,
    failed_at: Option<Moment>,
}

impl Readiness {
    /// A server has become ready.
    pub(super) fn became_ready(&mut self) {
        *self = Self {
            is_proven: true,
            ..Self::default()
        };
    }

    /// A server of this world has not.
    fn failed(&mut self, world: &WorldName, now: Moment) {
        self.is_proven = false;
        self.failures = self.failures.saturating_add(1);
        self.failed_at = Some(now);
        let first = self.first_world.get_or_insert_with(|| world.clone());
        self.are_of_several_worlds |= first != world;
    }

    /// Returns what speaks against a worker on which this many servers are starting. Once a failure is old, one
    /// server at a time is tried.
    fn doubt(&self, starting: usize, now: Moment) -> Doubt {
        match self.failed_at {
            Some(at) if now.since(at) < COUNTS => Doubt::Failed,
            _ if !self.is_proven && starting > 0 => Doubt::Unproven,
            _ => Doubt::None,
        }
    }
}

impl Fleet {
    /// Returns the servers in a row that have not become ready on a worker, if there were several.
    #[must_use]
    pub fn failed_starts(&self, worker: &WorkerName) -> Option<FailedStarts> {
        let readiness = &self.shared.workers.get(worker)?.readiness;
        let failed = FailedStarts {
            count: readiness.failures,
            first_world: readiness.first_world.clone()?,
            are_of_several_worlds: readiness.are_of_several_worlds,
            until: readiness.failed_at? + COUNTS,
        };
        (failed.count >= SEVERAL).then_some(failed)
    }

    /// Notes that the server of a slot was starting, and will not become ready.
    pub(super) fn note_failed_start(&mut self, id: SlotId, now: Moment) {
        let Some(slot) = self.slots.get(&id) else {
            return;
        };
        if slot.state == State::Starting && !slot.is_stray() {
            let (worker, world) = (slot.worker.clone(), slot.world.clone());
            let worker = self.shared.workers.change(&worker);
            worker.readiness.failed(&world, now);
        }
    }

    /// Returns what the servers that were started on a worker say about it.
    pub(super) fn doubt_about(&self, name: &WorkerName, now: Moment) -> Doubt {
        let starts = |slot: &&Slot| slot.worker == *name && slot.state == State::Starting;
        let starting = self.slots.values().filter(starts).count();
        let worker = self.shared.workers.get(name);
        worker.map_or(Doubt::Failed, |worker| {
            worker.readiness.doubt(starting, now)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> Moment {
        Moment(secs * 1_000)
    }

    fn world(name: &str) -> WorldName {
        name.parse().unwrap()
    }

    #[test]
    fn a_failure_counts_for_ten_minutes_and_then_one_server_at_a_time_is_tried() {
        let mut readiness = Readiness::default();
        assert_eq!(readiness.doubt(0, at(0)), Doubt::None);
        assert_eq!(readiness.doubt(1, at(0)), Doubt::Unproven);

        readiness.failed(&world("ada"), at(1));

        assert_eq!(readiness.doubt(0, at(600)), Doubt::Failed);
        assert_eq!(readiness.doubt(0, at(601)), Doubt::None);
        assert_eq!(readiness.doubt(1, at(601)), Doubt::Unproven);
    }

    #[test]
    fn a_server_that_becomes_ready_ends_all_doubt() {
        let mut readiness = Readiness::default();
        readiness.failed(&world("ada"), at(1));
        readiness.failed(&world("bea"), at(2));
        assert_eq!(readiness.failures, 2);

        readiness.became_ready();

        assert_eq!(readiness.doubt(9, at(3)), Doubt::None);
        assert_eq!(readiness.failures, 0);
        readiness.failed(&world("bea"), at(4));
        assert!(!readiness.are_of_several_worlds);
    }
}
