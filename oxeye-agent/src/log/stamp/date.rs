//! Reads dates before a time of day. A date that can be read in two ways is ignored.

use chrono::NaiveDate;

use super::clock::Clock;
use super::{digits, number};

/// The longest date in bytes. Java's longest abbreviation of a month has about twenty bytes.
const LONGEST: usize = 40;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Reads `2026-11-20`, also with slashes or periods.
    pub(super) fn year_first(text: &[u8; 10]) -> Option<Self> {
        if !matches!(text[4], b'-' | b'/' | b'.') || text[7] != text[4] {
            return None;
        }
        Some(Self {
            year: number(&text[..4])? as u16,
            month: number(&text[5..7])? as u8,
            day: number(&text[8..])? as u8,
        })
    }

    pub(super) fn on_calendar(self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(self.year.into(), self.month.into(), self.day.into())
    }
}

/// Some text that is a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateText {
    Date(Date),
    /// The month is in an unknown language, or could be the day.
    Ambiguous,
}

impl DateText {
    pub(super) fn date(self) -> Option<Date> {
        match self {
            Self::Date(date) => Some(date),
            Self::Ambiguous => None,
        }
    }
}

/// Reads the date before a time. Returns it with its length, including the separator after it.
pub(super) fn before_clock(text: &[u8]) -> Option<(DateText, usize)> {
    if let Some((date, [b' ' | b'T' | b'_' | b'-', ..])) = text.split_first_chunk::<10>()
        && let Some(date) = Date::year_first(date)
    {
        return Some((DateText::Date(date), 11));
    }
    if !may_begin(text) {
        return None;
    }
    let end = blank_before_clock(text)?;
    Some((read(&text[..end])?, end + 1))
}

/// Reads a date on its own, up to a bracket or a space. Returns it with its length.
pub(super) fn alone(text: &[u8]) -> Option<(DateText, usize)> {
    let is_inside = |byte: &&u8| !matches!(byte, b' ' | b']' | b'[');
    let length = text.iter().take(LONGEST).take_while(is_inside).count();
    let date = text.get(..length).filter(|date| digits(date) > 0)?;
    Some((read(date)?, length))
}

/// Whether the text begins like a date: with a digit, or with a weekday, which is one to four letters
/// and a comma, period or space.
fn may_begin(text: &[u8]) -> bool {
    match text.first() {
        Some(b'0'..=b'9') => true,
        Some(b'A'..=b'Z' | b'a'..=b'z') => weekday(text) > 0,
        _ => false,
    }
}

/// Returns the length of a weekday, of a month before its day, or of both.
fn weekday(text: &[u8]) -> usize {
    let first = word(text);
    first + word(&text[first..])
}

fn word(text: &[u8]) -> usize {
    let letters = text
        .iter()
        .take(5)
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    match &text[letters..] {
        _ if !(1..=4).contains(&letters) => 0,
        [b',' | b'.', b' ', ..] => letters + 2,
        [b' ', ..] => letters + 1,
        _ => 0,
    }
}

/// Returns where the space before the time is. The names of months may contain spaces and periods, as
/// in `12thg 22025 12:00:00` and `12de febr.2025 12:00:00`.
fn blank_before_clock(text: &[u8]) -> Option<usize> {
    let date = &text[..text.len().min(LONGEST)];
    let date = match memchr::memchr2(b'[', b']', date) {
        Some(bracket) => &date[..bracket],
        None => date,
    };
    memchr::memchr_iter(b' ', date).find(|blank| Clock::read(&text[blank + 1..]).is_some())
}

/// Reads the whole text as a date.
fn read(text: &[u8]) -> Option<DateText> {
    let named = weekday(text);
    let text = &text[named..];
    let text = text.strip_suffix(b",").unwrap_or(text);
    if let Some(date) = of_numbers(text) {
        return Some(date);
    }
    let day = digits(text).min(2);
    // This is `Nov 20`, `20 Nov`, or a year after the time.
    let is_day = named > 0 && digits(text) == text.len() && day > 0;
    let is_year = text.len() == 4 && digits(text) == 4;
    if is_day || is_year || (day > 0 && month(&text[day..]).is_some()) {
        return Some(DateText::Ambiguous);
    }
    let year = text.len().checked_sub(4).filter(|year| *year > day)?;
    let date = Date {
        year: number(&text[year..])? as u16,
        month: month(&text[day..year]).unwrap_or(0),
        day: number(&text[..day])? as u8,
    };
    Some(if date.month > 0 {
        DateText::Date(date)
    } else {
        DateText::Ambiguous
    })
}

/// Reads two or three numbers with separators between them.
fn of_numbers(text: &[u8]) -> Option<DateText> {
    let mut numbers = [&b""[..]; 3];
    let mut rest = text;
    let mut count = 0;
    let mut signs = [0; 2];
    loop {
        let length = digits(rest);
        *numbers.get_mut(count)? = rest.get(..length).filter(|_| matches!(length, 1..=2 | 4))?;
        count += 1;
        rest = &rest[length..];
        let sign = rest.iter().take_while(|byte| !byte.is_ascii()).count();
        rest = match rest {
            [] => break,
            [sign @ (b'-' | b'/' | b'.'), after @ ..] => {
                // A period may end a date.
                if let Some(place) = signs.get_mut(count - 1) {
                    *place = *sign;
                }
                after
            }
            // This is `2024年01月02日`.
            _ if sign > 0 => &rest[sign..],
            _ => return None,
        };
        if rest.is_empty() {
            break;
        }
    }
    let [first, second, third] = numbers;
    let date = |year, month, day| {
        let date = || {
            Some(Date {
                year: number(year)? as u16,
                month: number(month)? as u8,
                day: number(day)? as u8,
            })
        };
        date().map_or(DateText::Ambiguous, DateText::Date)
    };
    match (count, first.len(), third.len()) {
        (3, 4, 1..=2) => Some(date(first, second, third)),
        // With periods the day comes first; with slashes either may.
        (3, 1..=2, 4) if signs == [b'.'; 2] => Some(date(third, second, first)),
        (3, 1..=2, _) | (2, 1..=2, _) if second.len() <= 2 => Some(DateText::Ambiguous),
        _ => None,
    }
}

fn month(text: &[u8]) -> Option<u8> {
    const NAMES: [&[u8]; 12] = [
        b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov",
        b"dec",
    ];
    let is_around = |byte: &&u8| matches!(byte, b' ' | b'-' | b'/');
    let text = text.strip_prefix(b".").unwrap_or(text);
    let start = text.iter().take_while(is_around).count();
    let end = text.iter().rev().take_while(is_around).count();
    // The whole name is compared, because in Finnish November begins with `mar`.
    let name: [u8; 3] = text.get(start..text.len() - end)?.try_into().ok()?;
    let name = name.map(|letter| letter.to_ascii_lowercase());
    let at = NAMES.iter().position(|month| *month == name)?;
    u8::try_from(at + 1).ok()
}
