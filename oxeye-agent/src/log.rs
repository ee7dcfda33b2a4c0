//! The grammar of server logs: bytes in, events out. No I/O, no clock.
//!
//! | module      | what it holds                                                          |
//! |-------------|------------------------------------------------------------------------|
//! | [`lines`]   | cuts bytes into lines of bounded length                                |
//! | `address`   | addresses as proxies print them, and traces of connections             |
//! | `codes`     | Minecraft's own codes for colours taken out of a text                   |
//! | `ansi`      | colours and cursor movements taken out of a line                       |
//! | `prefix`    | what docker, journald or a panel put before the server's own line      |
//! | `stamp`     | the dates and times that servers print                                 |
//! | `head`      | time, thread, level and logger before the message                      |
//! | `name`      | which words of a message can be a player                               |
//! | `grammar`   | what a message says, one file per family of servers                    |
//! | [`family`]  | which family a log is of                                               |
//! | [`concern`] | problems of a log that the user should know about                      |
//! | `recognition` | whether a log is understood at all                                    |
//! | `margin`    | the blanks between head and message                                    |
//! | [`pattern`] | the user's own patterns for unknown servers                            |
//! | [`roster`]  | weighs statements against who is on: one event per join and leave      |
//! | [`reader`]  | all of these together: a line in, at most one event out                |

mod address;
mod ansi;
mod codes;
pub mod concern;
pub mod event;
pub mod family;
mod grammar;
mod head;
pub mod lines;
mod margin;
mod name;
pub mod pattern;
mod prefix;
pub mod reader;
mod recognition;
pub mod roster;
mod stamp;

pub use concern::Concern;
pub use event::{LogEvent, PrintedTime};
pub use family::Family;
pub use pattern::Patterns;
pub use reader::{LogOptions, LogReader};
pub use roster::ReaderState;
