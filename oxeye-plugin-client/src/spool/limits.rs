//! How many events may wait, and how large the file gets.

use super::{Spool, Spooled, contents};

/// The file is rewritten when at least this many of its bytes are obsolete, and at least as many as
/// are needed. On average, each byte is then copied at most once.
pub(super) const REWRITE_BYTES: u64 = 16 * 1024;

/// How much may wait. Beyond these limits the oldest events are dropped, but never the newest one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpoolLimits {
    /// Maximum number of waiting events.
    pub max_events: usize,
    /// Maximum length of the waiting events as JSON, in bytes. The file may have twice as many, plus
    /// 16 KiB.
    pub max_bytes: u64,
}

impl Default for SpoolLimits {
    /// Returns limits that fit several days of joins and leaves of a busy server.
    fn default() -> Self {
        Self {
            max_events: 50_000,
            max_bytes: 16 * 1024 * 1024,
        }
    }
}

impl SpoolLimits {
    /// Returns limits for activity, which matters less than presence: those of a busy server's day.
    #[must_use]
    pub fn of_activity() -> Self {
        Self {
            max_events: 20_000,
            max_bytes: 4 * 1024 * 1024,
        }
    }
}

impl<E: Spooled> Spool<E> {
    /// Drops the oldest events beyond the limits. Their numbers are skipped, so the backend sees a gap.
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

    /// Rewrites the file if enough of it is obsolete. A failure only wastes space on the disk until the
    /// next attempt.
    pub(super) fn rewrite_when_worthwhile(&mut self) {
        let obsolete = self.file.len() - self.bytes;
        if obsolete >= self.bytes.max(REWRITE_BYTES) {
            let header = contents::header(self.epoch, self.first, self.source_number);
            let _ = self.file.rewrite(&header, self.bytes);
        }
    }
}
