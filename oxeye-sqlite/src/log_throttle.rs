//! Limits how often a repeated problem is logged, and counts what was left out.

use std::time::{Duration, Instant};

/// Minimum time between two log lines about the same problem.
const MIN_INTERVAL: Duration = Duration::from_secs(10);

/// Counts what happens between two log lines.
#[derive(Debug, Default)]
pub struct LogThrottle {
    unlogged: u64,
    logged_at: Option<Instant>,
}

impl LogThrottle {
    /// Counts `times` more occurrences. Returns the number of occurrences since the last log line if
    /// another line is due.
    pub fn count(&mut self, times: u64, now: Instant) -> Option<u64> {
        self.unlogged += times;
        let is_too_early = |logged_at| now.saturating_duration_since(logged_at) < MIN_INTERVAL;
        if self.logged_at.is_some_and(is_too_early) {
            return None;
        }
        self.logged_at = Some(now);
        Some(std::mem::take(&mut self.unlogged))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_counted_and_logged_occasionally() {
        let mut flood = LogThrottle::default();
        let start = Instant::now();

        assert_eq!(flood.count(1, start), Some(1));
        for _ in 0..500 {
            assert_eq!(flood.count(1, start + Duration::from_secs(9)), None);
        }
        assert_eq!(flood.count(2, start + MIN_INTERVAL), Some(502));
        assert_eq!(flood.count(1, start), None);
    }
}
