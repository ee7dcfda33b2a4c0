//! UTC days. Activity is counted by them, whatever time zone somebody views it in.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate};
use oxeye_plugin_proto::UnixSeconds;

use crate::record::span::Span;

const SECS: i64 = 86_400;

/// A UTC day, as the number of days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcDay(pub i32);

/// A text that is not a date such as 2026-11-28.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a date looks like 2026-11-28")]
pub struct InvalidDay;

impl UtcDay {
    /// Returns the day of a moment.
    #[must_use]
    pub fn of(at: UnixSeconds) -> Self {
        let day = at.0.div_euclid(SECS);
        Self(i32::try_from(day).unwrap_or(if day < 0 { i32::MIN } else { i32::MAX }))
    }

    /// Returns the days that end with this one, as many as asked for, as first and last.
    #[must_use]
    pub fn and_before(self, days: u16) -> (Self, Self) {
        let before = i32::from(days.max(1)) - 1;
        (Self(self.0.saturating_sub(before)), self)
    }

    /// Returns the first second of the day.
    #[must_use]
    pub fn begin(self) -> UnixSeconds {
        UnixSeconds(i64::from(self.0) * SECS)
    }

    /// Returns the span of the day.
    #[must_use]
    pub fn span(self) -> Span {
        Span {
            from: self.begin(),
            to: UnixSeconds(self.begin().0 + SECS),
        }
    }

    /// Returns the span from the first second of one day to the last of another.
    #[must_use]
    pub fn span_of(first: Self, last: Self) -> Span {
        Span {
            from: first.begin(),
            to: last.span().to,
        }
    }
}

/// Writes the date, such as 2026-11-28.
impl fmt::Display for UtcDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match DateTime::from_timestamp(self.begin().0, 0) {
            Some(time) => write!(f, "{}", time.date_naive()),
            None => write!(f, "day {}", self.0),
        }
    }
}

impl FromStr for UtcDay {
    type Err = InvalidDay;

    fn from_str(text: &str) -> Result<Self, InvalidDay> {
        // chrono would also take a sign or fewer digits.
        let is_plain = text.len() == 10
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'-');
        let date: NaiveDate = text.parse().map_err(|_| InvalidDay)?;
        let midnight = date.and_hms_opt(0, 0, 0).ok_or(InvalidDay)?;
        is_plain
            .then(|| Self::of(UnixSeconds(midnight.and_utc().timestamp())))
            .ok_or(InvalidDay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_at_midnight_utc() {
        let day: UtcDay = "2026-11-27".parse().unwrap();

        assert_eq!(UtcDay::of(day.begin()), day);
        assert_eq!(
            UtcDay::of(UnixSeconds(day.begin().0 - 1)),
            UtcDay(day.0 - 1)
        );
        assert_eq!(UtcDay::of(UnixSeconds(day.span().to.0 - 1)), day);
        assert_eq!(day.begin(), UnixSeconds(1_795_737_600));
        assert_eq!(day.to_string(), "2026-11-27");
        assert_eq!(UtcDay::of(UnixSeconds(-1)).to_string(), "1969-12-31");
    }

    #[test]
    fn thirty_days_include_the_last_one() {
        let (first, last) = UtcDay(100).and_before(30);

        assert_eq!((first, last), (UtcDay(71), UtcDay(100)));
        assert_eq!(UtcDay::span_of(first, last).seconds(), 30 * 86_400);
        assert_eq!(UtcDay(5).and_before(1), (UtcDay(5), UtcDay(5)));
    }

    #[test]
    fn only_a_date_is_a_day() {
        for text in [
            "",
            "today",
            "2026-11-31",
            "2026-1-2",
            "+2026-1-02",
            "2026-11-27T00:00",
        ] {
            assert_eq!(text.parse::<UtcDay>(), Err(InvalidDay), "{text}");
        }
    }
}
