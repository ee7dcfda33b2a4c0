//! When the interaction arrived that is being handled.

use std::future::Future;

use tokio::time::Instant;

tokio::task_local! {
    static ARRIVED_AT: Instant;
}

/// Handles an interaction that has just arrived. The time limit of its first answer counts from
/// now, wherever the answer is sent.
pub(crate) async fn on_arrival<T>(handling: impl Future<Output = T>) -> T {
    ARRIVED_AT.scope(Instant::now(), handling).await
}

/// Returns when the interaction arrived, or now if none is being handled.
pub(super) fn arrived_at() -> Instant {
    ARRIVED_AT
        .try_with(|arrived| *arrived)
        .unwrap_or_else(|_| Instant::now())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::sleep;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_time_limit_counts_from_the_arrival_of_the_interaction() {
        on_arrival(async {
            let started = Instant::now();
            sleep(Duration::from_secs(2)).await;
            assert_eq!(arrived_at(), started);
        })
        .await;
    }
}
