//! The event in a line of a log, with the time that the line prints.

use chrono::{NaiveDate, NaiveTime};
use compact_str::CompactString;
use oxeye_plugin_proto::UnixSeconds;

use crate::game_event::GameEvent;

/// One line's event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEvent {
    /// What happened.
    pub what: GameEvent,
    /// The time that the line prints, if it prints one.
    pub time: Option<PrintedTime>,
}

/// A time as a log prints it: mostly without a date, and in the time zone of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedTime {
    /// The time as printed, converted to a 24-hour clock with colons.
    pub text: CompactString,
    /// The date, if the line prints an unambiguous one.
    pub date: Option<NaiveDate>,
    /// The time of day.
    pub time: NaiveTime,
    /// The exact time, if something around the log printed it with a time zone, as
    /// `docker logs -t` does.
    pub instant: Option<UnixSeconds>,
}
