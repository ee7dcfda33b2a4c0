//! Whether the clock is believed enough to delete by it. One that is a year ahead, once and for an
//! hour, would otherwise delete a year's history.
//!
//! A clock that jumped cannot be told from a long pause. So after a jump, and where no server has
//! reported lately, nothing is deleted before the clock has gone on for three days.

use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;

use crate::database::Database;
use crate::server_state::latest;
use crate::store::StoreError;
use crate::store::rows::clock::{self, ClockRecord};

/// A clock that moves further ahead between two looks has jumped.
const LARGEST_STEP: Duration = Duration::from_secs(24 * 3600);

/// A clock that is set back further has jumped.
const LARGEST_STEP_BACK: Duration = Duration::from_secs(3600);

/// How long a clock that jumped has to go on before it is believed.
const PROBATION: Duration = Duration::from_secs(3 * 24 * 3600);

/// Whether to delete what is old by this clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockTrust {
    /// It has gone on without a jump.
    Believed,
    /// It has jumped, or no linked server has reported within a day. If it goes on, it is believed
    /// from this time on.
    DoubtedUntil(UnixSeconds),
}

impl ClockRecord {
    fn beginning(now: UnixSeconds) -> Self {
        Self {
            seen_at: now,
            steady_since: now,
            has_jumped: false,
        }
    }

    /// What is remembered once it has said another time.
    fn look(self, now: UnixSeconds) -> Self {
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
                ..Self::beginning(now)
            }
        }
    }

    fn is_steady(self, now: UnixSeconds) -> bool {
        now.saturating_since(self.steady_since) >= PROBATION
    }

    /// `newest_report`: when a linked server last reported, if any ever has.
    fn trust(self, newest_report: Option<UnixSeconds>, now: UnixSeconds) -> ClockTrust {
        let is_recent = |at: UnixSeconds| now.saturating_since(at) <= LARGEST_STEP;
        let agrees = !self.has_jumped && newest_report.is_none_or(is_recent);
        if agrees || self.is_steady(now) {
            ClockTrust::Believed
        } else {
            ClockTrust::DoubtedUntil(self.steady_since.plus(PROBATION))
        }
    }
}

impl Database {
    /// Whether the clock is believed enough to delete by it, and remembers what it says now. To be
    /// asked before [`Database::expire_sessions`] and its like, and at least once a day.
    ///
    /// # Errors
    /// When the store could not take it.
    pub async fn trust_in_clock(&self, now: UnixSeconds) -> Result<ClockTrust, StoreError> {
        let database = self.clone();
        let look = move |file: &Connection| {
            let record = match clock::record(file)? {
                Some(record) => record.look(now),
                None => ClockRecord::beginning(now),
            };
            clock::set_record(file, record)?;
            Ok(record.trust(database.newest_report(now), now))
        };
        self.inner.store.write(look, |trust, _| trust).await
    }

    /// The newest evidence of a server that is linked. What lies in the future is none.
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

    /// A clock that is looked at every hour while Oxeye runs.
    struct Clock {
        record: ClockRecord,
    }

    impl Clock {
        /// It has gone on for a week.
        fn believed() -> Self {
            let record = ClockRecord::beginning(UnixSeconds(T - 7 * DAY));
            let mut clock = Self { record };
            assert!(clock.runs(T - 7 * DAY, T));
            clock
        }

        /// Says each hour from one time to another, with reports; whether it was ever believed.
        fn runs(&mut self, from: i64, to: i64) -> bool {
            let mut believed = false;
            for at in (from..=to).step_by(3_600).map(UnixSeconds) {
                self.record = self.record.look(at);
                believed |= self.record.trust(Some(at), at) == ClockTrust::Believed;
            }
            believed
        }
    }

    #[test]
    fn a_clock_that_is_ahead_for_less_than_three_days_is_never_believed() {
        for ahead in [2 * DAY, 30 * DAY, YEAR, 100 * YEAR] {
            let mut clock = Clock::believed();
            assert!(!clock.runs(T + ahead, T + ahead + 3 * DAY - 1), "{ahead}");

            // It is set right, and believed after three days.
            let right = T + 3 * DAY;
            assert!(!clock.runs(right, right + 3 * DAY - 1), "{ahead}");
            assert!(clock.runs(right + 3 * DAY, right + 3 * DAY), "{ahead}");
        }
    }

    #[test]
    fn a_clock_that_is_ahead_at_every_start_is_never_believed() {
        let mut clock = Clock::believed();
        for day in 0..30 {
            let right = T + day * DAY;
            assert!(!clock.runs(right + YEAR, right + YEAR), "{day}");
            assert!(!clock.runs(right + HOUR, right + 20 * HOUR), "{day}");
        }
    }

    #[test]
    fn after_a_pause_of_a_year_it_is_believed_in_three_days() {
        let mut clock = Clock::believed();
        let back = T + YEAR;

        assert!(!clock.runs(back, back + DAY));
        // A restart in between changes nothing, nor does a night without Oxeye.
        assert!(!clock.runs(back + DAY + 10 * HOUR, back + 3 * DAY - HOUR));
        assert!(clock.runs(back + 3 * DAY, back + 3 * DAY));
    }

    #[test]
    fn restarts_and_nights_off_change_nothing() {
        let mut clock = Clock::believed();

        for day in 1..30 {
            assert!(clock.runs(T + day * DAY - HOUR, T + day * DAY), "{day}");
        }
    }

    #[test]
    fn without_a_record_the_servers_reports_decide() {
        let now = UnixSeconds(T);
        let record = ClockRecord::beginning(now);

        for (newest_report, is_believed) in [
            (Some(T - HOUR), true),
            (Some(T - DAY), true),
            (Some(T - DAY - 1), false),
            (Some(T - YEAR), false),
            (None, true),
        ] {
            let trust = record.trust(newest_report.map(UnixSeconds), now);
            assert_eq!(
                trust == ClockTrust::Believed,
                is_believed,
                "{newest_report:?}"
            );
        }
    }

    #[test]
    fn a_community_that_fell_silent_is_deleted_by_a_clock_that_went_on() {
        let clock = Clock::believed();

        let trust = clock
            .record
            .trust(Some(UnixSeconds(T - YEAR)), UnixSeconds(T));

        assert_eq!(trust, ClockTrust::Believed);
    }
}
