//! The dates and times that servers print.
//!
//! | form                      | printed by                                  |
//! |---------------------------|---------------------------------------------|
//! | `12:00:00`                | Java servers since 1.7, proxies             |
//! | `2011-06-05 12:00:00`     | Java servers up to 1.6, Bedrock, Pumpkin    |
//! | `2025-07-18 01:26:08:514` | Bedrock; with a full stop or comma: Geyser  |
//! | `19Jul2025 12:00:00.450`  | Forge, with the month in the local language |
//! | `2026-11-20T12:00:00.5`   | docker, journald                            |

use chrono::{NaiveDate, NaiveTime};
use compact_str::CompactString;
use oxeye_plugin_proto::UnixSeconds;

use super::event::PrintedTime;

/// A time at the start of some text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stamp<'a> {
    pub(crate) text: &'a [u8],
    pub(crate) date: Option<Date>,
    /// Whether the text has a date, readable or not.
    pub(crate) dated: bool,
    /// Since midnight.
    pub(crate) seconds: u32,
    nanoseconds: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl<'a> Stamp<'a> {
    /// The time with which the text begins, and what comes after it.
    pub(crate) fn read(text: &'a [u8]) -> Option<(Self, &'a [u8])> {
        if text.get(2) == Some(&b':') {
            return Self::with_clock(text, 0, None);
        }
        let (date, length) = date(text)?;
        Self::with_clock(text, length, Some(date))
    }

    fn with_clock(
        text: &'a [u8],
        start: usize,
        date: Option<Option<Date>>,
    ) -> Option<(Self, &'a [u8])> {
        let (seconds, clock) = clock(&text[start..])?;
        let (nanoseconds, fraction) = fraction(&text[start + clock..]);
        let length = start + clock + fraction;
        let stamp = Self {
            text: &text[..length],
            date: date.flatten(),
            dated: date.is_some(),
            seconds,
            nanoseconds,
        };
        Some((stamp, &text[length..]))
    }

    /// The time for those who read logs.
    pub(crate) fn printed(&self, instant: Option<UnixSeconds>) -> Option<PrintedTime> {
        Some(PrintedTime {
            text: CompactString::from_utf8_lossy(self.text),
            date: self.date.and_then(Date::on_calendar),
            time: NaiveTime::from_num_seconds_from_midnight_opt(self.seconds, self.nanoseconds)?,
            instant,
        })
    }

    /// The exact time, if the text is in the zone that is this many seconds east of Greenwich.
    pub(crate) fn instant(&self, offset_seconds: i64) -> Option<UnixSeconds> {
        let midnight = self.date?.on_calendar()?.and_time(NaiveTime::MIN);
        let seconds = midnight.and_utc().timestamp() + i64::from(self.seconds);
        Some(UnixSeconds(seconds - offset_seconds))
    }
}

impl Date {
    fn on_calendar(self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.year.into(), self.month.into(), self.day.into())
    }
}

/// `12:00:00` as seconds since midnight, and its length.
fn clock(text: &[u8]) -> Option<(u32, usize)> {
    let text = text.first_chunk::<8>()?;
    if text[2] != b':' || text[5] != b':' {
        return None;
    }
    let hours = number(&text[..2])?;
    let minutes = number(&text[3..5])?;
    // A leap second is the second before it.
    let seconds = number(&text[6..])?.min(59);
    (hours < 24 && minutes < 60).then_some((hours * 3600 + minutes * 60 + seconds, 8))
}

/// A fraction of a second, and its length; nothing if there is none.
fn fraction(text: &[u8]) -> (u32, usize) {
    let Some(b'.' | b',' | b':') = text.first() else {
        return (0, 0);
    };
    let digits = text[1..].iter().take_while(|byte| byte.is_ascii_digit());
    let count = digits.count();
    match number(&text[1..=count.min(9)]) {
        Some(value) if count > 0 => (value * 10_u32.pow(9 - count.min(9) as u32), count + 1),
        _ => (0, 0),
    }
}

/// A date up to the time, and its length with the blank or `T` between them. The date is empty if
/// its month is in a language that we do not know, or may be its day.
fn date(text: &[u8]) -> Option<(Option<Date>, usize)> {
    let year_first = text.first_chunk::<11>().filter(|text| {
        matches!(text[4], b'-' | b'/' | b'.')
            && text[7] == text[4]
            && matches!(text[10], b' ' | b'T')
    });
    if let Some(text) = year_first {
        let date = Date {
            year: number(&text[..4])? as u16,
            month: number(&text[5..7])? as u8,
            day: number(&text[8..10])? as u8,
        };
        return Some((Some(date), 11));
    }
    let day = number(text.first_chunk::<2>()?)? as u8;
    let end = before_clock(text)?;
    let year = end.checked_sub(4).filter(|year| *year > 2)?;
    let date = Date {
        year: number(&text[year..end])? as u16,
        month: month(&text[2..year]).unwrap_or(0),
        day,
    };
    Some((Some(date).filter(|date| date.month > 0), end + 1))
}

/// Where the blank before the time is: the names of months have blanks and full stops of their own,
/// as in `12thg 22025 12:00:00` and `12de febr.2025 12:00:00`.
fn before_clock(text: &[u8]) -> Option<usize> {
    // The longest name of a month that Java abbreviates has some twenty bytes.
    const LONGEST_DATE: usize = 32;
    let date = &text[..text.len().min(LONGEST_DATE)];
    let date = match memchr::memchr2(b'[', b']', date) {
        Some(bracket) => &date[..bracket],
        None => date,
    };
    memchr::memchr_iter(b' ', date).find(|blank| clock(&text[blank + 1..]).is_some())
}

fn month(text: &[u8]) -> Option<u8> {
    const NAMES: [&[u8]; 12] = [
        b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov",
        b"dec",
    ];
    let is_around = |byte: &u8| matches!(byte, b' ' | b'-');
    let start = text.iter().take_while(|byte| is_around(byte)).count();
    let end = text.iter().rev().take_while(|byte| is_around(byte)).count();
    let text = text.get(start..text.len() - end)?;
    // The whole name: in Finnish, November begins with `mar`.
    match *text {
        [a, b, c] => {
            let name = [a, b, c].map(|letter| letter.to_ascii_lowercase());
            let at = NAMES.iter().position(|month| *month == name)?;
            u8::try_from(at + 1).ok()
        }
        // Day before month only where it is written with full stops; with slashes it may be either.
        [b'.', tens, ones, b'.'] => number(&[tens, ones]).map(|month| month as u8),
        _ => None,
    }
}

/// The digits as a number; at most nine of them.
fn number(digits: &[u8]) -> Option<u32> {
    let digit = |byte: &u8| byte.is_ascii_digit().then(|| u32::from(byte - b'0'));
    let mut digits = digits.iter();
    let first = digit(digits.next()?)?;
    digits.try_fold(first, |number, next| Some(number * 10 + digit(next)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read, as `text|date|time|rest`.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let read = Stamp::read(text.as_bytes()).map(|(stamp, rest)| {
            let printed = stamp.printed(None).unwrap();
            let date = printed
                .date
                .map(|date| date.to_string())
                .unwrap_or_default();
            let rest = String::from_utf8_lossy(rest);
            format!("{}|{date}|{}|{rest}", printed.text, printed.time)
        });
        assert_eq!(read.as_deref().unwrap_or("nothing"), expected);
    }

    #[test]
    fn every_form_that_servers_print_is_read() {
        check("12:34:56] x", "12:34:56||12:34:56|] x");
        check("12:34:56 INFO", "12:34:56||12:34:56| INFO");
        check(
            "2011-06-05 12:34:56 [",
            "2011-06-05 12:34:56|2011-06-05|12:34:56| [",
        );
        check(
            "2011/06/05 12:34:56]",
            "2011/06/05 12:34:56|2011-06-05|12:34:56|]",
        );
        check(
            "2025-07-18 01:26:08:514 INFO",
            "2025-07-18 01:26:08:514|2025-07-18|01:26:08.514| INFO",
        );
        check(
            "19Jul2025 11:34:56.450]",
            "19Jul2025 11:34:56.450|2025-07-19|11:34:56.450|]",
        );
        check(
            "05.06.2011 12:34:56]",
            "05.06.2011 12:34:56|2011-06-05|12:34:56|]",
        );
        check(
            "2026-11-20T10:49:20.123456789Z",
            "2026-11-20T10:49:20.123456789|2026-11-20|10:49:20.123456789|Z",
        );
    }

    #[test]
    fn a_date_that_may_mean_two_days_is_not_guessed() {
        check("05/06/2011 12:34:56]", "05/06/2011 12:34:56||12:34:56|]");
        check(
            "19juil.2025 11:34:56.450]",
            "19juil.2025 11:34:56.450||11:34:56.450|]",
        );
        check(
            "19marr2025 11:34:56.450]",
            "19marr2025 11:34:56.450||11:34:56.450|]",
        );
        check(
            "197月2025 11:34:56.450]",
            "197月2025 11:34:56.450||11:34:56.450|]",
        );
    }

    #[test]
    fn the_month_may_have_blanks_and_full_stops() {
        check(
            "02 Jan 2024 12:34:56,123]",
            "02 Jan 2024 12:34:56,123|2024-01-02|12:34:56.123|]",
        );
        check(
            "02-Jan-2024 12:34:56]",
            "02-Jan-2024 12:34:56|2024-01-02|12:34:56|]",
        );
        check(
            "12thg 22025 12:34:56.123]",
            "12thg 22025 12:34:56.123||12:34:56.123|]",
        );
        check(
            "12de febr.2025 12:34:56.123]",
            "12de febr.2025 12:34:56.123||12:34:56.123|]",
        );
    }

    #[test]
    fn what_is_no_time_is_not_read() {
        for text in [
            "",
            "12",
            "12:34",
            "12:34:5",
            "24:00:00",
            "1a:00:00",
            "12 12:00",
            "12 men 12:00:00",
            "12 ] 2024 12:00:00",
            "Server thread/INFO",
        ] {
            check(text, "nothing");
        }
    }

    #[test]
    fn a_leap_second_and_a_day_that_does_not_exist_stop_nothing() {
        check("23:59:60]", "23:59:60||23:59:59|]");
        check("2025-02-31 12:00:00]", "2025-02-31 12:00:00||12:00:00|]");
    }
}
