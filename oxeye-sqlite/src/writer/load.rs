//! Counters that tell operators how busy the writer is.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// How busy the writer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriterLoad {
    /// Number of waiting jobs.
    pub waiting: usize,
    /// Number of jobs that may wait before callers are refused.
    pub limit: usize,
    /// Number of transactions committed since the start.
    pub commits: u64,
    /// Number of jobs in those transactions.
    pub jobs: u64,
    /// Time that the last commit took to reach the disk.
    pub last_commit: Duration,
    /// Time that the slowest commit took.
    pub slowest_commit: Duration,
    /// Whether the last write failed and none has succeeded since.
    pub is_failing: bool,
}

/// Counters that the writer's thread changes and any thread may read.
#[derive(Debug, Default)]
pub(super) struct Load {
    commits: AtomicU64,
    jobs: AtomicU64,
    last_nanos: AtomicU64,
    slowest_nanos: AtomicU64,
    is_failing: AtomicBool,
}

impl Load {
    pub(super) fn committed(&self, jobs: usize, took: Duration) {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.jobs.fetch_add(jobs as u64, Ordering::Relaxed);
        self.last_nanos.store(nanos, Ordering::Relaxed);
        self.slowest_nanos.fetch_max(nanos, Ordering::Relaxed);
    }

    pub(super) fn set_failing(&self, is_failing: bool) {
        self.is_failing.store(is_failing, Ordering::Relaxed);
    }

    pub(super) fn now(&self, waiting: usize) -> WriterLoad {
        WriterLoad {
            waiting,
            limit: super::QUEUE_CAPACITY,
            commits: self.commits.load(Ordering::Relaxed),
            jobs: self.jobs.load(Ordering::Relaxed),
            last_commit: Duration::from_nanos(self.last_nanos.load(Ordering::Relaxed)),
            is_failing: self.is_failing.load(Ordering::Relaxed),
            slowest_commit: Duration::from_nanos(self.slowest_nanos.load(Ordering::Relaxed)),
        }
    }
}
