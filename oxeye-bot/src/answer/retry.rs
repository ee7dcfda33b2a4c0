//! Repeats a write to Discord that failed but is likely to succeed soon.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};

use crate::failure::{is_already_answered, is_rate_limited, is_refused, is_transient};

/// One call in ten may fail for a while: then eight attempts in a row fail once in a hundred million times.
const ATTEMPTS: u32 = 8;
/// How often the pause before a later answer doubles.
const DOUBLINGS: u32 = 4;
/// The pause after Discord said that there were too many requests. How long it wants us to wait is not in the error.
const RATE_LIMITED: Duration = Duration::from_secs(1);

/// What a write does that Discord has taken although its response was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeated {
    /// Nothing more.
    ChangesNothing,
    /// It posts the message twice. So it is only repeated if Discord has refused it.
    PostsTwice,
}

/// Retries a write that is likely to succeed soon, but not beyond the deadline, if there is one. Without a deadline
/// there is time, so the pauses grow.
pub(super) async fn retrying<F>(
    limit: Duration,
    deadline: Option<Instant>,
    repeated: Repeated,
    attempt: impl Fn() -> F,
) -> Result<(), serenity::Error>
where
    F: Future<Output = Result<(), serenity::Error>>,
{
    let mut last = serenity::Error::Other("the time to answer is over");
    for number in 0..ATTEMPTS {
        let now = Instant::now();
        let until = deadline.map_or(now + limit, |deadline| deadline.min(now + limit));
        if until <= now {
            break;
        }
        last = match timeout_at(until, attempt()).await {
            Ok(Ok(())) => return Ok(()),
            // Discord received an earlier attempt, but its response was lost.
            Ok(Err(error)) if is_already_answered(&error) => return Ok(()),
            Ok(Err(error)) if !is_transient(&error) => return Err(error),
            Ok(Err(error)) => error,
            Err(_) => serenity::Error::Other("no answer in time"),
        };
        if repeated == Repeated::PostsTwice && !is_refused(&last) {
            break;
        }
        let doublings = if deadline.is_some() {
            0
        } else {
            number.min(DOUBLINGS)
        };
        let pause = Duration::from_millis(rand::random_range(150..350)) * 2_u32.pow(doublings);
        let at_least = if is_rate_limited(&last) {
            RATE_LIMITED
        } else {
            Duration::ZERO
        };
        sleep(pause.max(at_least)).await;
    }
    Err(last)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::super::{EDIT_ATTEMPT_LIMIT, FIRST_ANSWER_WITHIN, FIRST_ATTEMPT_LIMIT};
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_write_that_is_never_answered_is_given_up_after_a_few_attempts() {
        let attempts = AtomicU32::new(0);
        let result = retrying(
            EDIT_ATTEMPT_LIMIT,
            None,
            Repeated::ChangesNothing,
            || async {
                attempts.fetch_add(1, Ordering::SeqCst);
                std::future::pending().await
            },
        )
        .await;
        assert!(result.is_err());
        assert_eq!(attempts.load(Ordering::SeqCst), ATTEMPTS);
    }

    #[tokio::test(start_paused = true)]
    async fn what_would_be_posted_twice_is_not_sent_again_when_its_response_is_lost() {
        let attempts = AtomicU32::new(0);
        let result = retrying(EDIT_ATTEMPT_LIMIT, None, Repeated::PostsTwice, || async {
            attempts.fetch_add(1, Ordering::SeqCst);
            std::future::pending().await
        })
        .await;
        assert!(result.is_err());
        assert_eq!(attempts.load(Ordering::SeqCst), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_answer_is_not_retried_for_longer_than_discord_waits() {
        let started = Instant::now();
        let attempts = AtomicU32::new(0);
        let deadline = started + FIRST_ANSWER_WITHIN;

        let result = retrying(
            FIRST_ATTEMPT_LIMIT,
            Some(deadline),
            Repeated::ChangesNothing,
            || async {
                attempts.fetch_add(1, Ordering::SeqCst);
                std::future::pending().await
            },
        )
        .await;
        let too_late = retrying(
            FIRST_ATTEMPT_LIMIT,
            Some(started),
            Repeated::ChangesNothing,
            || async { unreachable!("Discord has forgotten the interaction") },
        )
        .await;

        assert!(result.is_err() && too_late.is_err());
        assert!(started.elapsed() < Duration::from_millis(3_200));
        assert!(attempts.load(Ordering::SeqCst) >= 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_that_cannot_succeed_is_not_retried() {
        let attempts = AtomicU32::new(0);
        let result = retrying(
            EDIT_ATTEMPT_LIMIT,
            None,
            Repeated::ChangesNothing,
            || async {
                attempts.fetch_add(1, Ordering::SeqCst);
                Err(serenity::Error::Other("no"))
            },
        )
        .await;
        assert!(result.is_err());
        assert_eq!(attempts.load(Ordering::SeqCst), 1);
    }
}
