//! Waiting for a moment that may never come.

use tokio::time::{Instant, sleep_until};

/// Waits until a time; without one, for ever. For a branch of `select!` that has nothing to wait for yet.
pub async fn until(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn without_a_time_the_wait_never_ends() {
        let began = Instant::now();
        let second = Duration::from_secs(1);

        until(Some(began + second)).await;
        assert_eq!(began.elapsed(), second);

        let day = Duration::from_secs(86_400);
        assert!(timeout(day, until(None)).await.is_err());
    }
}
