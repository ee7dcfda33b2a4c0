//! Reads dates before a time of day. A date that can be read in two ways is ignored.

use chrono::NaiveDate;

use super::clock::Clock;
use super::{digits, month, number};

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
    /// The year is missing, and may follow the time.
    Day {
        month: u8,
        day: u8,
    },
    /// Only the year.
    Year(u16),
    /// The year is missing, and the month could be the day.
    Partial,
    /// It is complete, but the month is in an unknown language, or could be the day.
    Ambiguous,
}

impl DateText {
    pub(super) fn date(self) -> Option<Date> {
        match self {
            Self::Date(date) => Some(date),
            _ => None,
        }
    }

    /// Returns the complete date if `year` is the year of this day.
    pub(super) fn with_year(self, year: Self) -> Option<Date> {
        match (self, year) {
            (Self::Day { month, day }, Self::Year(year)) => Some(Date { year, month, day }),
            _ => None,
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

/// Whether the text begins like a date: with a digit, with a month, or with a weekday, which is one to
/// four letters and a comma, period or space.
fn may_begin(text: &[u8]) -> bool {
    match text.first() {
        Some(b'0'..=b'9') => true,
        Some(b'A'..=b'Z' | b'a'..=b'z') => weekday(text) > 0 || begins_with_month(text),
        _ => false,
    }
}

/// Whether the text begins like `November 27`.
fn begins_with_month(text: &[u8]) -> bool {
    let letters = text
        .iter()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    matches!(text[letters..], [b' ', b'0'..=b'9', ..]) && month::read(&text[..letters]).is_some()
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
    if let Some(date) = month_first(text) {
        return Some(DateText::Date(date));
    }
    let (named_part, text) = text.split_at(weekday(text));
    let text = text.strip_suffix(b",").unwrap_or(text);
    if let Some(date) = of_numbers(text) {
        return Some(date);
    }
    let day = digits(text).min(2);
    if let Some(date) = without_year(named_part, text, day) {
        return Some(date);
    }
    if text.len() == 4 && digits(text) == 4 {
        return number(text).map(|year| DateText::Year(year as u16));
    }
    let year = text.len().checked_sub(4).filter(|year| *year > day)?;
    let (day, month, year) = (
        number(&text[..day])?,
        month::read(&text[day..year]),
        number(&text[year..])?,
    );
    let date = month.map(|month| Date {
        year: western(year as u16),
        month,
        day: day as u8,
    });
    Some(date.map_or(DateText::Ambiguous, DateText::Date))
}

/// Reads `Nov 20` or `20 Nov`, of which `named` is the part before the number, and `day` the length of
/// that.
fn without_year(named: &[u8], text: &[u8], day: usize) -> Option<DateText> {
    let number_of = |text: &[u8]| number(text).map(|day| day as u8);
    if day == 0 {
        return None;
    }
    if let Some(month) = month::read(&text[day..]) {
        let day = number_of(&text[..day])?;
        return Some(DateText::Day { month, day });
    }
    if named.is_empty() || digits(text) != text.len() {
        return None;
    }
    let words = named.trim_ascii_end().rsplit(|byte| *byte == b' ');
    let month = words.take(1).find_map(month::read);
    let day = number_of(text).filter(|_| text.len() <= 2);
    match (month, day) {
        (Some(month), Some(day)) => Some(DateText::Day { month, day }),
        _ => Some(DateText::Partial),
    }
}

/// Reads `Nov 27, 2026` or `Fri Nov 27 2026`.
fn month_first(text: &[u8]) -> Option<Date> {
    let mut words = text
        .rsplit(|byte| b" ,".contains(byte))
        .filter(|word| !word.is_empty());
    let (year, day, month) = (words.next()?, words.next()?, words.next()?);
    let fits = digits(year) == 4 && year.len() == 4 && matches!(day.len(), 1..=2);
    fits.then_some(())?;
    Some(Date {
        year: number(year)? as u16,
        month: month::read(month)?,
        day: number(day)? as u8,
    })
}

/// Returns the year of the usual calendar. Java prints Thai dates with Buddhist years.
fn western(year: u16) -> u16 {
    if (2500..2800).contains(&year) {
        year - 543
    } else {
        year
    }
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
    let is_month = |text| number(text).is_some_and(|number| (1..=12).contains(&number));
    match (count, first.len(), third.len()) {
        (3, 4, 1..=2) => Some(date(first, second, third)),
        // With periods the day comes first; with slashes either may, unless one of them is no month.
        (3, 1..=2, 4) if signs == [b'.'; 2] || (is_month(second) && !is_month(first)) => {
            Some(date(third, second, first))
        }
        (3, 1..=2, 4) if is_month(first) && !is_month(second) => Some(date(third, first, second)),
        (3, 1..=2, _) if second.len() <= 2 => Some(DateText::Ambiguous),
        (2, 1..=2, _) if second.len() <= 2 => Some(DateText::Partial),
        _ => None,
    }
}
