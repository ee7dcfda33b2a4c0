//! The event in a line of a log, with the time printed in the line.

use chrono::{NaiveDate, NaiveTime};
use compact_str::CompactString;
use oxeye_plugin_proto::UnixSeconds;

use crate::game_event::GameEvent;

/// The event in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEvent {
    /// What happened.
    pub what: GameEvent,
    /// The time printed in the line, if there is one.
    pub time: Option<PrintedTime>,
}

/// A time as printed in a log: usually without a date, and in the server's time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedTime {
    /// The time as printed, converted to a 24-hour clock with colons.
    pub text: CompactString,
    /// The date, if an unambiguous one is printed.
    pub date: Option<NaiveDate>,
    /// The time of day.
    pub time: NaiveTime,
    /// The exact time, if it was printed with a time zone by something that wraps the log, such as
    /// `docker logs -t`.
    pub instant: Option<UnixSeconds>,
}
