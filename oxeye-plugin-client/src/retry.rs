//! Which failures pass, and how long to wait for that.

use std::time::Duration;

use oxeye_process::backoff;
use reqwest::StatusCode;

/// How often and how long a client tries. The tries include the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    /// At most this many requests are sent; 0 counts as 1.
    pub tries: u32,
    /// The longest first wait; it doubles from try to try.
    pub first_wait: Duration,
    /// No wait gets longer than this by doubling.
    pub longest_wait: Duration,
    /// A `Retry-After` up to this is waited for; a longer one is given back to the caller at once.
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
    /// One try only: for tests, and for callers that repeat on their own.
    #[must_use]
    pub fn never() -> Self {
        Self {
            tries: 1,
            ..Self::default()
        }
    }

    /// Returns how long to wait after `sent` requests failed, or `None` when it is time to give up.
    /// `part_of` takes a random part of a time.
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
    /// Twice does the same as once.
    Always,
    /// Only after a failure that shows that the request was not handled.
    OnlyIfNotHandled,
}

impl Repeat {
    /// Whether an answer with this status may be followed by the same request again.
    pub(crate) fn allowed_after_status(self, status: StatusCode) -> bool {
        let turned_away = matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
        );
        let may_pass = status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT;
        turned_away || (self == Self::Always && may_pass)
    }

    /// Whether the same request may be sent again when no answer came.
    pub(crate) fn allowed_after_error(self, error: &reqwest::Error) -> bool {
        error.is_connect() || (self == Self::Always && !error.is_builder())
    }
}

/// A policy and the way to wait.
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

    /// Waits until the request may be sent again; `false` at once when it may not.
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

    /// Tests look at the waits instead of living through them.
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
    fn waits_double_up_to_a_limit_and_end() {
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
    fn the_wait_is_a_random_part_of_its_limit() {
        let policy = RetryPolicy::default();

        assert_eq!(policy.wait_after(3, None, none), Some(Duration::ZERO));
        assert_eq!(
            policy.wait_after(3, None, |ceiling| ceiling / 2),
            Some(Duration::from_millis(500))
        );
    }

    #[test]
    fn retry_after_is_the_least_wait() {
        let policy = RetryPolicy::default();
        let wait = |seconds, part_of: fn(Duration) -> Duration| {
            policy.wait_after(1, Some(Duration::from_secs(seconds)), part_of)
        };

        assert_eq!(wait(7, none), Some(Duration::from_secs(7)));
        assert_eq!(wait(7, all), Some(Duration::from_millis(7250)));
        assert_eq!(
            wait(61, none),
            None,
            "the caller knows better what to do for so long"
        );
    }

    #[test]
    fn one_try_means_no_retry() {
        assert_eq!(RetryPolicy::never().wait_after(1, None, all), None);
    }

    #[test]
    fn a_link_code_is_not_sent_twice_when_it_may_have_been_used() {
        let after = |status| Repeat::OnlyIfNotHandled.allowed_after_status(status);

        assert!(after(StatusCode::TOO_MANY_REQUESTS));
        assert!(after(StatusCode::SERVICE_UNAVAILABLE));
        assert!(!after(StatusCode::INTERNAL_SERVER_ERROR));
    }
}
