//! What can go wrong between a plugin and its spool.

use std::{io, path::PathBuf};

/// Why an operation on the spool failed.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// The file cannot be read or written, for example because the disk is full or read-only, or
    /// because the folder is missing.
    #[error(
        "the file {} for waiting events cannot be used; check its folder, its owner and the free space on the disk",
        path.display()
    )]
    Disk {
        /// The spool's file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
    /// Another process uses the spool. Two processes would give the same number to different events.
    #[error(
        "the file {} for waiting events is in use by another process; each process needs its own",
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
