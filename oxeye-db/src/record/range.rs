//! A span of time as people name it: today, this week, the last 30 days.

use std::fmt;
use std::str::FromStr;

use oxeye_plugin_proto::UnixSeconds;

use crate::record::calendar::TimeZone;
use crate::record::span::Span;

/// Maximum number of days in a range, about ten years.
pub const MAX_DAYS: u16 = 3_660;

/// A span of time that includes the present, as people name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Range {
    /// The current day.
    Today,
    /// The current week, which begins on Monday.
    Week,
    /// The current month.
    Month,
    /// This many days, of which today is the last.
    Days(u16),
    /// Everything that is known.
    All,
}

/// A text that is not a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a range is today, week, month, all, or a number of days from 1d to {MAX_DAYS}d, such as 30d"
)]
pub struct InvalidRange;

impl Range {
    /// Returns the span of the range; its end may lie in the future.
    #[must_use]
    pub fn span(self, zone: TimeZone, now: UnixSeconds) -> Span {
        match self {
            Self::Today => zone.day(now),
            Self::Week => zone.week(now),
            Self::Month => zone.month(now),
            Self::Days(days) => zone.last_days(days, now),
            Self::All => Span::ALL,
        }
    }
}

impl FromStr for Range {
    type Err = InvalidRange;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "today" => Self::Today,
            "week" => Self::Week,
            "month" => Self::Month,
            "all" => Self::All,
            _ => Self::Days(days(text).ok_or(InvalidRange)?),
        })
    }
}

fn days(text: &str) -> Option<u16> {
    let digits = text.strip_suffix('d')?;
    let days = digits.parse().ok()?;
    let is_plain = digits.bytes().all(|digit| digit.is_ascii_digit());
    (is_plain && (1..=MAX_DAYS).contains(&days)).then_some(days)
}

impl fmt::Display for Range {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Today => formatter.write_str("today"),
            Self::Week => formatter.write_str("week"),
            Self::Month => formatter.write_str("month"),
            Self::Days(days) => write!(formatter, "{days}d"),
            Self::All => formatter.write_str("all"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_parses_what_it_prints_and_nothing_else() {
        for text in ["today", "week", "month", "1d", "30d", "3660d", "all"] {
            assert_eq!(text.parse::<Range>().unwrap().to_string(), text);
        }
        for text in ["", "d", "0d", "3661d", "-1d", "+1d", "30", "yesterday", "é"] {
            assert_eq!(text.parse::<Range>(), Err(InvalidRange), "{text}");
        }
    }
}
