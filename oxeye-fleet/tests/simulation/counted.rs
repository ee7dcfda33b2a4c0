//! Time that counts for a slot. It does not while its worker is away, nor while nobody was served because we
//! did not tick; what happened then is forgiven.

use std::collections::BTreeMap;
use std::time::Duration;

use oxeye_fleet::ids::{SlotId, WorkerName};
use oxeye_fleet::rules::{Event, Fleet};
use oxeye_fleet::time::Moment;

/// What comes later than this after a tick shows a gap.
const LONGEST_TICK: Duration = Duration::from_secs(2);

/// The time of one worker.
#[derive(Debug, Default)]
struct Clock {
    passed: Duration,
    /// Since when the worker is away, as far as the rules were told, and for how long in ticks.
    away_since: Option<Moment>,
    away_for: Duration,
    /// The time in ticks since our last start, away or not.
    since_start: Duration,
    forgiven_at: Moment,
}

/// Counts the time that the rules may hold against a player or a server, from what they were told.
#[derive(Debug, Default)]
pub struct Counted {
    clocks: BTreeMap<WorkerName, Clock>,
    /// The worker of every slot that there ever was.
    workers: BTreeMap<SlotId, WorkerName>,
    last_tick: Moment,
}

impl Counted {
    /// Notes which slots there are, and returns one whose worker has changed.
    pub fn know(&mut self, fleet: &Fleet) -> Option<SlotId> {
        for name in &fleet.limits().workers {
            self.clocks.entry(name.clone()).or_default();
        }
        let mut moved = None;
        for slot in fleet.slots() {
            let known = self.workers.entry(slot.id).or_insert(slot.worker.clone());
            if *known != slot.worker {
                moved = Some(slot.id);
            }
        }
        moved
    }

    /// Notes what the rules were told.
    pub fn see(&mut self, event: &Event, now: Moment) {
        if self.clocks.is_empty() {
            self.last_tick = now;
        }
        let passed = now.since(self.last_tick);
        if passed > LONGEST_TICK {
            self.last_tick = now;
            self.forgive(now);
        }
        match event {
            Event::Tick => {
                let counts = passed <= LONGEST_TICK;
                for clock in self.clocks.values_mut().filter(|_| counts) {
                    clock.since_start += passed;
                    match clock.away_since {
                        Some(_) => clock.away_for += passed,
                        None => clock.passed += passed,
                    }
                }
                self.last_tick = now;
            }
            Event::EngineLost(worker) => {
                self.clocks.entry(worker.clone()).or_default().away_since = Some(now);
            }
            Event::Listed {
                worker, asked_at, ..
            } => {
                let clock = self.clocks.entry(worker.clone()).or_default();
                if clock.away_since.is_some_and(|since| *asked_at >= since) {
                    clock.away_since = None;
                    clock.away_for = Duration::ZERO;
                    clock.forgiven_at = now;
                }
            }
            Event::Interrupted => self.forgive(now),
            _ => {}
        }
    }

    fn forgive(&mut self, now: Moment) {
        for clock in self.clocks.values_mut() {
            clock.forgiven_at = now;
        }
    }

    /// We were killed and have started again.
    pub fn restarted(&mut self, fleet: &Fleet, now: Moment) {
        self.last_tick = now;
        // The number of a slot that is gone may be given again.
        self.workers.retain(|slot, _| fleet.slot(*slot).is_some());
        self.forgive(now);
        for (worker, clock) in &mut self.clocks {
            clock.away_since = fleet.is_away(worker).then_some(now);
            clock.away_for = Duration::ZERO;
            clock.since_start = Duration::ZERO;
        }
    }

    fn clock(&self, slot: SlotId) -> &Clock {
        &self.clocks[&self.workers[&slot]]
    }

    /// Returns the time of a slot that has counted until the last tick.
    pub fn passed(&self, slot: SlotId) -> Duration {
        self.clock(slot).passed
    }

    /// Returns the time that has counted since an earlier [`Counted::passed`], and since the last tick.
    pub fn since(&self, slot: SlotId, passed: Duration, now: Moment) -> Duration {
        let clock = self.clock(slot);
        let since_tick = match clock.away_since {
            Some(_) => Duration::ZERO,
            None => now.since(self.last_tick),
        };
        clock.passed + since_tick - passed
    }

    /// Returns for how long somebody at a slot has been silent who was last heard then; `None` while silence
    /// does not count.
    pub fn silence(&self, slot: SlotId, last_heard: Moment, now: Moment) -> Option<Duration> {
        let clock = self.clock(slot);
        let since = last_heard.max(clock.forgiven_at);
        clock.away_since.is_none().then(|| now.since(since))
    }

    /// Returns for how long we have run, in time that counts for this worker whether it is away or not.
    pub fn since_start(&self, worker: &WorkerName) -> Duration {
        self.clocks[worker].since_start
    }

    /// Returns whether a worker cannot be reached, as far as the rules were told.
    pub fn is_away(&self, worker: &WorkerName) -> bool {
        self.clocks[worker].away_since.is_some()
    }

    /// Returns whether the worker of a slot has been away for so long.
    pub fn was_away_for(&self, slot: SlotId, time: Duration) -> bool {
        let clock = self.clock(slot);
        clock.away_since.is_some() && clock.away_for >= time
    }
}
