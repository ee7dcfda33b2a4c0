//! Limits how much a server may send. No I/O; the time is an argument.

use tokio::time::Instant;

/// The burst allowed. When a thousand players are kicked and come back, two thousand
/// notifications follow.
pub(super) const BURST: u32 = 4_000;

/// The sustained rate per second.
pub(super) const PER_SEC: u32 = 200;

/// A frame counts once for each of these, so that a few long ones count as many short ones do. A
/// thousand players fill 80 of them once a minute.
const BYTES_PER_UNIT: usize = 1024;

/// The remaining allowance of a server.
#[derive(Debug)]
pub(super) struct Budget {
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
    fn a_burst_is_let_through_and_an_endless_stream_is_not() {
        let start = Instant::now();
        let mut budget = Budget::new(start);

        assert!((0..BURST).all(|_| budget.take(100, start)));
        assert!(!budget.take(100, start));
    }

    #[test]
    fn what_comes_evenly_may_go_on_for_ever() {
        let start = Instant::now();
        let mut budget = Budget::new(start);
        let every = Duration::from_secs(1) / PER_SEC;

        assert!((0..20 * BURST).all(|n| budget.take(100, start + every * n)));
    }

    #[test]
    fn long_frames_count_as_many_short_ones() {
        let start = Instant::now();
        let mut budget = Budget::new(start);

        assert!((0..3).all(|_| budget.take(1024 * 1024, start)));
        assert!(!budget.take(1024 * 1024, start));
    }
}
