//! A log file followed through rotation, truncation, replacement and restart. It blocks while it
//! reads and never waits: who uses it polls.
//!
//! | module          | what it holds                                                             |
//! |-----------------|---------------------------------------------------------------------------|
//! | `follower`      | one log, polled                                                           |
//! | `checkpoint`    | how far a log was read, to be kept on disk                                |
//! | `history`       | what a log tells when we come to it: from where we left it, or a boot     |
//! | `survey`        | where the last boot is in a file, and how many days pass in it            |
//! | `archive`       | the rotated logs beside a log                                             |
//! | `log_file`      | one open file, and how far it was read                                    |
//! | `fingerprint`   | how a file is known again by what is in it                                |
//! | `identity`      | by what the system knows a file, under whatever name                      |
//! | `reading`       | lines become what happened, when, and who is on by it                     |
//! | `log_time`      | when a line was written                                                   |
//! | `days`          | days that pass while only times of day are printed                        |
//! | `zone`          | the zone in which a server prints its times                               |
//! | `stream`        | a log that is piped in                                                    |
//! | `error`         | why a log cannot be followed                                              |

mod archive;
mod checkpoint;
mod days;
mod error;
mod fingerprint;
mod follower;
mod history;
mod identity;
mod log_file;
mod log_time;
mod reading;
mod stream;
mod survey;
mod zone;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use chrono_tz::Tz;
use oxeye_plugin_proto::PlayerName;

pub use self::{
    checkpoint::Checkpoint, error::FollowError, follower::Follower, stream::StreamFollower,
};

use crate::{happening::Seen, log::LogOptions};

/// Which log is followed, and how it is read.
#[derive(Debug, Clone)]
pub struct LogFileSettings {
    /// The file that the server writes to, such as `logs/latest.log`.
    pub path: PathBuf,
    /// How its lines are to be read.
    pub options: LogOptions,
    /// The zone of the times in it. Without it, that is found out.
    pub time_zone: Option<Tz>,
}

/// What a log told when it was opened.
#[derive(Debug)]
pub struct Opened {
    /// What happened since the checkpoint was taken, at its own times and in order. Without a
    /// checkpoint nothing: [`Follower::presence`] tells who is on and since when.
    pub seen_since_checkpoint: Vec<Seen>,
    /// Those who were on at the checkpoint and of whom nobody knows whether they still are, because
    /// nothing leads on from it and no boot was read. They are not on any more by this log; but it
    /// did not say that they left, so another source may still have them.
    pub forgotten: Vec<PlayerName>,
    /// Reading went on exactly where the checkpoint was taken. Otherwise what was before the last
    /// boot may be missing.
    pub resumed: bool,
}
