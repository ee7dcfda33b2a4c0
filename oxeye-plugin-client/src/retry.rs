//! Which failures to retry, and how long to wait before each retry.

use std::time::Duration;

use oxeye_process::backoff;
use reqwest::StatusCode;

/// How often a client tries, and how long it waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Maximum number of attempts, including the first. 0 counts as 1.
    pub tries: u32,
    /// Longest wait before the first retry. It doubles with each retry.
    pub first_wait: Duration,
    /// Limit of the doubling.
    pub longest_wait: Duration,
    /// Longest `Retry-After` that the client waits for. With a longer one, it gives up at once.
    pub longest_retry_after: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            tries: 5,
            first_wait: Duration::from_millis(250),
            longest_wait: Duration::from_secs(10),
            longest_retry_after: Duration::from_secs(60),
        }
    }
}

impl RetryPolicy {
    /// Returns a policy of a single attempt, for tests and for callers that retry themselves.
    #[must_use]
    pub fn never() -> Self {
        Self {
            tries: 1,
            ..Self::default()
        }
    }

    /// Returns how long to wait after `sent` failed attempts, or `None` to give up. `part_of` returns
    /// a random part of a duration.
    fn wait_after(
        &self,
        sent: u32,
        retry_after: Option<Duration>,
        part_of: impl FnOnce(Duration) -> Duration,
    ) -> Option<Duration> {
        let asked_for = retry_after.unwrap_or_default();
        if sent >= self.tries || asked_for > self.longest_retry_after {
            return None;
        }
        let doublings = sent.saturating_sub(1);
        let ceiling = backoff::ceiling(self.first_wait, self.longest_wait, doublings);
        Some(asked_for + part_of(ceiling))
    }
}

/// When a request may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// After any failure, since the request is idempotent.
    Always,
    /// Only after a failure which proves that the request was not handled.
    OnlyIfNotHandled,
}

impl Repeat {
    /// Returns whether the request may be repeated after an answer with this status.
    pub(crate) fn allowed_after_status(self, status: StatusCode) -> bool {
        let turned_away = matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
        );
        let may_pass = status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT;
        turned_away || (self == Self::Always && may_pass)
    }

    /// Returns whether the request may be repeated when there was no answer.
    pub(crate) fn allowed_after_error(self, error: &reqwest::Error) -> bool {
        error.is_connect() || (self == Self::Always && !error.is_builder())
    }
}

/// Waits according to a policy.
#[derive(Debug, Clone)]
pub(crate) struct RetryPlan {
    policy: RetryPolicy,
    #[cfg(test)]
    pub(crate) waited: std::sync::Arc<std::sync::Mutex<Vec<Duration>>>,
}

impl RetryPlan {
    pub(crate) fn new(policy: RetryPolicy) -> Self {
        Self {
            policy,
            #[cfg(test)]
            waited: std::sync::Arc::default(),
        }
    }

    /// Waits until the request may be repeated, and returns whether it may.
    pub(crate) async fn wait(&self, sent: u32, retry_after: Option<Duration>) -> bool {
        let part_of = backoff::random_part;
        let Some(wait) = self.policy.wait_after(sent, retry_after, part_of) else {
            return false;
        };
        self.pause(wait).await;
        true
    }

    #[cfg(not(test))]
    async fn pause(&self, wait: Duration) {
        tokio::time::sleep(wait).await;
    }

    /// Records the wait instead of waiting.
    #[cfg(test)]
    async fn pause(&self, wait: Duration) {
        self.waited
            .lock()
            .expect("no test panics while it holds the list")
            .push(wait);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn none(_: Duration) -> Duration {
        Duration::ZERO
    }

    fn all(ceiling: Duration) -> Duration {
        ceiling
    }

    #[test]
    fn waits_double_up_to_a_limit_until_the_client_gives_up() {
        let policy = RetryPolicy {
            tries: 8,
            ..RetryPolicy::default()
        };
        let millis = |sent| {
            policy
                .wait_after(sent, None, all)
                .map(|wait| wait.as_millis())
        };

        assert_eq!(
            (1..=8).map(millis).collect::<Vec<_>>(),
            [
                Some(250),
                Some(500),
                Some(1000),
                Some(2000),
                Some(4000),
                Some(8000),
                Some(10_000),
                None
            ]
        );
    }

    #[test]
    fn a_wait_is_a_random_part_of_its_limit() {
        let policy = RetryPolicy::default();

        assert_eq!(policy.wait_after(3, None, none), Some(Duration::ZERO));
        assert_eq!(
            policy.wait_after(3, None, |ceiling| ceiling / 2),
            Some(Duration::from_millis(500))
        );
    }

    #[test]
    fn a_wait_is_never_shorter_than_retry_after() {
        let policy = RetryPolicy::default();
        let wait = |seconds, part_of: fn(Duration) -> Duration| {
            policy.wait_after(1, Some(Duration::from_secs(seconds)), part_of)
        };

        assert_eq!(wait(7, none), Some(Duration::from_secs(7)));
        assert_eq!(wait(7, all), Some(Duration::from_millis(7250)));
        assert_eq!(
            wait(61, none),
            None,
            "the caller decides what to do in the meantime"
        );
    }

    #[test]
    fn a_single_attempt_means_no_retry() {
        assert_eq!(RetryPolicy::never().wait_after(1, None, all), None);
    }

    #[test]
    fn a_link_code_that_may_have_been_used_is_not_sent_again() {
        let after = |status| Repeat::OnlyIfNotHandled.allowed_after_status(status);

        assert!(after(StatusCode::TOO_MANY_REQUESTS));
        assert!(after(StatusCode::SERVICE_UNAVAILABLE));
        assert!(!after(StatusCode::INTERNAL_SERVER_ERROR));
    }
}
