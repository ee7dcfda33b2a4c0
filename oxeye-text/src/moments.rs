//! Moments of the past as people write them, in English and German alike.

use oxeye_db::record::calendar::LocalTime;
use oxeye_db::{TimeZone, UnixSeconds};

/// Longest text that is read, in bytes. The longest that means anything is half of it.
const LONGEST: usize = 64;
const DAY: i64 = 86_400;

/// A text that names no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoMoment;

/// Reads a moment such as `2026-11-29 20:15`, `gestern 20:15`, `20:15` (the last one), `2h ago` or
/// Discord's `<t:1796000000>`. Of an hour that the clocks skip, the next minute that exists is meant; of
/// one that comes twice, the first.
///
/// # Errors
/// When the text names no moment.
pub fn parse_moment(text: &str, zone: TimeZone, now: UnixSeconds) -> Result<UnixSeconds, NoMoment> {
    if text.len() > LONGEST {
        return Err(NoMoment);
    }
    let text = text.trim().to_lowercase();
    if let Some(stamp) = text
        .strip_prefix("<t:")
        .and_then(|rest| rest.strip_suffix('>'))
    {
        let seconds = stamp
            .split(':')
            .next()
            .and_then(|seconds| seconds.parse().ok());
        return seconds.map(UnixSeconds).ok_or(NoMoment);
    }
    if let Some(ago) = ago(&text) {
        let at = UnixSeconds(now.0.saturating_sub(ago?));
        return is_since_1970(at).then_some(at).ok_or(NoMoment);
    }
    let words: Vec<&str> = text
        .split([' ', 't', ','])
        .filter(|word| !word.is_empty())
        .collect();
    let moment = written(&text, &words, zone, now);
    moment.filter(|at| is_since_1970(*at)).ok_or(NoMoment)
}

/// Whether a moment is in 1970 or later, in whatever time zone. Nobody means one before.
fn is_since_1970(at: UnixSeconds) -> bool {
    at.0 >= -DAY
}

fn written(text: &str, words: &[&str], zone: TimeZone, now: UnixSeconds) -> Option<UnixSeconds> {
    let today = zone.local_time(now);
    if matches!(text, "now" | "jetzt") {
        return Some(now);
    }
    // `today` and `saturday` have a `t`, which divides a date from a time elsewhere.
    let by_blank: Vec<&str> = text.split_whitespace().collect();
    match by_blank[..] {
        [day] | [day, _] if let Some(back) = days_back(day, today) => {
            let time = by_blank.get(1).copied();
            return on_day_before(zone, now, back, clock_time(time)?);
        }
        _ => {}
    }
    match *words {
        [time] if time.contains(':') => {
            let time = clock_time(Some(time))?;
            let latest = on_day_before(zone, now, 0, time)?;
            if latest > now {
                on_day_before(zone, now, 1, time)
            } else {
                Some(latest)
            }
        }
        [date] => at(zone, calendar_date(date)?, (0, 0)),
        [date, time] => at(zone, calendar_date(date)?, clock_time(Some(time))?),
        _ => None,
    }
}

/// Returns the seconds in `2h ago`, `30 minutes ago`, `vor 3 Tagen`; `None` for other texts.
fn ago(text: &str) -> Option<Result<i64, NoMoment>> {
    let length = text
        .strip_suffix(" ago")
        .or_else(|| text.strip_prefix("vor "))?
        .trim();
    let end = length
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(length.len());
    let (number, unit) = length.split_at(end);
    let unit = match unit.trim().trim_end_matches('.') {
        "s" | "sec" | "second" | "seconds" | "sek" | "sekunde" | "sekunden" => 1,
        "m" | "min" | "minute" | "minutes" | "minuten" => 60,
        "h" | "hour" | "hours" | "std" | "stunde" | "stunden" => 3_600,
        "d" | "day" | "days" | "tag" | "tagen" | "tage" => DAY,
        "w" | "week" | "weeks" | "woche" | "wochen" => 7 * DAY,
        _ => return Some(Err(NoMoment)),
    };
    let number: Result<i64, _> = number.parse();
    let seconds = number.ok().and_then(|number| number.checked_mul(unit));
    Some(seconds.ok_or(NoMoment))
}

/// Returns how many days ago a named day was. A day of the week is the last one, which may be today.
fn days_back(day: &str, today: LocalTime) -> Option<i64> {
    const WEEK: [[&str; 4]; 7] = [
        ["monday", "mon", "montag", "mo"],
        ["tuesday", "tue", "dienstag", "di"],
        ["wednesday", "wed", "mittwoch", "mi"],
        ["thursday", "thu", "donnerstag", "do"],
        ["friday", "fri", "freitag", "fr"],
        ["saturday", "sat", "samstag", "sa"],
        ["sunday", "sun", "sonntag", "so"],
    ];
    match day.trim_end_matches('.') {
        "today" | "heute" => Some(0),
        "yesterday" | "gestern" => Some(1),
        "vorgestern" => Some(2),
        day => {
            let weekday = WEEK.iter().position(|names| names.contains(&day))?;
            let back = (today.weekday + 7 - weekday) % 7;
            i64::try_from(back).ok()
        }
    }
}

/// Reads `20:15`; without a time, midnight.
fn clock_time(text: Option<&str>) -> Option<(u32, u32)> {
    let Some(text) = text else {
        return Some((0, 0));
    };
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute) = (number(hour, 2)?, number(minute, 2)?);
    (hour < 24 && minute < 60).then_some((hour, minute))
}

/// Reads `2026-11-29` or `29.11.2026`. A year of two digits, as in `29.11.26`, is of this century.
fn calendar_date(text: &str) -> Option<(i32, u32, u32)> {
    let parts: Vec<&str> = text.split(['-', '.']).collect();
    let [first, month, last] = parts[..] else {
        return None;
    };
    let (year, day) = match text.contains('-') {
        true => (first, last),
        false => (last, first),
    };
    let year = i32::try_from(number(year, 4)?).ok()?;
    let year = if year < 100 { 2000 + year } else { year };
    Some((year, number(month, 2)?, number(day, 2)?))
}

fn number(text: &str, longest: usize) -> Option<u32> {
    let is_plain =
        !text.is_empty() && text.len() <= longest && text.bytes().all(|b| b.is_ascii_digit());
    is_plain.then(|| text.parse().ok()).flatten()
}

fn at(
    zone: TimeZone,
    (year, month, day): (i32, u32, u32),
    (hour, minute): (u32, u32),
) -> Option<UnixSeconds> {
    zone.moment(LocalTime {
        year,
        month,
        day,
        weekday: 0,
        hour,
        minute,
    })
}

fn on_day_before(
    zone: TimeZone,
    now: UnixSeconds,
    days: i64,
    time: (u32, u32),
) -> Option<UnixSeconds> {
    // The middle of a day is in the same day, whatever the clocks do.
    let today = zone.day(now).from;
    let day = zone.local_time(UnixSeconds(today.0 + DAY / 2 - days * DAY));
    at(zone, (day.year, day.month, day.day), time)
}

#[cfg(test)]
mod tests;
