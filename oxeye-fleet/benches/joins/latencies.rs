//! How long many things took.

use std::time::Duration;

/// How long each of them took.
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

    /// Returns what so many percent did not exceed; zero without any.
    pub(crate) fn percentile(&self, percent: f64) -> Duration {
        let mut all = self.all.clone();
        all.sort_unstable();
        let place = (all.len() as f64 * percent / 100.0).ceil() as usize;
        all.get(place.saturating_sub(1))
            .copied()
            .unwrap_or_default()
    }
}
