//! How busy the writer is, for operators.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// How busy the writer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriterLoad {
    /// Jobs that wait now.
    pub waiting: usize,
    /// How many may wait before callers are refused.
    pub limit: usize,
    /// Transactions committed since the start.
    pub commits: u64,
    /// Jobs in them.
    pub jobs: u64,
    /// How long the last commit took to reach the disk.
    pub last_commit: Duration,
    /// How long the slowest did.
    pub slowest_commit: Duration,
    /// The last write failed, and none has succeeded since.
    pub is_in_doubt: bool,
}

/// Counted by the writer's thread, read by any.
#[derive(Debug, Default)]
pub(super) struct Load {
    commits: AtomicU64,
    jobs: AtomicU64,
    last_nanos: AtomicU64,
    slowest_nanos: AtomicU64,
    in_doubt: AtomicBool,
}

impl Load {
    pub(super) fn committed(&self, jobs: usize, took: Duration) {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.jobs.fetch_add(jobs as u64, Ordering::Relaxed);
        self.last_nanos.store(nanos, Ordering::Relaxed);
        self.slowest_nanos.fetch_max(nanos, Ordering::Relaxed);
    }

    pub(super) fn in_doubt(&self, is_in_doubt: bool) {
        self.in_doubt.store(is_in_doubt, Ordering::Relaxed);
    }

    pub(super) fn now(&self, waiting: usize) -> WriterLoad {
        WriterLoad {
            waiting,
            limit: super::QUEUE,
            commits: self.commits.load(Ordering::Relaxed),
            jobs: self.jobs.load(Ordering::Relaxed),
            last_commit: Duration::from_nanos(self.last_nanos.load(Ordering::Relaxed)),
            is_in_doubt: self.in_doubt.load(Ordering::Relaxed),
            slowest_commit: Duration::from_nanos(self.slowest_nanos.load(Ordering::Relaxed)),
        }
    }
}
