//! Tasks that are started again if they panic.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use oxeye_process::backoff::Backoff;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

/// Longest pause after the first panic, and after any later one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// A run that lasted longer than this resets the backoff.
const GOOD_RUN: Duration = Duration::from_secs(120);

/// The runs of one task.
#[derive(Debug)]
pub(crate) struct Runs {
    task: &'static str,
    backoff: Backoff,
}

impl Runs {
    /// Prepares to run a task. The log calls it by this name.
    pub(crate) fn of(task: &'static str) -> Self {
        Self {
            task,
            backoff: Backoff::new(FIRST_PAUSE, LONGEST_PAUSE),
        }
    }

    /// Runs the task once. Returns how long to wait before the next run if it panicked, and `None` if it
    /// ended normally.
    pub(crate) async fn run(&mut self, task: impl Future<Output = ()>) -> Option<Duration> {
        let started = Instant::now();
        let ended = AssertUnwindSafe(task).catch_unwind().await;
        ended.err()?;
        if started.elapsed() > GOOD_RUN {
            self.backoff.reset();
        }
        let pause = self.backoff.next_wait();
        tracing::error!(
            task = self.task,
            pause_ms = pause.as_millis(),
            "a task of the bot failed; starting it again"
        );
        Some(pause)
    }

    /// Runs the task once, and pauses if it panicked. Returns whether to run it again: not if it ended normally, or
    /// if `stop` is cancelled in the pause.
    pub(crate) async fn runs_again_after(
        &mut self,
        task: impl Future<Output = ()>,
        stop: &CancellationToken,
    ) -> bool {
        match self.run(task).await {
            Some(pause) => stop.run_until_cancelled(sleep(pause)).await.is_some(),
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pauses_grow_with_each_panic_and_start_over_after_a_good_run() {
        let mut runs = Runs::of("test");
        assert_eq!(runs.run(async {}).await, None);
        for _ in 0..20 {
            let pause = runs.run(async { panic!("on purpose") }).await;
            assert!(pause.unwrap() <= LONGEST_PAUSE);
        }

        let good = async {
            tokio::time::advance(2 * GOOD_RUN).await;
            panic!("on purpose");
        };

        assert!(runs.run(good).await.unwrap() <= FIRST_PAUSE);
    }
}
