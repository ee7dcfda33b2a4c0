//! Counts the days in a log that prints only times of day. Pure.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use crate::log::PrintedTime;

/// A time of day that goes back by more than this belongs to the next day. If it goes back by less, two
/// threads wrote out of order, or daylight saving time ended.
const NEW_DAY_AFTER: TimeDelta = TimeDelta::hours(6);

/// A time of day that goes forward by nearly a whole day, to within this, was written out of order
/// across midnight.
const OUT_OF_ORDER: TimeDelta = TimeDelta::minutes(1);

/// Returns the number of days between two consecutive lines with these times of day: 0, 1 across
/// midnight, or -1 if two threads wrote out of order across midnight.
pub(super) fn days_between(before: NaiveTime, after: NaiveTime) -> i64 {
    let forward = after.signed_duration_since(before);
    if forward < -NEW_DAY_AFTER {
        1
    } else if forward > TimeDelta::days(1) - OUT_OF_ORDER {
        -1
    } else {
        0
    }
}

/// Returns the date on which a time of day is nearest to `around`.
pub(super) fn nearest_day(time: NaiveTime, around: NaiveDateTime) -> NaiveDate {
    let distance = |day: i64| (plus_days(around.date(), day).and_time(time) - around).abs();
    let day = [0, -1, 1].into_iter().min_by_key(|day| distance(*day));
    plus_days(around.date(), day.unwrap_or(0))
}

/// Returns the date that many days later, or the same date at the end of the calendar.
pub(super) fn plus_days(date: NaiveDate, days: i64) -> NaiveDate {
    TimeDelta::try_days(days)
        .and_then(|days| date.checked_add_signed(days))
        .unwrap_or(date)
}

/// The number of days that pass in some consecutive lines, and the last time printed in them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Days {
    /// The first and the last time without a date, and the number of days between them.
    undated: Option<(NaiveTime, NaiveTime, i64)>,
    /// The last time whose instant is not printed.
    last: Option<(Option<NaiveDate>, NaiveTime)>,
}

impl Days {
    /// Takes in the next line.
    pub(super) fn line(&mut self, printed: &PrintedTime) {
        if printed.instant.is_some() {
            return;
        }
        self.last = Some((printed.date, printed.time));
        if printed.date.is_none() {
            let (first, last, passed) = self.undated.unwrap_or((printed.time, printed.time, 0));
            let passed = passed + days_between(last, printed.time);
            self.undated = Some((first, printed.time, passed));
        }
    }

    /// Joins the lines of `earlier` and these lines, which follow them.
    pub(super) fn after(self, earlier: Self) -> Self {
        let undated = match (earlier.undated, self.undated) {
            (Some((first, before, passed)), Some((after, last, more))) => {
                Some((first, last, passed + days_between(before, after) + more))
            }
            (earlier, later) => earlier.or(later),
        };
        Self {
            undated,
            last: self.last.or(earlier.last),
        }
    }

    /// Returns the last time printed, with its date if that was printed.
    pub(super) fn last(&self) -> Option<(Option<NaiveDate>, NaiveTime)> {
        self.last
    }

    /// Returns the day of the first line without a date, given that the last one was written at about
    /// the local time `written`.
    pub(super) fn first_day(&self, written: NaiveDateTime) -> Option<NaiveDate> {
        let (_, last, passed) = self.undated?;
        Some(plus_days(nearest_day(last, written), -passed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> NaiveTime {
        text.parse().unwrap()
    }

    fn days_of(times: &[&str]) -> Days {
        let mut days = Days::default();
        for text in times {
            days.line(&PrintedTime {
                text: (*text).into(),
                date: None,
                time: time(text),
                instant: None,
            });
        }
        days
    }

    #[track_caller]
    fn check_step(before: &str, after: &str, days: i64) {
        assert_eq!(days_between(time(before), time(after)), days);
    }

    #[test]
    fn a_time_that_goes_far_back_is_on_the_next_day() {
        check_step("12:00:00", "12:00:00", 0);
        check_step("12:00:05", "12:00:03", 0);
        check_step("02:59:59", "02:00:00", 0);
        check_step("23:59:59", "17:59:59", 0);
        check_step("23:59:59", "17:59:58", 1);
        check_step("23:59:59", "00:00:00", 1);
        check_step("00:00:00", "23:59:00", 0);
        check_step("00:00:00", "23:59:59", -1);
    }

    #[track_caller]
    fn check_nearest(at: &str, around: &str, expected: &str) {
        let around = around.parse().unwrap();
        let expected: NaiveDate = expected.parse().unwrap();
        assert_eq!(nearest_day(time(at), around), expected);
    }

    #[test]
    fn a_time_of_day_belongs_to_the_nearest_day() {
        check_nearest("12:00:00", "2026-11-20T12:00:05", "2026-11-20");
        check_nearest("23:59:59", "2026-11-20T00:00:01", "2026-11-19");
        check_nearest("00:00:02", "2026-11-20T23:59:59", "2026-11-21");
    }

    #[track_caller]
    fn check_first_day(stretches: &[&[&str]], written: &str, expected: &str) {
        let days = stretches.iter().fold(Days::default(), |earlier, times| {
            days_of(times).after(earlier)
        });
        let expected: NaiveDate = expected.parse().unwrap();
        assert_eq!(days.first_day(written.parse().unwrap()), Some(expected));
    }

    #[test]
    fn the_first_day_is_counted_back_from_the_last_line() {
        let written = "2026-11-20T10:00:01";
        check_first_day(&[&["09:00:00", "10:00:00"]], written, "2026-11-20");
        check_first_day(
            &[&["22:00:00", "00:10:00", "10:00:00"]],
            written,
            "2026-11-19",
        );
        check_first_day(
            &[&["22:00:00"], &["00:10:00", "23:00:00"], &[], &["10:00:00"]],
            written,
            "2026-11-18",
        );
        check_first_day(
            &[&["23:59:59", "00:00:00", "23:59:59", "00:00:01", "10:00:00"]],
            written,
            "2026-11-19",
        );
    }
}
