//! Waiting for conditions instead of sleeping.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::watch;

/// How long a story waits for something that should come at once.
///
/// Generous, because the whole workspace may be testing on two cores; a story that passes never
/// waits this long.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A value that several tasks change and a story waits on.
///
/// One mutex, held only for the length of a closure, never across an `.await`.
#[derive(Debug)]
pub struct Watched<T> {
    value: Mutex<T>,
    changes: watch::Sender<u64>,
}

impl<T> Watched<T> {
    /// Starts with `value`.
    pub fn new(value: T) -> Self {
        Self {
            value: Mutex::new(value),
            changes: watch::Sender::new(0),
        }
    }

    /// Changes the value and wakes everyone who waits on it.
    pub fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let answer = change(&mut self.value.lock());
        self.changes.send_modify(|count| *count += 1);
        answer
    }

    /// Reads the value.
    pub fn look<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.value.lock())
    }

    /// Waits until `condition` finds what it looks for; `None` after `patience`.
    pub async fn within<R>(
        &self,
        patience: Duration,
        condition: impl Fn(&T) -> Option<R>,
    ) -> Option<R> {
        let mut changes = self.changes.subscribe();
        let found = async {
            loop {
                changes.mark_unchanged();
                if let Some(found) = self.look(&condition) {
                    return Some(found);
                }
                changes.changed().await.ok()?;
            }
        };
        tokio::time::timeout(patience, found).await.ok().flatten()
    }

    /// Waits until `condition` finds what it looks for.
    ///
    /// # Panics
    /// After [`PATIENCE`], naming `what` was waited for.
    pub async fn until<R>(&self, what: &str, condition: impl Fn(&T) -> Option<R>) -> R {
        match self.within(PATIENCE, condition).await {
            Some(found) => found,
            None => panic!("waited {PATIENCE:?} in vain until {what}"),
        }
    }
}
