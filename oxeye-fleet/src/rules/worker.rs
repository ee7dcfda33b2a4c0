//! What is known of each worker.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use super::WorkerRow;
use super::circuit::Circuit;
use super::readiness::Readiness;
use crate::ids::{WorkerName, WorldName};
use crate::time::Moment;

/// What a worker has room for, as it says itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Most servers at once.
    pub max_servers: usize,
    /// The ports that its servers may have.
    pub ports: RangeInclusive<u16>,
    /// Memory for all of its servers, in bytes; `None` if it does not say.
    pub memory: Option<u64>,
    /// What one server may use, in bytes.
    pub server_memory: u64,
}

impl Default for Offer {
    fn default() -> Self {
        Self {
            max_servers: usize::MAX,
            ports: 0..=u16::MAX,
            memory: None,
            server_memory: 0,
        }
    }
}

/// A worker.
#[derive(Debug, Clone, Default)]
pub(super) struct Worker {
    /// When it became unreachable, as we last noticed.
    pub(super) away_since: Option<Moment>,
    /// For how long it has been unreachable, in time that counts.
    pub(super) away_for: Duration,
    pub(super) is_draining: bool,
    /// Whether it has ever said which worlds it has.
    pub(super) are_worlds_known: bool,
    /// For how long it has not done so, reachable or not, in time that counts.
    pub(super) unnamed_for: Duration,
    /// The worlds that it has named and that are about to be made on other workers. There are few.
    pub(super) claimed: BTreeSet<WorldName>,
    /// Whether it has named more worlds than it can have.
    pub(super) has_surplus: bool,
    /// How many of its worlds were bound to other workers when it last named them.
    pub(super) unused_worlds: usize,
    /// Whether it has named worlds of workers that are no longer in the settings, whose slots still use them.
    pub(super) waits_for_worlds: bool,
    pub(super) circuit: Circuit,
    pub(super) readiness: Readiness,
    pub(super) offer: Offer,
    /// Until when it has no room, though by what we know it has.
    pub(super) full_until: Option<Moment>,
    /// Whether its last list had something that was ignored.
    pub(super) has_ignored: bool,
}

/// All workers: those of the settings, and those that slots of an earlier run are on.
#[derive(Debug, Clone, Default)]
pub(super) struct Workers(Arc<BTreeMap<WorkerName, Worker>>);

impl Workers {
    pub(super) fn of<'a>(names: impl IntoIterator<Item = &'a WorkerName>) -> Self {
        let workers = names
            .into_iter()
            .map(|name| (name.clone(), Worker::default()));
        Self(Arc::new(workers.collect()))
    }

    pub(super) fn get(&self, name: &WorkerName) -> Option<&Worker> {
        self.0.get(name)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&WorkerName, &Worker)> {
        self.0.iter()
    }

    /// Returns a worker to change it, and adds it if it is not known.
    pub(super) fn change(&mut self, name: &WorkerName) -> &mut Worker {
        Arc::make_mut(&mut self.0).entry(name.clone()).or_default()
    }

    /// Returns what is kept of a worker.
    pub(super) fn row(&self, name: &WorkerName) -> WorkerRow {
        let worker = self.get(name);
        WorkerRow {
            name: name.clone(),
            // What it claims is not kept, so it has to be named again.
            are_worlds_known: worker
                .is_some_and(|worker| worker.are_worlds_known && worker.claimed.is_empty()),
            is_draining: worker.is_some_and(|worker| worker.is_draining),
        }
    }

    /// Continues with what was kept of a worker, unless nothing needs it any more.
    pub(super) fn restore(&mut self, row: &WorkerRow) {
        if self.get(&row.name).is_some() {
            let worker = self.change(&row.name);
            worker.are_worlds_known = row.are_worlds_known;
            worker.is_draining = row.is_draining;
        }
    }

    /// Lets time pass.
    pub(super) fn pass(&mut self, passed: Duration, now: Moment) {
        for worker in Arc::make_mut(&mut self.0).values_mut() {
            worker.circuit.expire(now);
            if !worker.are_worlds_known {
                worker.unnamed_for += passed;
            }
            if worker.away_since.is_some() {
                worker.away_for += passed;
            }
        }
    }
}

impl Worker {
    /// It cannot be reached.
    pub(super) fn lose(&mut self, now: Moment) {
        self.away_since = Some(now);
    }

    /// Whether it has said a short while ago that it has no room.
    pub(super) fn is_full(&self, now: Moment) -> bool {
        self.full_until.is_some_and(|until| now < until)
    }

    /// It can be reached again.
    pub(super) fn regain(&mut self) {
        self.away_since = None;
        self.away_for = Duration::ZERO;
    }
}
