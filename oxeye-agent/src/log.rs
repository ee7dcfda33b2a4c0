//! The grammar of server logs: bytes in, happenings out. No I/O, no clock.
//!
//! | module    | what it holds                                              |
//! |-----------|------------------------------------------------------------|
//! | [`lines`] | bytes become lines of bounded length                       |

pub mod lines;
pub mod reader;

pub use reader::{LogEvent, LogOptions, LogReader, PrintedTime, ReaderState};
