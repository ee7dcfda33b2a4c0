//! Waiting for conditions instead of sleeping.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::watch;

/// How long a story waits for something that should happen soon.
///
/// The limit is generous, because the whole workspace may be under test on two cores, and a board is
/// edited only every 15 s. A story that passes never waits this long.
pub const WAIT_LIMIT: Duration = Duration::from_secs(60);

/// Asks somebody who cannot wake us, again and again until there is an answer.
///
/// # Panics
/// After [`WAIT_LIMIT`]; the message says `what` it waited for.
pub async fn asked_until<R>(what: &str, ask: impl AsyncFn() -> Option<R>) -> R {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::task::yield_now().await;
        }
    };
    match tokio::time::timeout(WAIT_LIMIT, asking).await {
        Ok(answer) => answer,
        Err(_) => panic!("asked for {WAIT_LIMIT:?} in vain until {what}"),
    }
}

/// A value that several tasks change and a story waits for.
///
/// It has one mutex, held only while a closure runs, never across an `.await`.
#[derive(Debug)]
pub(crate) struct Watched<T> {
    value: Mutex<T>,
    changes: watch::Sender<u64>,
}

impl<T> Watched<T> {
    /// Starts with `value`.
    pub(crate) fn new(value: T) -> Self {
        Self {
            value: Mutex::new(value),
            changes: watch::Sender::new(0),
        }
    }

    /// Changes the value and wakes every task that waits for it.
    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let answer = change(&mut self.value.lock());
        self.changes.send_modify(|count| *count += 1);
        answer
    }

    /// Reads the value.
    pub(crate) fn read<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        read(&self.value.lock())
    }

    /// Waits until `condition` returns something; returns `None` after `limit`.
    pub(crate) async fn within<R>(
        &self,
        limit: Duration,
        condition: impl Fn(&T) -> Option<R>,
    ) -> Option<R> {
        let mut changes = self.changes.subscribe();
        let found = async {
            loop {
                changes.mark_unchanged();
                if let Some(found) = self.read(&condition) {
                    return Some(found);
                }
                changes.changed().await.ok()?;
            }
        };
        tokio::time::timeout(limit, found).await.ok().flatten()
    }

    /// Waits until `condition` returns something.
    ///
    /// # Panics
    /// After [`WAIT_LIMIT`]; the message says `what` it waited for.
    pub(crate) async fn until<R>(&self, what: &str, condition: impl Fn(&T) -> Option<R>) -> R {
        match self.within(WAIT_LIMIT, condition).await {
            Some(found) => found,
            None => panic!("waited {WAIT_LIMIT:?} in vain until {what}"),
        }
    }
}
