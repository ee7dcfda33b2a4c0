//! Follows a log file through rotation, truncation, replacement and restart. It blocks while it reads
//! and never waits: callers poll it.
//!
//! | module          | what it holds                                                             |
//! |-----------------|---------------------------------------------------------------------------|
//! | `follower`      | one log, polled                                                           |
//! | `checkpoint`    | how far a log was read, stored on disk                                    |
//! | `history`       | reads a log back: from where we left it, or from its last boot            |
//! | `survey`        | where the last boot is in a file, and how many days pass in it            |
//! | `archive`       | the rotated logs beside a log                                             |
//! | `log_file`      | one open file, and how far it was read                                    |
//! | `fingerprint`   | how a file is recognised under another name                               |
//! | `reading`       | turns lines into events with times, and into a roster                     |
//! | `log_time`      | when a line was written                                                   |
//! | `days`          | days that pass while only times of day are printed                        |
//! | `zone`          | the zone in which a server prints its times                               |
//! | `stream`        | a log that is piped in                                                    |

mod archive;
mod checkpoint;
mod days;
mod fingerprint;
mod follower;
mod history;
mod log_file;
mod log_time;
mod reading;
mod stream;
mod survey;
mod zone;

#[cfg(test)]
mod tests;

use std::io;
use std::path::PathBuf;

use chrono_tz::Tz;
use oxeye_plugin_proto::PlayerName;

pub use self::{checkpoint::Checkpoint, follower::Follower, stream::StreamFollower};
use crate::{game_event::TimedEvent, log::LogOptions};

/// Which log is followed, and how it is read.
#[derive(Debug, Clone)]
pub struct LogFileSettings {
    /// The file that the server writes to, such as `logs/latest.log`.
    pub path: PathBuf,
    /// How its lines are to be read.
    pub options: LogOptions,
    /// The time zone of the log. Without it, the zone is worked out.
    pub time_zone: Option<Tz>,
}

/// The result of opening a log.
#[derive(Debug)]
pub struct Opened {
    /// The events since the checkpoint, in order. Empty without a checkpoint: [`Follower::roster`]
    /// holds who is on and since when.
    pub events_since_checkpoint: Vec<TimedEvent>,
    /// Players who were on at the checkpoint and of whom it is not known whether they still are,
    /// because the log does not continue from it and no boot was read. This log does not list them
    /// any more; but it did not report that they left, so another source may still list them.
    pub forgotten: Vec<PlayerName>,
    /// Whether reading continued exactly at the checkpoint. Otherwise, events before the last boot
    /// may be missing.
    pub resumed: bool,
}

/// Why a log file cannot be followed at the moment. The follower stays usable: it continues once the
/// cause is gone. No message repeats anything from the file.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// There has been no such file for some polls: the server was never started, or the path is
    /// wrong.
    #[error("there is no log file at {}; it is read as soon as there is one", .path.display())]
    Missing {
        /// Where the file should be.
        path: PathBuf,
    },
    /// Somebody named the folder instead of the file in it.
    #[error("{} is a directory; name the log file in it, such as latest.log", .path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
    },
    /// A pipe, a device, a socket: opening it could block for ever.
    #[error("{} is not a regular file, so it cannot be followed as a log", .path.display())]
    NotAFile {
        /// What is there.
        path: PathBuf,
    },
    /// The system refuses to open or read the file.
    #[error("cannot read the log file {}: {cause}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
}
