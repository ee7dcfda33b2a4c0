//! Why a log file cannot be followed.

use std::{io, path::PathBuf};

/// The file cannot be followed just now. The follower stays usable: it goes on by itself once the
/// cause is gone. No sentence repeats anything out of the file.
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
