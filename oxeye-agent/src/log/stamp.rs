//! Reads the dates and times that servers print.
//!
//! | form                      | printed by                                   |
//! |---------------------------|----------------------------------------------|
//! | `12:00:00`                | Java servers since 1.7, proxies              |
//! | `2011-06-05 12:00:00`     | Java servers up to 1.6, Bedrock, Pumpkin     |
//! | `2025-07-18 01:26:08:514` | Bedrock; with a period or comma, Geyser      |
//! | `19Jul2025 12:00:00.450`  | Forge, with the month in the local language  |
//! | `27Nov.2026`, `2711月2026` | the same in other languages                 |
//! | `2026-11-20T10:49:20.5`   | docker, journald                             |
//! | `17.06 15:30:24`          | Multicraft                                   |
//! | `2016-7-22 20:25:10`      | early Nukkit                                 |
//! | `01:10:00 PM`, `13-10-00` | log4j layouts that administrators choose     |

mod clock;
mod date;
mod month;
#[cfg(test)]
mod tests;

use chrono::NaiveTime;
use compact_str::{CompactString, format_compact};
use oxeye_plugin_proto::UnixSeconds;

use self::clock::Clock;
pub(crate) use self::clock::offset;
use self::date::{Date, DateText};
pub(crate) use self::month::{is_known as is_known_month, may_be_name as may_be_month};
use super::PrintedTime;

/// A time at the start of some text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stamp<'a> {
    pub(crate) text: &'a [u8],
    date: Option<Date>,
    /// The text of the date, if it is not complete.
    rest_of_date: Option<DateText>,
    /// Whether the text has a date, readable or not.
    pub(crate) dated: bool,
    /// Whether the text has a complete date that could not be read.
    pub(crate) has_unread_date: bool,
    /// Seconds since midnight.
    pub(crate) seconds: u32,
    nanoseconds: u32,
    /// Whether its time of day has the usual form.
    is_usual: bool,
    /// The offset from UTC in the text, in seconds.
    offset: Option<i64>,
}

impl<'a> Stamp<'a> {
    /// Reads the time at the start of the text. Returns it with the rest.
    pub(crate) fn read(text: &'a [u8]) -> Option<(Self, &'a [u8])> {
        if let Some(clock) = Clock::read(text) {
            return Some(Self::with_clock(text, 0, clock, None));
        }
        let (date, length) = date::before_clock(text)?;
        let clock = Clock::read(&text[length..])?;
        Some(Self::with_clock(text, length, clock, Some(date)))
    }

    fn with_clock(
        text: &'a [u8],
        start: usize,
        clock: Clock,
        date: Option<DateText>,
    ) -> (Self, &'a [u8]) {
        let length = start + clock.length;
        let stamp = Self {
            text: &text[..length],
            dated: date.is_some(),
            date: date.and_then(DateText::date),
            rest_of_date: date,
            has_unread_date: date == Some(DateText::Ambiguous),
            seconds: clock.seconds,
            nanoseconds: clock.nanoseconds,
            is_usual: clock.is_usual,
            offset: None,
        };
        (stamp, &text[length..])
    }

    /// Reads `2020-08-26 [10:26:16`, with the date before the bracket. Returns it with the rest.
    pub(crate) fn after_date(text: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (date, rest) = text.split_first_chunk::<10>()?;
        let date = Date::year_first(date)?;
        let (stamp, rest) = Self::read(rest.strip_prefix(b" [")?)?;
        if stamp.dated {
            return None;
        }
        let stamp = Self {
            date: Some(date),
            dated: true,
            is_usual: false,
            ..stamp
        };
        Some((stamp, rest))
    }

    /// Reads the time at the start of a line of an unknown server, with or without brackets. Returns it
    /// with the rest after any separators.
    pub(crate) fn loose(line: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let is_around = |byte: &u8| b"[]()<>|:;- \t".contains(byte);
        let after = |text: &'a [u8]| {
            let around = text.iter().take_while(|byte| is_around(byte)).count();
            &text[around..]
        };
        let (stamp, rest) = Self::read(after(line))?;
        let (stamp, rest) = stamp.with_rest(rest).unwrap_or((stamp, rest));
        let ends = rest.first().is_none_or(is_around);
        ends.then(|| (stamp, after(rest)))
    }

    /// Reads the zone or the date that some layouts print after the time, such as `CET`, `+0100` or
    /// `20.11.2026`. Returns the complete time with the rest.
    pub(crate) fn with_rest(self, rest: &'a [u8]) -> Option<(Self, &'a [u8])> {
        if let Some((offset, after)) = clock::zone(rest) {
            return Some((Self { offset, ..self }, after));
        }
        let (date, length) = date::alone(rest.strip_prefix(b" ")?)?;
        let whole = self.rest_of_date.and_then(|day| day.with_year(date));
        let whole = self.date.or(whole).or(date.date());
        let dated = Self {
            date: whole,
            dated: true,
            has_unread_date: whole.is_none() && date == DateText::Ambiguous,
            ..self
        };
        Some((dated, &rest[1 + length..]))
    }

    /// Returns the time as printed, with its instant if that is known from elsewhere.
    pub(crate) fn printed(&self, instant: Option<UnixSeconds>) -> Option<PrintedTime> {
        let own = self.offset.and_then(|offset| self.instant(offset));
        let date = self.date.and_then(Date::on_calendar);
        let time = NaiveTime::from_num_seconds_from_midnight_opt(self.seconds, self.nanoseconds)?;
        let text = match date {
            _ if self.is_usual => CompactString::from_utf8_lossy(self.text),
            Some(date) => format_compact!("{date} {time}"),
            None => format_compact!("{time}"),
        };
        Some(PrintedTime {
            text,
            date,
            time,
            instant: instant.or(own),
        })
    }

    /// Returns the exact time, given that the zone is this many seconds ahead of UTC.
    pub(crate) fn instant(&self, offset_seconds: i64) -> Option<UnixSeconds> {
        let midnight = self.date?.on_calendar()?.and_time(NaiveTime::MIN);
        let seconds = midnight.and_utc().timestamp() + i64::from(self.seconds);
        Some(UnixSeconds(seconds - offset_seconds))
    }
}

/// Reads at most nine digits as a number.
fn number(digits: &[u8]) -> Option<u32> {
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| u32::from(byte - b'0'));
    let mut digits = digits.iter();
    let first = digit(digits.next()?)?;
    digits.try_fold(first, |number, next| Some(number * 10 + digit(next)?))
}

/// Returns the number of digits at the start of the text.
fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}
