//! Background tasks that a shutdown waits for.
//!
//! Start every task here: clippy forbids `tokio::spawn`.

use std::future::Future;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The running tasks and the signal that stops them. Clones share both.
#[derive(Debug, Clone, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Tasks {
    /// Starts without tasks.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts a task that shutdown waits for. It must end soon after [`Tasks::stop_signal`] fires.
    pub fn spawn<F>(&self, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        // The tracker spawns onto the current runtime and counts the task until it ends.
        self.tracker.spawn(task);
    }

    /// Returns the signal that every task must listen to.
    #[must_use]
    pub fn stop_signal(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Tells every task to finish.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Waits for all tasks, but no longer than `limit`. Returns whether all of them ended.
    pub async fn finished_within(&self, limit: Duration) -> bool {
        self.tracker.close();
        tokio::time::timeout(limit, self.tracker.wait())
            .await
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_task_that_listens_ends_when_it_is_told_to_stop() {
        let tasks = Tasks::new();
        let stop = tasks.stop_signal();
        tasks.spawn(async move { stop.cancelled().await });

        tasks.stop();

        assert!(tasks.finished_within(Duration::from_secs(5)).await);
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_for_a_task_that_does_not_listen_ends_at_the_limit() {
        let tasks = Tasks::new();
        tasks.spawn(std::future::pending());

        tasks.stop();

        assert!(!tasks.finished_within(Duration::from_secs(1)).await);
    }
}
