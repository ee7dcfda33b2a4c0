//! Decides whether the clock can be trusted for deleting old data. A clock that is a year ahead, even
//! for an hour, would otherwise delete a year of history.
//!
//! We cannot tell a clock that jumped from a long pause. So after a jump, and when no server has
//! reported recently, nothing is deleted until the clock has run steadily for three days.

use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;

use crate::database::Database;
use crate::server_state::latest;
use crate::store::rows::clock::ClockRecord;
use crate::store::{StoreError, WriterThread, keeping};

/// Largest step forward between two checks. A larger one is a jump.
const LARGEST_STEP: Duration = Duration::from_secs(24 * 3600);

/// Largest step back between two checks. A larger one is a jump.
const LARGEST_STEP_BACK: Duration = Duration::from_secs(3600);

/// How long a clock has to run steadily after a jump before it is trusted again.
const PROBATION: Duration = Duration::from_secs(3 * 24 * 3600);

/// Whether old data may be deleted by this clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockTrust {
    /// The clock has run without a jump.
    Trusted,
    /// The clock has jumped, or no linked server has reported within a day. If it runs steadily, it is
    /// trusted from this time on.
    DistrustedUntil(UnixSeconds),
}

impl ClockRecord {
    fn starting_at(now: UnixSeconds) -> Self {
        Self {
            seen_at: now,
            steady_since: now,
            has_jumped: false,
        }
    }

    /// Returns the record after the clock showed `now`.
    fn after(self, now: UnixSeconds) -> Self {
        let plausible = self.seen_at.minus(LARGEST_STEP_BACK)..=self.seen_at.plus(LARGEST_STEP);
        if plausible.contains(&now) {
            let has_jumped = self.has_jumped && !self.is_steady(now);
            Self {
                seen_at: now,
                has_jumped,
                ..self
            }
        } else {
            Self {
                has_jumped: true,
                ..Self::starting_at(now)
            }
        }
    }

    fn is_steady(self, now: UnixSeconds) -> bool {
        now.saturating_since(self.steady_since) >= PROBATION
    }

    /// Decides whether to trust the clock. `newest_report` is the time of the last report of any linked
    /// server.
    fn trust(self, newest_report: Option<UnixSeconds>, now: UnixSeconds) -> ClockTrust {
        let is_recent = |at: UnixSeconds| now.saturating_since(at) <= LARGEST_STEP;
        let agrees = !self.has_jumped && newest_report.is_none_or(is_recent);
        if agrees || self.is_steady(now) {
            ClockTrust::Trusted
        } else {
            ClockTrust::DistrustedUntil(self.steady_since.plus(PROBATION))
        }
    }
}

impl Database {
    /// Returns whether the clock can be trusted for deleting old data, and records the current time.
    /// Call this before [`Database::expire_sessions`] and similar methods, and at least once a day.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn check_clock(&self, now: UnixSeconds) -> Result<ClockTrust, StoreError> {
        let database = self.clone();
        let next = move |record: Option<ClockRecord>| match record {
            Some(record) => record.after(now),
            None => ClockRecord::starting_at(now),
        };
        let judge = move |record: ClockRecord, _: &WriterThread| {
            record.trust(database.newest_report(now), now)
        };
        keeping::update_clock(&self.inner.store, next, judge).await
    }

    /// Returns the time of the newest evidence of any linked server. Times in the future do not count.
    fn newest_report(&self, now: UnixSeconds) -> Option<UnixSeconds> {
        let cache = &self.inner.memory.cache;
        let reports = cache.ids(None).into_iter().filter_map(|server| {
            let newest = cache.read(server, |state| {
                state.evidence_at().filter(|_| state.is_linked())
            });
            newest.flatten()
        });
        reports.filter(|at| *at <= latest(now)).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600;
    const DAY: i64 = 24 * HOUR;
    const YEAR: i64 = 365 * DAY;
    const T: i64 = 1_700_000_000;

    /// A clock that is checked every hour while Oxeye runs.
    struct Clock {
        record: ClockRecord,
    }

    impl Clock {
        /// A clock that has run steadily for a week.
        fn trusted() -> Self {
            let record = ClockRecord::starting_at(UnixSeconds(T - 7 * DAY));
            let mut clock = Self { record };
            assert!(clock.runs(T - 7 * DAY, T));
            clock
        }

        /// Checks the clock each hour from one time to another, while servers report. Returns whether
        /// it was ever trusted.
        fn runs(&mut self, from: i64, to: i64) -> bool {
            let mut trusted = false;
            for at in (from..=to).step_by(3_600).map(UnixSeconds) {
                self.record = self.record.after(at);
                trusted |= self.record.trust(Some(at), at) == ClockTrust::Trusted;
            }
            trusted
        }
    }

    #[test]
    fn a_clock_that_is_ahead_for_less_than_three_days_is_never_trusted() {
        for ahead in [2 * DAY, 30 * DAY, YEAR, 100 * YEAR] {
            let mut clock = Clock::trusted();
            assert!(!clock.runs(T + ahead, T + ahead + 3 * DAY - 1), "{ahead}");

            // The clock is corrected, and trusted after three days.
            let right = T + 3 * DAY;
            assert!(!clock.runs(right, right + 3 * DAY - 1), "{ahead}");
            assert!(clock.runs(right + 3 * DAY, right + 3 * DAY), "{ahead}");
        }
    }

    #[test]
    fn a_clock_that_is_ahead_at_every_start_is_never_trusted() {
        let mut clock = Clock::trusted();
        for day in 0..30 {
            let right = T + day * DAY;
            assert!(!clock.runs(right + YEAR, right + YEAR), "{day}");
            assert!(!clock.runs(right + HOUR, right + 20 * HOUR), "{day}");
        }
    }

    #[test]
    fn after_a_pause_of_a_year_the_clock_is_trusted_within_three_days() {
        let mut clock = Clock::trusted();
        let back = T + YEAR;

        assert!(!clock.runs(back, back + DAY));
        // Neither a restart nor a night without Oxeye changes this.
        assert!(!clock.runs(back + DAY + 10 * HOUR, back + 3 * DAY - HOUR));
        assert!(clock.runs(back + 3 * DAY, back + 3 * DAY));
    }

    #[test]
    fn restarts_and_nights_without_oxeye_change_nothing() {
        let mut clock = Clock::trusted();

        for day in 1..30 {
            assert!(clock.runs(T + day * DAY - HOUR, T + day * DAY), "{day}");
        }
    }

    #[test]
    fn without_a_record_the_servers_reports_decide() {
        let now = UnixSeconds(T);
        let record = ClockRecord::starting_at(now);

        for (newest_report, is_trusted) in [
            (Some(T - HOUR), true),
            (Some(T - DAY), true),
            (Some(T - DAY - 1), false),
            (Some(T - YEAR), false),
            (None, true),
        ] {
            let trust = record.trust(newest_report.map(UnixSeconds), now);
            assert_eq!(
                trust == ClockTrust::Trusted,
                is_trusted,
                "{newest_report:?}"
            );
        }
    }

    #[test]
    fn a_steady_clock_is_trusted_even_if_all_servers_fell_silent() {
        let clock = Clock::trusted();

        let trust = clock
            .record
            .trust(Some(UnixSeconds(T - YEAR)), UnixSeconds(T));

        assert_eq!(trust, ClockTrust::Trusted);
    }
}
