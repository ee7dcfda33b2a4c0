//! Time that counts. It does not while the engine is away, nor while nobody was served because we did not
//! tick; what happened then is forgiven.

use std::time::Duration;

use oxeye_fleet::rules::Event;
use oxeye_fleet::time::Moment;

/// What comes later than this after a tick shows a gap.
const LONGEST_TICK: Duration = Duration::from_secs(2);

/// Counts the time that the rules may hold against a player or a server, from what they were told.
#[derive(Debug, Default)]
pub struct Counted {
    passed: Duration,
    last_tick: Moment,
    /// Since when the engine is away, as far as the rules were told.
    away_since: Option<Moment>,
    forgiven_at: Moment,
}

impl Counted {
    /// Notes what the rules were told.
    pub fn see(&mut self, event: &Event, now: Moment) {
        let passed = now.since(self.last_tick);
        if passed > LONGEST_TICK {
            self.last_tick = now;
            self.forgiven_at = now;
        }
        match event {
            Event::Tick => {
                if passed <= LONGEST_TICK && self.away_since.is_none() {
                    self.passed += passed;
                }
                self.last_tick = now;
            }
            Event::EngineLost => self.away_since = Some(now),
            Event::Listed { asked_at, .. }
                if self.away_since.is_some_and(|since| *asked_at >= since) =>
            {
                self.away_since = None;
                self.forgiven_at = now;
            }
            Event::Interrupted => self.forgiven_at = now,
            _ => {}
        }
    }

    /// We were killed and have started again.
    pub fn restarted(&mut self, now: Moment) {
        self.last_tick = now;
        self.away_since = None;
        self.forgiven_at = now;
    }

    /// Returns the time that has counted until the last tick.
    pub fn passed(&self) -> Duration {
        self.passed
    }

    /// Returns the time that has counted since an earlier [`Counted::passed`], and since the last tick.
    pub fn since(&self, passed: Duration, now: Moment) -> Duration {
        let since_tick = match self.away_since {
            Some(_) => Duration::ZERO,
            None => now.since(self.last_tick),
        };
        self.passed + since_tick - passed
    }

    /// Returns for how long somebody has been silent who was last heard then; `None` while silence does
    /// not count.
    pub fn silence(&self, last_heard: Moment, now: Moment) -> Option<Duration> {
        let since = last_heard.max(self.forgiven_at);
        self.away_since.is_none().then(|| now.since(since))
    }
}
