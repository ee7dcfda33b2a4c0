//! What a line of a log gave, and when it says that it happened.

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
    /// As printed; with the 24 hours of a day, where it was printed with twelve or with other signs.
    pub text: CompactString,
    /// The day, if the line prints it in a way that can be read only one way.
    pub date: Option<NaiveDate>,
    /// The time of day.
    pub time: NaiveTime,
    /// The exact time, if something around the log printed it with a time zone, as
    /// `docker logs -t` does.
    pub instant: Option<UnixSeconds>,
}
