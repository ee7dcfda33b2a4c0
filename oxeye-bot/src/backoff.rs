//! How long to wait before the next try: exponential with full jitter, so that many bots that lost
//! Discord at the same moment do not come back at the same moment.

use std::time::Duration;

/// Waits that double up to a limit.
#[derive(Debug, Clone)]
pub(crate) struct Backoff {
    ceiling: Duration,
    first: Duration,
    limit: Duration,
}

impl Backoff {
    /// The first wait is at most `first`, a later one at most `limit`.
    pub(crate) fn new(first: Duration, limit: Duration) -> Self {
        Self {
            ceiling: first,
            first,
            limit,
        }
    }

    /// The next wait: anything between nothing and the ceiling, which then doubles.
    pub(crate) fn next_wait(&mut self) -> Duration {
        let wait = self.ceiling.mul_f64(rand::random::<f64>());
        self.ceiling = (self.ceiling * 2).min(self.limit);
        wait
    }

    /// All is well again.
    pub(crate) fn reset(&mut self) {
        self.ceiling = self.first;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_the_limit_and_start_over() {
        let seconds = Duration::from_secs;
        let mut backoff = Backoff::new(seconds(1), seconds(60));
        for ceiling in [1, 2, 4, 8, 16, 32, 60, 60] {
            assert_eq!(backoff.ceiling, seconds(ceiling));
            assert!(backoff.next_wait() <= seconds(ceiling));
        }
        backoff.reset();
        assert!(backoff.next_wait() <= seconds(1));
    }
}
