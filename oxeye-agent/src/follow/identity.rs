//! By what the system knows a file, under whatever name.

use std::fs::Metadata;

use serde::{Deserialize, Serialize};

/// Device and inode. Two files that exist at once have different ones; a file that is renamed keeps
/// its own, one that is copied or compressed does not. Some network drives make them up as they go, so
/// a difference alone proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Identity(u64, u64);

impl Identity {
    #[cfg(unix)]
    pub(super) fn of(metadata: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        Some(Self(metadata.dev(), metadata.ino()))
    }

    /// Nothing here tells files apart reliably, not even the time of creation.
    #[cfg(not(unix))]
    pub(super) fn of(_: &Metadata) -> Option<Self> {
        None
    }
}
