//! Follows a log file through rotation, truncation, replacement and restarts. Reading blocks but never
//! waits for new lines: callers poll.
//!
//! | module          | what it does                                                              |
//! |-----------------|---------------------------------------------------------------------------|
//! | `follower`      | polls one log                                                             |
//! | `checkpoint`    | how far a log was read, as stored on disk                                 |
//! | `history`       | reads what a log already contains when it is opened                       |
//! | `survey`        | finds the last boot in a file and counts the days in it                   |
//! | `archive`       | finds and reads the rotated logs beside a log                             |
//! | `log_file`      | one open file, and how far it was read                                    |
//! | `fingerprint`   | recognises a file under another name                                      |
//! | `reading`       | turns lines into events with times and into a roster                      |
//! | `log_time`      | works out when a line was written                                         |
//! | `days`          | counts the days in a log that prints only times of day                    |
//! | `zone`          | works out the time zone in which a server prints its times                |
//! | `stream`        | reads a log that is piped in                                              |

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

pub(crate) use self::checkpoint::Checkpoint;
pub(crate) use self::follower::Follower;
pub(crate) use self::stream::StreamFollower;
use crate::game_event::TimedEvent;
use crate::log::LogOptions;

/// Which log to follow, and how to read it.
#[derive(Debug, Clone)]
pub(crate) struct LogFileSettings {
    /// The file that the server writes to, such as `logs/latest.log`.
    pub(crate) path: PathBuf,
    /// How to read its lines.
    pub(crate) options: LogOptions,
    /// The time zone of the log; if it is not given, it is worked out.
    pub(crate) time_zone: Option<Tz>,
}

/// The result of opening a log.
#[derive(Debug)]
pub(crate) struct Opened {
    /// The events since the checkpoint, in order; empty without a checkpoint. [`Reading::roster`](reading::Reading::roster)
    /// says who is online and since when.
    pub(crate) events_since_checkpoint: Vec<TimedEvent>,
    /// Players who were online at the checkpoint and may or may not still be online, because the log
    /// does not continue from it and no boot was found. The roster no longer lists them; but nothing
    /// shows that they left, so another source may still list them.
    pub(crate) forgotten: Vec<PlayerName>,
    /// Whether reading continued exactly at the checkpoint. If not, events from before the last boot
    /// may be missing, and others were read before.
    pub(crate) resumed: bool,
}

/// Why a log file cannot be followed at the moment. The follower stays usable and continues once the
/// cause is gone. No message quotes the file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FollowError {
    /// The file has been missing for several polls: the server was never started, or the path is wrong.
    #[error("there is no log file at {}; it is read as soon as there is one", .path.display())]
    Missing {
        /// Where the file should be.
        path: PathBuf,
    },
    /// The path is that of a folder.
    #[error("{} is a directory; name the log file in it, such as latest.log", .path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
    },
    /// The path is that of a pipe, a device or a socket. Opening it could block forever.
    #[error("{} is not a regular file, so it cannot be followed as a log", .path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The file cannot be opened or read.
    #[error("cannot read the log file {}: {cause}", .path.display())]
    Unreadable {
        path: PathBuf,
        /// The error from the system.
        cause: io::Error,
    },
}
