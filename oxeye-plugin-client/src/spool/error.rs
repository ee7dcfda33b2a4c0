//! What can go wrong between a plugin and its spool.

use std::{io, path::PathBuf};

/// Why the spool could not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// The file cannot be read or written: a full disk, a read-only one, a missing folder.
    #[error(
        "the file {} for events that wait cannot be used; check its folder, its owner and the room on the disk",
        path.display()
    )]
    Disk {
        /// The spool's file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Two processes with one spool would give one number to two events.
    #[error(
        "the file {} for events that wait is used by another process; give each its own",
        path.display()
    )]
    InUse {
        /// The spool's file.
        path: PathBuf,
    },
    /// No backend could read the event.
    #[error("the event cannot be sent: {0}")]
    Unsendable(String),
}
