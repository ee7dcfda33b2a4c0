//! How much may wait, and how large the file gets.

use super::{Spool, contents};

/// The file is rewritten when at least this much of it is no longer needed, and at least as much as
/// is needed: then each byte is copied once at most, on average.
pub(super) const REWRITE_BYTES: u64 = 16 * 1024;

/// How much may wait. Beyond it the oldest events are dropped; the newest always stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpoolLimits {
    /// Events that wait.
    pub max_events: usize,
    /// Bytes of the events that wait, as JSON. The file may have twice as many and 16 KiB.
    pub max_bytes: u64,
}

impl Default for SpoolLimits {
    /// A busy server's joins and leaves of several days.
    fn default() -> Self {
        Self {
            max_events: 50_000,
            max_bytes: 16 * 1024 * 1024,
        }
    }
}

impl Spool {
    /// Its number is skipped, so the backend sees a gap.
    pub(super) fn drop_oldest(&mut self) {
        let waiting_before = self.waiting.len();
        while self.waiting.len() > 1
            && (self.waiting.len() > self.limits.max_events || self.bytes > self.limits.max_bytes)
        {
            self.forget(1);
            self.dropped += 1;
        }
        if self.waiting.len() < waiting_before {
            self.rewrite_when_worthwhile();
        }
    }

    /// A failure costs only room on the disk; the next time tries again.
    pub(super) fn rewrite_when_worthwhile(&mut self) {
        let unneeded = self.file.len() - self.bytes;
        if unneeded >= self.bytes.max(REWRITE_BYTES) {
            let header = contents::header(self.epoch, self.first);
            let _ = self.file.rewrite(&header, self.bytes);
        }
    }
}
