//! Reads lines of server logs: bytes in, events out. No I/O, no clock.
//!
//! | module        | what it does                                                             |
//! |---------------|--------------------------------------------------------------------------|
//! | [`lines`]     | cuts bytes into lines of bounded length                                  |
//! | `reader`      | reads a line, with the help of all modules below                         |
//! | `formatting`  | removes colours and cursor movements                                      |
//! | `prefix`      | removes what docker, journald or a panel put before a line               |
//! | `regular`     | decides whether lines have the prefix of a program, or imitate it in chat |
//! | `head`        | reads the time, thread, level and logger before the message              |
//! | `stamp`       | reads dates and times                                                    |
//! | `margin`      | counts the spaces between head and message                               |
//! | `separator`   | recognises a sign between head and message                               |
//! | `grammar`     | decides what a message means, in one file per family of servers          |
//! | `name`        | decides which words of a message can be a player's name                  |
//! | `address`     | recognises addresses, and distinguishes connections without storing them |
//! | `pattern`     | matches the user's own patterns                                          |
//! | `roster`      | compares statements with who is online: one event per join and leave     |
//! | `recognition` | decides whether a log is understood                                      |
//! | `activity`    | reads what players did: deaths, advancements, chat                       |
//! | `concern`     | explains problems with a log to the user                                 |
//! | `family`      | the families of servers and their names                                  |

mod about;
mod activity;
mod address;
mod concern;
mod family;
mod formatting;
mod grammar;
mod head;
pub mod lines;
mod margin;
mod name;
mod pattern;
mod prefix;
mod reader;
mod recognition;
mod regular;
mod roster;
mod separator;
mod stamp;

use chrono::{NaiveDate, NaiveTime};
use compact_str::CompactString;
use oxeye_plugin_proto::UnixSeconds;

pub(crate) use self::about::KindOfServer;
pub use self::activity::{ActivityKinds, UnknownActivity};
pub(crate) use self::activity::{ActivityOptions, ActivityPatterns};
pub use self::concern::Concern;
pub use self::family::{Family, UnknownFamily};
pub(crate) use self::pattern::Patterns;
pub use self::reader::{LogOptions, LogReader};
pub use self::roster::ReaderState;
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
