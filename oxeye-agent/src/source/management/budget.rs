//! Limits how much a server may send. No I/O; the time is an argument.

use tokio::time::Instant;

/// The largest burst of units. When a thousand players are kicked and come back, two thousand
/// notifications follow.
pub(super) const BURST: u32 = 4_000;

/// The sustained rate, in units per second.
pub(super) const PER_SEC: u32 = 200;

/// The bytes in a frame that count as a further unit, so that a few long frames count like many short
/// ones. A roster of a thousand players counts as 80 units, once a minute.
const BYTES_PER_UNIT: usize = 1024;

/// The remaining allowance of a server.
#[derive(Debug)]
pub(super) struct Budget {
    /// The units left at `counted_at`.
    left: f64,
    counted_at: Instant,
}

impl Budget {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            left: f64::from(BURST),
            counted_at: now,
        }
    }

    /// Counts a frame. Returns `false` if the server has exceeded its allowance.
    #[must_use]
    pub(super) fn take(&mut self, frame_bytes: usize, now: Instant) -> bool {
        let gained = now.saturating_duration_since(self.counted_at).as_secs_f64();
        self.counted_at = now;
        let units = 1 + frame_bytes / BYTES_PER_UNIT;
        let left = self.left + gained * f64::from(PER_SEC);
        self.left = left.min(f64::from(BURST)) - units as f64;
        self.left >= 0.0
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_is_allowed_but_an_endless_stream_is_not() {
        let start = Instant::now();
        let mut budget = Budget::new(start);

        assert!((0..BURST).all(|_| budget.take(100, start)));
        assert!(!budget.take(100, start));
    }

    #[test]
    fn a_steady_rate_is_allowed_forever() {
        let start = Instant::now();
        let mut budget = Budget::new(start);
        let every = Duration::from_secs(1) / PER_SEC;

        assert!((0..20 * BURST).all(|n| budget.take(100, start + every * n)));
    }

    #[test]
    fn long_frames_count_like_many_short_ones() {
        let start = Instant::now();
        let mut budget = Budget::new(start);

        assert!((0..3).all(|_| budget.take(1024 * 1024, start)));
        assert!(!budget.take(1024 * 1024, start));
    }
}
