//! How often polls closed the sessions of a server whose plugin may still have known who was on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A number that grows with each loss. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct RosterLosses(Arc<AtomicU32>);

impl RosterLosses {
    /// Returns how many losses there have been since Oxeye started.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    /// Counts another one.
    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}
