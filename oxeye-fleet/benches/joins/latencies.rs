//! The durations of many operations.

use std::time::Duration;

/// The durations of all operations.
#[derive(Debug, Default)]
pub(crate) struct Latencies {
    all: Vec<Duration>,
}

impl Latencies {
    pub(crate) fn add(&mut self, latency: Duration) {
        self.all.push(latency);
    }

    pub(crate) fn count(&self) -> usize {
        self.all.len()
    }

    /// Returns the duration that `percent` of them did not exceed; zero if there are none.
    pub(crate) fn percentile(&self, percent: f64) -> Duration {
        let mut all = self.all.clone();
        all.sort_unstable();
        let place = (all.len() as f64 * percent / 100.0).ceil() as usize;
        all.get(place.saturating_sub(1))
            .copied()
            .unwrap_or_default()
    }
}
