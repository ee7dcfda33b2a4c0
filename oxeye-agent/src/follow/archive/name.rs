//! How rotated logs are named.
//!
//! | name                  | given by                                                  |
//! |-----------------------|-----------------------------------------------------------|
//! | `2026-11-20-1.log.gz` | log4j: the day of its first line                          |
//! | `NAME.1`, `NAME.2.gz` | logrotate and its kin: the higher the number, the older   |
//! | `NAME-20261120.gz`    | logrotate: the day of the rotation                        |
//! | `proxy.log.1`         | BungeeCord, which writes to `proxy.log.0`                 |

use std::cmp::Reverse;

use chrono::NaiveDate;

/// What a file name shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) order: Order,
    pub(super) compressed: bool,
}

/// Newer sorts first, within one naming scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order {
    Log4j(Reverse<(NaiveDate, u32)>),
    Numbered(u32),
    /// And the time, or zero.
    PutAside(Reverse<(NaiveDate, u64)>),
}

impl Order {
    pub(super) fn first_day(self) -> Option<NaiveDate> {
        match self {
            Self::Log4j(Reverse((day, _))) => Some(day),
            Self::Numbered(_) | Self::PutAside(_) => None,
        }
    }

    /// Whether both are named by the same scheme.
    pub(super) fn is_like(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}

impl Name {
    /// The name of a file beside the log `of`, if it is one of a rotated log.
    pub(super) fn read(name: &str, of: &str) -> Option<Self> {
        let (stem, compressed) = match name.strip_suffix(".gz") {
            Some(stem) => (stem, true),
            None => (name, false),
        };
        let order = log4j(stem).or_else(|| beside(stem, of))?;
        Some(Self { order, compressed })
    }
}

fn log4j(stem: &str) -> Option<Order> {
    let (day, number) = stem.strip_suffix(".log")?.rsplit_once('-')?;
    let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?;
    Some(Order::Log4j(Reverse((day, number.parse().ok()?))))
}

fn beside(stem: &str, of: &str) -> Option<Order> {
    // BungeeCord's own log has a number as well, the least.
    let (of, own) = match of.strip_suffix(".0") {
        Some(of) => (of, 0),
        None => (of, -1),
    };
    let rest = stem.strip_prefix(of)?;
    if let Some(number) = rest.strip_prefix('.')
        && let Ok(number) = number.parse::<u32>()
    {
        return (i64::from(number) > own).then_some(Order::Numbered(number));
    }
    put_aside(rest.strip_prefix(['-', '.'])?)
}

/// `20261120`, `2026-11-20`, and perhaps `-1795171760` behind it.
fn put_aside(text: &str) -> Option<Order> {
    let (day, rest) = match text.get(..8).and_then(|day| all_digits(day, "%Y%m%d")) {
        Some(day) => (day, &text[8..]),
        None => {
            let day = NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok()?;
            (day, &text[10..])
        }
    };
    let time = match rest.strip_prefix(['-', '_']) {
        Some(time) => time.parse().ok()?,
        None if rest.is_empty() => 0,
        None => return None,
    };
    Some(Order::PutAside(Reverse((day, time))))
}

fn all_digits(day: &str, form: &str) -> Option<NaiveDate> {
    let digits = day.bytes().all(|byte| byte.is_ascii_digit());
    NaiveDate::parse_from_str(day, form).ok().filter(|_| digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, of: &str, expected: &str) {
        let read = Name::read(name, of).map(|name| {
            let order = match name.order {
                Order::Log4j(Reverse((day, number))) => format!("{day} {number}"),
                Order::Numbered(number) => format!("number {number}"),
                Order::PutAside(Reverse((day, time))) => format!("aside {day} {time}"),
            };
            order + if name.compressed { " packed" } else { "" }
        });
        assert_eq!(read.as_deref().unwrap_or("nothing"), expected, "{name}");
    }

    #[test]
    fn rotated_logs_are_known_by_their_names() {
        let log = "latest.log";
        check("2026-11-20-1.log.gz", log, "2026-11-20 1 packed");
        check("2026-11-20-12.log.gz", log, "2026-11-20 12 packed");
        check("2026-11-20-2.log", log, "2026-11-20 2");
        check("latest.log.1", log, "number 1");
        check("latest.log.12.gz", log, "number 12 packed");
        check("latest.log-20261120.gz", log, "aside 2026-11-20 0 packed");
        check("latest.log-2026-11-20", log, "aside 2026-11-20 0");
        let timed = "aside 2026-11-20 1795171760";
        check("latest.log-20261120-1795171760", log, timed);
        check("proxy.log.1", "proxy.log.0", "number 1");
    }

    #[test]
    fn other_files_are_left_alone() {
        for name in [
            "latest.log",
            "latest.log.gz",
            "latest.log.old",
            "latest.log.x.1",
            "debug-1.log.gz",
            "debug.log.1",
            "2026-13-20-1.log.gz",
            "2026-11-20.log.gz",
            "2026-11-20-1.log.gz.tmp",
            "latest.log-20261320",
            "latest.log-é026112x",
        ] {
            check(name, "latest.log", "nothing");
        }
        check("proxy.log.0", "proxy.log.0", "nothing");
    }
}
