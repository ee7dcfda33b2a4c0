//! Asks the watched addresses, each at intervals, and reports what comes of it.
//!
//! | module   | subject                                     |
//! |----------|---------------------------------------------|
//! | `plan`   | which address is asked next, and when; pure |
//! | `poller` | the loop that asks                          |
//! | `answer` | what an answer means to the store           |

mod answer;
mod plan;
mod poller;

use std::collections::HashMap;
use std::sync::Arc;

use oxeye_db::{AboutEvent, Database, Poll, ServerId};
use oxeye_probe::{AddressProbe, Asked, RefusedAddress, WatchAnswer, WatchError};
use oxeye_process::clock;
use oxeye_process::tasks::Tasks;
use parking_lot::Mutex;
use tokio::task::spawn_blocking;

use self::poller::Poller;
use crate::config::WatchSettings;
use crate::open_files;

/// Maximum number of questions at the same time, if there is room for so many. Each is one open connection.
const MAX_AT_ONCE: usize = 256;

/// Returns how many questions may be asked at the same time.
pub(crate) fn most_at_once() -> usize {
    open_files::questions(MAX_AT_ONCE)
}

/// Starts to ask the watched addresses, at most `at_once` at the same time; does nothing without settings, which means
/// that none is watched.
pub(crate) fn start(
    settings: Option<&WatchSettings>,
    at_once: usize,
    database: &Database,
    tasks: &Tasks,
) -> Option<AddressWatch> {
    let settings = settings?;
    let watch = AddressWatch::new(settings);
    let poller = Poller::new(
        watch.clone(),
        settings.interval,
        at_once,
        database.clone(),
        clock::now,
    );
    tasks.spawn(poller.run(tasks.stop_signal()));
    Some(watch)
}

/// Returns an answer as the store takes it. The icon is decoded away from the threads that serve joins.
pub(crate) async fn poll_of(answer: WatchAnswer) -> Poll {
    let (edition, players) = (answer::edition(&answer), answer::players(&answer));
    let about = spawn_blocking(move || answer::about(&answer)).await.ok();
    Poll::Answered {
        edition,
        players,
        about: about.map(|about| AboutEvent { about, at: None }),
    }
}

/// What the poller shares with those who add addresses and show them.
#[derive(Debug, Clone)]
pub(crate) struct AddressWatch {
    probe: Arc<AddressProbe>,
    /// Why the last question to a server came to nothing. A server that answered is not in it.
    failures: Arc<Mutex<HashMap<ServerId, WatchError>>>,
}

impl AddressWatch {
    /// Prepares the questions. No address is asked yet.
    pub(crate) fn new(settings: &WatchSettings) -> Self {
        Self {
            probe: Arc::new(AddressProbe::new(settings.policy, settings.dns)),
            failures: Arc::default(),
        }
    }

    /// Takes what an admin typed as an address, and asks there once.
    ///
    /// # Errors
    /// When the address is not accepted.
    pub(crate) async fn ask_once(&self, text: &str) -> Result<Asked, RefusedAddress> {
        self.probe.ask_once(text).await
    }

    /// Returns why the last question to a server came to nothing; `None` if it was answered or has not been asked.
    pub(crate) fn last_failure(&self, server: ServerId) -> Option<WatchError> {
        self.failures.lock().get(&server).copied()
    }
}

#[cfg(test)]
mod tests;
