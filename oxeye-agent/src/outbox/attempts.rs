//! When the next delivery is attempted after others have failed.

use std::time::Duration;

use oxeye_plugin_client::{ClientError, DeliveryError};
use oxeye_process::backoff;
use tokio::time::{Instant, sleep_until};

/// The longest wait after a first failure.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The longest wait that a backend, or whatever answers at its address, may ask for.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(10 * 60);

/// How long to wait before another attempt if the backend does not take such events at all.
const UNSUPPORTED_WAIT: Duration = Duration::from_secs(60 * 60);

/// The failures since the backend last accepted everything, and when to try again.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    /// Failed deliveries in a row.
    failures: u32,
    next: Option<Instant>,
}

impl Attempts {
    /// Whether the last delivery failed.
    pub(super) fn have_failed(&self) -> bool {
        self.failures > 0
    }

    /// Whether it is too early for another attempt.
    pub(super) fn must_wait(&self) -> bool {
        self.next.is_some_and(|at| at > Instant::now())
    }

    /// Waits until another attempt is due.
    pub(super) async fn wait_for_next(&self) {
        if let Some(next) = self.next {
            sleep_until(next).await;
        }
    }

    /// Notes a failure. The wait grows with each one.
    pub(super) fn failed(&mut self, retry_after: Duration) {
        self.failures = self.failures.saturating_add(1);
        self.next = Some(Instant::now() + wait(self.failures, retry_after));
    }

    /// Notes that the backend does not take such events at all.
    pub(super) fn wait_long(&mut self) {
        self.failures = self.failures.saturating_add(1);
        self.next = Some(Instant::now() + UNSUPPORTED_WAIT);
    }

    /// Lets the waits start over, because the backend has accepted something.
    pub(super) fn forget_failures(&mut self) {
        self.failures = 0;
    }
}

/// Returns how long the backend asked to wait.
pub(super) fn retry_after(error: &DeliveryError) -> Duration {
    match error {
        DeliveryError::Client(ClientError::Refused { retry_after, .. }) => {
            retry_after.unwrap_or_default()
        }
        _ => Duration::ZERO,
    }
}

/// Returns how long to wait after that many failures in a row, which is at least what the backend asked
/// for.
fn wait(failures: u32, retry_after: Duration) -> Duration {
    let ceiling = backoff::ceiling(FIRST_WAIT, LONGEST_WAIT, failures - 1);
    let retry_after = retry_after.min(LONGEST_RETRY_AFTER);
    retry_after.max(backoff::random_part(ceiling))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_at_least_what_the_backend_asked_for_within_limits() {
        let asked = Duration::from_secs(90);
        assert_eq!(wait(1, asked), asked);
        assert_eq!(
            wait(1, Duration::from_secs(100_000_000)),
            LONGEST_RETRY_AFTER
        );
        assert!(wait(u32::MAX, Duration::ZERO) <= LONGEST_WAIT);
    }
}
