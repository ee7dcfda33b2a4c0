//! Days, weeks and months in a time zone. All calendar arithmetic is here.
//!
//! A day begins at midnight. Where the clocks are set forward across midnight, it begins right
//! after that; where midnight comes twice, at the first one. Each second therefore belongs to
//! exactly one day, and a day may have 23 or 25 hours.

mod near;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, Offset, TimeDelta};
use chrono::{TimeZone as _, Timelike};
use chrono_tz::Tz;
use oxeye_plugin_proto::UnixSeconds;

use crate::record::span::Span;

/// Times are clamped to this many seconds before and after 1970 (about 3,170 years).
const END_OF_TIME: i64 = 100_000_000_000;

/// Longer than any gap or fold of local time and any offset from UTC.
const TWO_DAYS: TimeDelta = TimeDelta::days(2);

/// A time zone of the IANA database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TimeZone(Tz);

/// A text that does not name a time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a time zone is written as in the IANA database, such as Europe/Berlin or UTC")]
pub struct UnknownTimeZone;

/// An hour of the week in local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HourOfWeek {
    /// Day of the week, from 0 for Monday.
    pub day: usize,
    /// Hour of the day, from 0 to 23.
    pub hour: usize,
}

/// A moment as clocks and calendars of a time zone show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalTime {
    /// The year.
    pub year: i32,
    /// The month, from 1 to 12.
    pub month: u32,
    /// The day of the month, from 1.
    pub day: u32,
    /// The day of the week, from 0 for Monday.
    pub weekday: usize,
    /// The hour, from 0 to 23.
    pub hour: u32,
    /// The minute.
    pub minute: u32,
}

impl TimeZone {
    /// Coordinated Universal Time.
    pub const UTC: Self = Self(Tz::UTC);

    /// Returns the day that a moment belongs to.
    #[must_use]
    pub fn day(self, at: UnixSeconds) -> Span {
        let date = self.date(at);
        self.dates(date, tomorrow(date))
    }

    /// Returns the week that a moment belongs to; it begins on Monday.
    #[must_use]
    pub fn week(self, at: UnixSeconds) -> Span {
        let date = self.date(at);
        let monday = before(date, date.weekday().num_days_from_monday());
        self.dates(monday, after(monday, 7))
    }

    /// Returns the month that a moment belongs to.
    #[must_use]
    pub fn month(self, at: UnixSeconds) -> Span {
        let date = self.date(at);
        let first = before(date, date.day0());
        let next = first.checked_add_months(Months::new(1));
        self.dates(first, next.unwrap_or(NaiveDate::MAX))
    }

    /// Returns this many days, of which the last is the one that a moment belongs to.
    #[must_use]
    pub fn last_days(self, days: u16, at: UnixSeconds) -> Span {
        let date = self.date(at);
        self.dates(
            before(date, u32::from(days).saturating_sub(1)),
            tomorrow(date),
        )
    }

    /// Returns the hour of the week at a moment and when it ends: at the next full hour of local
    /// time, or when the clocks are changed.
    #[must_use]
    pub fn hour_of_week(self, at: UnixSeconds) -> (HourOfWeek, UnixSeconds) {
        let local = self.local_time(at);
        let hour = HourOfWeek {
            day: local.weekday,
            hour: local.hour as usize,
        };
        let left = 3600 - i64::from(local.minute * 60 + self.local(at).second());
        let next = UnixSeconds(at.0 + left);
        let offset = |at: i64| self.local(UnixSeconds(at)) - utc(UnixSeconds(at));
        if offset(next.0 - 1) == offset(at.0) {
            return (hour, next);
        }
        let changed = first(at.0, next.0 - 1, |moment| offset(moment) != offset(at.0));
        (hour, UnixSeconds(changed))
    }

    /// Returns local date and time, such as `2026-11-21 14:03`.
    #[must_use]
    pub fn show(self, at: UnixSeconds) -> String {
        let LocalTime {
            year,
            month,
            day,
            hour,
            minute,
            ..
        } = self.local_time(at);
        format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}")
    }

    /// Returns local date and time.
    #[must_use]
    pub fn local_time(self, at: UnixSeconds) -> LocalTime {
        let local = self.local(at);
        LocalTime {
            year: local.year(),
            month: local.month(),
            day: local.day(),
            weekday: local.weekday().num_days_from_monday() as usize,
            hour: local.hour(),
            minute: local.minute(),
        }
    }

    /// Returns the moment at which clocks and calendars show this time; the day of the week does not
    /// matter. Of a time that the clocks skip, the next second that exists is meant; of one that comes
    /// twice, the first. `None` if there is no such date or time of day.
    #[must_use]
    pub fn moment(self, shown: LocalTime) -> Option<UnixSeconds> {
        let date = NaiveDate::from_ymd_opt(shown.year, shown.month, shown.day)?;
        let local = date.and_hms_opt(shown.hour, shown.minute, 0)?;
        let found = self.0.from_local_datetime(&local).earliest();
        let found = found.map(|found| found.timestamp());
        Some(UnixSeconds(found.unwrap_or_else(|| self.after_gap(local))))
    }

    fn local(self, at: UnixSeconds) -> NaiveDateTime {
        let utc = utc(at);
        utc + self.0.offset_from_utc_datetime(&utc).fix()
    }

    /// Returns the date of the day that a moment belongs to. After the clocks are set back across
    /// midnight, the local date is the previous one for a while.
    fn date(self, at: UnixSeconds) -> NaiveDate {
        let date = self.local(at).date();
        if self.start(tomorrow(date)) <= at {
            tomorrow(date)
        } else {
            date
        }
    }

    fn dates(self, from: NaiveDate, to: NaiveDate) -> Span {
        Span {
            from: self.start(from),
            to: self.start(to),
        }
    }

    /// Returns the first second of a date.
    fn start(self, date: NaiveDate) -> UnixSeconds {
        let midnight = date.and_time(chrono::NaiveTime::MIN);
        let found = self.0.from_local_datetime(&midnight).earliest();
        UnixSeconds(found.map_or_else(|| self.after_gap(midnight), |found| found.timestamp()))
    }

    /// Returns the first second after the gap in which a local time lies.
    fn after_gap(self, local: NaiveDateTime) -> i64 {
        let second = |at: NaiveDateTime| at.and_utc().timestamp();
        first(second(local - TWO_DAYS), second(local + TWO_DAYS), |at| {
            self.local(UnixSeconds(at)) >= local
        })
    }
}

impl FromStr for TimeZone {
    type Err = UnknownTimeZone;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        name.parse().map(Self).map_err(|_| UnknownTimeZone)
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.0.name())
    }
}

fn utc(at: UnixSeconds) -> NaiveDateTime {
    let at = at.0.clamp(-END_OF_TIME, END_OF_TIME);
    DateTime::from_timestamp(at, 0)
        .unwrap_or_default()
        .naive_utc()
}

fn tomorrow(date: NaiveDate) -> NaiveDate {
    after(date, 1)
}

fn after(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_add_days(Days::new(days.into()))
        .unwrap_or(NaiveDate::MAX)
}

fn before(date: NaiveDate, days: u32) -> NaiveDate {
    date.checked_sub_days(Days::new(days.into()))
        .unwrap_or(NaiveDate::MIN)
}

/// Returns the first number that satisfies a condition which `low` does not satisfy and `high`
/// does.
fn first(mut low: i64, mut high: i64, holds: impl Fn(i64) -> bool) -> i64 {
    while low + 1 < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

#[cfg(test)]
mod tests;
