//! How long answers took.

use std::time::Duration;

/// The duration of each of many answers, in no particular order.
#[derive(Debug, Default)]
pub struct Latencies(Vec<Duration>);

impl Latencies {
    /// Adds one latency.
    pub fn push(&mut self, latency: Duration) {
        self.0.push(latency);
    }

    /// Adds those of another run.
    pub(super) fn append(&mut self, mut others: Self) {
        self.0.append(&mut others.0);
    }

    /// Returns the number of answers.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Returns the latency that this share of the answers did not exceed; zero if there are none.
    pub fn quantile(&mut self, thousandths: usize) -> Duration {
        self.0.sort_unstable();
        let last = self.0.len().saturating_sub(1);
        self.0
            .get(last * thousandths / 1000)
            .copied()
            .unwrap_or_default()
    }

    /// Returns the longest latency.
    pub fn max(&self) -> Duration {
        self.0.iter().max().copied().unwrap_or_default()
    }
}
