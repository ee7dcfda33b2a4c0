//! Finds out whether the store can take events.

use std::time::Duration;

use oxeye_db::{Database, LogThrottle, LostFile, StoreError};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::error::lost_store;

/// How long an answer is reused. Anybody may ask, and finding out costs a write. A good answer also ends when a write
/// fails.
const ANSWER_LASTS: Duration = Duration::from_secs(1);

/// How long the store may take to write one row before we call it not ready.
const STORE_TIMEOUT: Duration = Duration::from_secs(3);

/// How long a request waits for an answer, however many ask at once.
const LONGEST_WAIT: Duration = Duration::from_secs(4);

/// Why the store cannot take events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotReady {
    /// The sentence for anybody who asks: without paths or messages of SQLite.
    pub(super) sentence: String,
    /// The state of the store in a few words.
    pub(super) words: String,
}

/// The last answer, and when it was found.
#[derive(Debug, Default)]
pub(crate) struct Readiness {
    last: Mutex<Option<(Instant, Result<(), NotReady>)>>,
    logged: parking_lot::Mutex<LogThrottle>,
}

impl Readiness {
    /// Returns whether the store is ready. A request that comes while another one is finding out waits for its
    /// answer.
    pub(crate) async fn of(&self, database: &Database) -> Result<(), NotReady> {
        let looked = timeout(LONGEST_WAIT, self.look(database)).await;
        looked.unwrap_or_else(|_elapsed| Err(NotReady::silent()))
    }

    async fn look(&self, database: &Database) -> Result<(), NotReady> {
        let mut last = self.last.lock().await;
        if let Some((at, answer)) = &*last
            && at.elapsed() < ANSWER_LASTS
            && (answer.is_err() || !database.writer_load().is_failing)
        {
            return answer.clone();
        }
        let answer = match timeout(STORE_TIMEOUT, database.check_writable()).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(StoreError::Lost(lost))) => Err(NotReady::lost(lost)),
            Ok(Err(error)) => {
                self.log(&error.to_string());
                Err(NotReady::failing())
            }
            Err(_elapsed) => {
                self.log("the store does not answer");
                Err(NotReady::silent())
            }
        };
        *last = Some((Instant::now(), answer.clone()));
        answer
    }

    fn log(&self, cause: &str) {
        let now = std::time::Instant::now();
        if let Some(count) = self.logged.lock().count(1, now) {
            tracing::error!(cause, count, "the store cannot be written");
        }
    }
}

impl NotReady {
    fn silent() -> Self {
        Self {
            sentence:
                "Oxeye's store does not answer in time; it is busy, or its disk does not respond."
                    .to_owned(),
            words: "no answer".to_owned(),
        }
    }

    fn failing() -> Self {
        Self {
            sentence:
                "Oxeye cannot write to its store; its operator can find the cause in the log."
                    .to_owned(),
            words: "not writable".to_owned(),
        }
    }

    /// Describes a lost store. It was logged when it was noticed.
    fn lost(lost: LostFile) -> Self {
        Self {
            sentence: lost_store(lost),
            words: lost.to_string(),
        }
    }
}
