//! The names of rotated logs.
//!
//! | name                  | given by                                                      |
//! |-----------------------|---------------------------------------------------------------|
//! | `2026-11-20-1.log.gz` | log4j, with the day of the first line                         |
//! | `NAME.1`, `NAME.2.gz` | logrotate and similar tools; higher numbers are older         |
//! | `NAME-20261120.gz`    | logrotate, with the day of the rotation                       |
//! | `proxy.log.1`         | BungeeCord, which writes to `proxy.log.0`                     |

use std::cmp::Reverse;

use chrono::NaiveDate;

/// The parts of an archive's name that matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) order: Order,
    pub(super) compressed: bool,
}

/// The sort key within one naming scheme; newer archives sort first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order {
    /// The day of the first line, and a number.
    Log4j(Reverse<(NaiveDate, u32)>),
    Numbered(u32),
    /// The day of the rotation, and the time or zero.
    Dated(Reverse<(NaiveDate, u64)>),
}

impl Order {
    pub(super) fn first_day(self) -> Option<NaiveDate> {
        match self {
            Self::Log4j(Reverse((day, _))) => Some(day),
            Self::Numbered(_) | Self::Dated(_) => None,
        }
    }

    /// Whether both belong to the same naming scheme.
    pub(super) fn has_same_scheme(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }
}

impl Name {
    /// Reads the name of a file beside the log `of`. Returns `None` if it is not one of its archives.
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
    // The log that BungeeCord writes to has a number as well, the lowest.
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
    dated(rest.strip_prefix(['-', '.'])?)
}

/// Reads `20261120` or `2026-11-20`, which `-1795171760` may follow.
fn dated(text: &str) -> Option<Order> {
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
    Some(Order::Dated(Reverse((day, time))))
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
                Order::Dated(Reverse((day, time))) => format!("rotated {day} {time}"),
            };
            order + if name.compressed { " compressed" } else { "" }
        });
        assert_eq!(read.as_deref().unwrap_or("nothing"), expected, "{name}");
    }

    #[test]
    fn rotated_logs_are_recognised_by_their_names() {
        let log = "latest.log";
        check("2026-11-20-1.log.gz", log, "2026-11-20 1 compressed");
        check("2026-11-20-12.log.gz", log, "2026-11-20 12 compressed");
        check("2026-11-20-2.log", log, "2026-11-20 2");
        check("latest.log.1", log, "number 1");
        check("latest.log.12.gz", log, "number 12 compressed");
        check(
            "latest.log-20261120.gz",
            log,
            "rotated 2026-11-20 0 compressed",
        );
        check("latest.log-2026-11-20", log, "rotated 2026-11-20 0");
        let timed = "rotated 2026-11-20 1795171760";
        check("latest.log-20261120-1795171760", log, timed);
        check("proxy.log.1", "proxy.log.0", "number 1");
    }

    #[test]
    fn other_files_are_ignored() {
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
