//! Exponential backoff with full jitter: each wait is a random part of a time that doubles. Programs
//! that lost the same server at the same moment therefore do not all come back at the same moment.
//! See <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>.

use std::time::Duration;

use rand::Rng as _;

/// Returns the longest possible wait: `first`, doubled `doublings` times, but at most `longest`.
#[must_use]
pub fn ceiling(first: Duration, longest: Duration, doublings: u32) -> Duration {
    let factor = 2_u32.saturating_pow(doublings);
    first.saturating_mul(factor).min(longest)
}

/// Returns a random duration between zero and `ceiling`.
#[must_use]
pub fn random_part(ceiling: Duration) -> Duration {
    ceiling.mul_f64(rand::rng().random_range(0.0..=1.0))
}

/// The waits between attempts at one thing until it succeeds.
#[derive(Debug, Clone)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
    failures: u32,
}

impl Backoff {
    /// Starts without failures. The first wait is at most `first`, every later one at most `longest`.
    #[must_use]
    pub fn new(first: Duration, longest: Duration) -> Self {
        Self {
            first,
            longest,
            failures: 0,
        }
    }

    /// Returns how long to wait after another failure.
    pub fn next_wait(&mut self) -> Duration {
        let ceiling = ceiling(self.first, self.longest, self.failures);
        self.failures = self.failures.saturating_add(1);
        random_part(ceiling)
    }

    /// Starts over after a success.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: Duration = Duration::from_secs(1);
    const LONGEST: Duration = Duration::from_secs(60);

    #[test]
    fn the_ceiling_doubles_up_to_its_limit() {
        let seconds = |doublings| ceiling(FIRST, LONGEST, doublings).as_secs();

        let first: Vec<_> = (0..8).map(seconds).collect();
        assert_eq!(first, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(seconds(u32::MAX), 60);
    }

    #[test]
    fn a_wait_never_exceeds_its_ceiling() {
        for _ in 0..100 {
            assert!(random_part(LONGEST) <= LONGEST);
        }
        assert_eq!(random_part(Duration::ZERO), Duration::ZERO);
    }

    #[test]
    fn waits_start_over_after_a_success() {
        let mut backoff = Backoff::new(FIRST, LONGEST);
        for doublings in 0..8 {
            assert!(backoff.next_wait() <= ceiling(FIRST, LONGEST, doublings));
        }

        backoff.reset();

        assert!(backoff.next_wait() <= FIRST);
    }
}
