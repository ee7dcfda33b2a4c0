//! Reads times of day: `12:00:00`, `9:05:00 PM`, `下午9:05:00`, `12-00-00`, each with or without a fraction; and the
//! time zones that are printed after them.

use super::{digits, number};

/// Java's words for the two halves of a day, in the languages that have such words.
const HALVES: [(&str, &str); 7] = [
    ("AM", "PM"),
    ("a.m.", "p.m."),
    ("a. m.", "p. m."),
    ("a.\u{a0}m.", "p.\u{a0}m."),
    ("上午", "下午"),
    ("午前", "午後"),
    ("오전", "오후"),
];

/// A time of day at the start of some text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    /// Seconds since midnight.
    pub(super) seconds: u32,
    pub(super) nanoseconds: u32,
    /// The length of the text in bytes.
    pub(super) length: usize,
    /// Whether it has two digits for every hour of the day, and colons.
    pub(super) is_usual: bool,
}

/// The numbers of a time of day as printed.
#[derive(Debug, Clone, Copy)]
struct Hands {
    hours: u32,
    minutes: u32,
    seconds: u32,
    length: usize,
    separator: u8,
}

impl Clock {
    pub(super) fn read(text: &[u8]) -> Option<Self> {
        if text.first().is_some_and(|first| !first.is_ascii()) {
            return Self::after_half(text);
        }
        let hands = Hands::read(text)?;
        let (nanoseconds, fraction) = fraction(&text[hands.length..]);
        let mut length = hands.length + fraction;
        let mut hours = hands.hours;
        let mut is_usual = hands.separator == b':' && hands.length == 8;
        if let Some((is_after_noon, half)) = half(&text[length..]) {
            if !(1..=12).contains(&hours) {
                return None;
            }
            hours = hours % 12 + if is_after_noon { 12 } else { 0 };
            length += half;
            is_usual = false;
        }
        // What looks like a time of day may be a date before one.
        let is_date = hands.separator != b':'
            && text[length..]
                .strip_prefix(b" ")
                .and_then(Hands::read)
                .is_some();
        let seconds = hours * 3600 + hands.minutes * 60 + hands.seconds;
        (!is_date).then_some(Self {
            seconds,
            nanoseconds,
            length,
            is_usual,
        })
    }
}

impl Clock {
    /// Reads `下午1:05:07`, with the half of the day before the time.
    fn after_half(text: &[u8]) -> Option<Self> {
        let halves = HALVES
            .iter()
            .flat_map(|(before, after)| [(before, false), (after, true)]);
        let mut halves = halves.filter(|(half, _)| !half.is_ascii());
        let (rest, is_after_noon) = halves.find_map(|(half, is_after_noon)| {
            Some((text.strip_prefix(half.as_bytes())?, is_after_noon))
        })?;
        let rest = rest.strip_prefix(b" ").unwrap_or(rest);
        let hands = Hands::read(rest).filter(|hands| (1..=12).contains(&hands.hours))?;
        let (nanoseconds, fraction) = fraction(&rest[hands.length..]);
        let hours = hands.hours % 12 + if is_after_noon { 12 } else { 0 };
        Some(Self {
            seconds: hours * 3600 + hands.minutes * 60 + hands.seconds,
            nanoseconds,
            length: text.len() - rest.len() + hands.length + fraction,
            is_usual: false,
        })
    }
}

impl Hands {
    fn read(text: &[u8]) -> Option<Self> {
        // Nearly all times begin with two digits and a colon.
        let hour_digits = match text {
            [b'0'..=b'9', b'0'..=b'9', b':' | b'-' | b'.', ..] => 2,
            [b'0'..=b'9', b':' | b'-' | b'.', ..] => 1,
            _ => return None,
        };
        let separator = text[hour_digits];
        if let [a, b, b']' | b' ', ..] = text[hour_digits + 1..] {
            return Self::without_seconds(&text[..hour_digits], [a, b], separator);
        }
        let rest = text[hour_digits + 1..].first_chunk::<5>()?;
        let hours = number(&text[..hour_digits])?;
        let minutes = number(&rest[..2])?;
        // A leap second counts as the second before it.
        let seconds = number(&rest[3..])?.min(59);
        let length = hour_digits + 6;
        let ends = !text.get(length).is_some_and(u8::is_ascii_digit);
        let fits = rest[2] == separator && hours < 24 && minutes < 60 && ends;
        fits.then_some(Self {
            hours,
            minutes,
            seconds,
            length,
            separator,
        })
    }

    fn without_seconds(hours: &[u8], minutes: [u8; 2], separator: u8) -> Option<Self> {
        let length = hours.len() + 3;
        let (hours, minutes) = (number(hours)?, number(&minutes)?);
        let fits = separator == b':' && hours < 24 && minutes < 60;
        fits.then_some(Self {
            hours,
            minutes,
            seconds: 0,
            length,
            separator,
        })
    }
}

/// Returns the fraction of a second in nanoseconds and its length, or zeros if there is none.
fn fraction(text: &[u8]) -> (u32, usize) {
    let Some(b'.' | b',' | b':') = text.first() else {
        return (0, 0);
    };
    let count = digits(&text[1..]);
    match number(&text[1..=count.min(9)]) {
        Some(value) if count > 0 => (value * 10_u32.pow(9 - count.min(9) as u32), count + 1),
        _ => (0, 0),
    }
}

/// Reads the half of the day at the start of the text. Returns whether it is after noon, and its
/// length.
fn half(text: &[u8]) -> Option<(bool, usize)> {
    // Nearly always a bracket follows, or a space and a level.
    let [first, second, ..] = *text else {
        return None;
    };
    if first == b']' || (first == b' ' && !matches!(second, b'A' | b'a' | b'P' | b'p' | 0x80..)) {
        return None;
    }
    let blank = match text {
        [b' ', ..] => 1,
        // The other two are non-breaking spaces.
        [0xc2, 0xa0, ..] => 2,
        [0xe2, 0x80, 0xaf, ..] => 3,
        _ => 0,
    };
    let word = &text[blank..];
    let begins = |half: &str| {
        let bytes = half.as_bytes();
        let same = word
            .get(..bytes.len())
            .is_some_and(|word| word.eq_ignore_ascii_case(bytes));
        let ends = !word.get(bytes.len()).is_some_and(u8::is_ascii_alphanumeric);
        (same && ends).then_some(blank + bytes.len())
    };
    HALVES.iter().find_map(|(before, after)| {
        let before = begins(before).map(|length| (false, length));
        before.or_else(|| begins(after).map(|length| (true, length)))
    })
}

/// The longest of Java's names for zones in bytes.
const LONGEST_NAME: usize = 5;

/// Reads the zone at the start of the text, which may have a space before it. Returns its offset from
/// UTC in seconds, which most names do not reveal, and the rest.
pub(super) fn zone(text: &[u8]) -> Option<(Option<i64>, &[u8])> {
    let word = text.strip_prefix(b" ").unwrap_or(text);
    if let Some((seconds, rest)) = offset(word) {
        return ends(rest).then_some((Some(seconds), rest));
    }
    let word = text.strip_prefix(b" ")?;
    let letters = word
        .iter()
        .take(LONGEST_NAME + 1)
        .take_while(|byte| byte.is_ascii_uppercase())
        .count();
    let (name, rest) = word.split_at_checked(letters)?;
    let is_utc = matches!(name, b"UTC" | b"GMT");
    if is_utc && let Some((seconds, rest)) = offset(rest) {
        return ends(rest).then_some((Some(seconds), rest));
    }
    let fits = (2..=LONGEST_NAME).contains(&letters) && ends(rest);
    fits.then_some((is_utc.then_some(0), rest))
}

fn ends(rest: &[u8]) -> bool {
    matches!(rest.first(), Some(b']' | b' '))
}

/// Reads `Z`, `+01:00`, `+0100` or `+01`. Returns the seconds ahead of UTC, and the rest.
pub(crate) fn offset(text: &[u8]) -> Option<(i64, &[u8])> {
    let sign = match text.first()? {
        b'Z' => return Some((0, &text[1..])),
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let number = |tens: u8, ones: u8| -> Option<i64> {
        let both = tens.is_ascii_digit() && ones.is_ascii_digit();
        both.then(|| i64::from(tens - b'0') * 10 + i64::from(ones - b'0'))
    };
    let (hours, minutes, rest) = match &text[1..] {
        [a, b, b':', c, d, rest @ ..] => (number(*a, *b)?, number(*c, *d)?, rest),
        [a, b, c @ b'0'..=b'9', d, rest @ ..] => (number(*a, *b)?, number(*c, *d)?, rest),
        [a, b, rest @ ..] => (number(*a, *b)?, 0, rest),
        _ => return None,
    };
    Some((sign * (hours * 3600 + minutes * 60), rest))
}
