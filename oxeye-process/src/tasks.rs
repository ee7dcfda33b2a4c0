//! Everything that runs beside `main`, so that nothing is left behind at the end.
//!
//! Shutdown waits for a task that was started here; nobody may call `tokio::spawn` (clippy refuses it).

use std::future::Future;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// The running tasks and the one signal that ends them. Clones share both.
#[derive(Debug, Clone, Default)]
pub struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Tasks {
    /// Starts with no tasks.
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

    /// Returns the signal that every task listens to.
    #[must_use]
    pub fn stop_signal(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Tells every task to finish what it is doing.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Waits for all tasks, at most this long; returns whether all of them ended.
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
    async fn stopping_ends_a_task_that_listens() {
        let tasks = Tasks::new();
        let stop = tasks.stop_signal();
        tasks.spawn(async move { stop.cancelled().await });

        tasks.stop();

        assert!(tasks.finished_within(Duration::from_secs(5)).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_does_not_listen_is_not_waited_for_longer_than_the_limit() {
        let tasks = Tasks::new();
        tasks.spawn(std::future::pending());

        tasks.stop();

        assert!(!tasks.finished_within(Duration::from_secs(1)).await);
    }
}
