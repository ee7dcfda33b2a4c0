//! Whether the store can take events. One look serves everyone who asks within a second.

use std::time::Duration;

use oxeye_db::{Database, LogThrottle, LostFile, StoreError};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::error::sentences::lost_store;

/// Anybody may ask, and the answer costs a write, so one answer serves all who ask within this time.
/// A good one counts only until a write has failed.
const ANSWER_LASTS: Duration = Duration::from_secs(1);

/// A store that takes longer than this to write one row cannot be called ready.
const STORE_TIMEOUT: Duration = Duration::from_secs(3);

/// However many ask at once, nobody waits longer than this.
const LONGEST_WAIT: Duration = Duration::from_secs(4);

/// Why the store cannot take events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotReady {
    /// For anybody who asks: without paths or what SQLite says.
    pub(super) sentence: String,
    /// The state of the store in a few words.
    pub(super) words: String,
}

/// The last look at the store: when, and what it said.
#[derive(Debug, Default)]
pub(crate) struct Readiness {
    last: Mutex<Option<(Instant, Result<(), NotReady>)>>,
    logged: parking_lot::Mutex<LogThrottle>,
}

impl Readiness {
    /// Whoever asks while somebody else is looking waits for that answer.
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
            sentence: "Oxeye cannot write its store; its operator finds the cause in the log."
                .to_owned(),
            words: "not writable".to_owned(),
        }
    }

    /// The log says it once, when it is found.
    fn lost(lost: LostFile) -> Self {
        Self {
            sentence: lost_store(lost),
            words: lost.to_string(),
        }
    }
}
