//! Records events exactly once. Whatever waits is recorded together, in one transaction.
//!
//! | module        | subject                                                       |
//! |---------------|---------------------------------------------------------------|
//! | `transaction` | judges the reports of one transaction and adds up their events |

mod transaction;

use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::changes::Written;
use super::kinds::Kinds;
use super::known_players::KnownPlayers;
use super::queue::{Outcome, Queue, Waiting};
use super::ranking::past::Past;
use super::recent::places::RecentPlaces;
use super::report::{ActivityAnswer, ActivityReport, TakeActivityError};
use crate::database::Database;
use crate::memory::Memory;
use crate::reporter::Reporter;
use crate::store::{Job, StoreError, WriterThread};
use transaction::Transaction;

impl Database {
    /// Records what players did. A batch is recorded exactly once by its numbers, a single event by its key.
    ///
    /// # Errors
    /// When activity is off, the server is not linked, a single event or the batch's epoch is refused, or the
    /// store could not take it.
    pub async fn take_activity(
        &self,
        reporter: Reporter,
        report: ActivityReport,
        now: UnixSeconds,
    ) -> Result<ActivityAnswer, TakeActivityError> {
        let activity = self.inner.activity.as_ref().ok_or(TakeActivityError::Off)?;
        let store = activity.file.or_create().await?;
        let (answer, answered) = oneshot::channel();
        let needs_job = activity.queue.push(Waiting {
            reporter,
            report,
            now,
            answer,
        });
        if needs_job {
            let job = TakeJob {
                memory: Arc::clone(&self.inner.memory),
                kinds: Arc::clone(&activity.kinds),
                queue: activity.queue.clone(),
                past: Arc::clone(&activity.past),
                known_players: Arc::clone(&activity.known_players),
                recent: Arc::clone(&activity.recent),
                answers: None,
                outcomes: Vec::new(),
                written: Written::default(),
            };
            if let Err(error) = store.enqueue(Box::new(job)) {
                refuse(senders(activity.queue.take_all()), &error);
            }
        }
        answered.await.unwrap_or(Err(StoreError::Closed.into()))
    }
}

/// Records the reports that wait.
struct TakeJob {
    memory: Arc<Memory>,
    kinds: Arc<Kinds>,
    queue: Queue,
    past: Arc<Past>,
    known_players: Arc<KnownPlayers>,
    recent: Arc<RecentPlaces>,
    /// Who waits for the answers; `None` before the job has run.
    answers: Option<Vec<oneshot::Sender<Outcome>>>,
    /// What to answer once everything is on disk.
    outcomes: Vec<Outcome>,
    written: Written,
}

impl Job for TakeJob {
    fn run(&mut self, file: &Connection, _: &WriterThread) -> rusqlite::Result<()> {
        let waiting = self.queue.take();
        let mut answers = Vec::with_capacity(waiting.len());
        let mut reports = Vec::with_capacity(waiting.len());
        for waiting in waiting {
            answers.push(waiting.answer);
            reports.push((waiting.reporter, waiting.report, waiting.now));
        }
        // From here on everybody is answered, even if this fails.
        self.answers = Some(answers);
        let mut transaction = Transaction::new(file, &self.memory, &self.kinds);
        self.outcomes.reserve(reports.len());
        for (reporter, report, now) in reports {
            self.outcomes.push(transaction.take(reporter, report, now)?);
        }
        self.written = transaction.write(&mut self.known_players.lock())?;
        Ok(())
    }

    fn work(&self) -> usize {
        self.written.rows
    }

    fn undo(&mut self, _: &Connection, _: u64, _: &WriterThread) {
        self.known_players.clear();
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>, _: &WriterThread) {
        if let Err(error) = commit {
            // A job that was refused before it ran refuses the reports that it would have taken. Otherwise a later
            // one would record them, long after their senders have given up.
            let answers = self.answers;
            return refuse(
                answers.unwrap_or_else(|| senders(self.queue.take())),
                &error,
            );
        }
        self.recent.note(self.written.placed);
        self.past.mark(&self.written.days);
        self.memory.activity_feed.publish(self.written.players);
        for (answer, outcome) in self.answers.into_iter().flatten().zip(self.outcomes) {
            // The caller may have gone; what was taken is taken.
            let _ = answer.send(outcome);
        }
    }
}

fn senders(reports: Vec<Waiting>) -> Vec<oneshot::Sender<Outcome>> {
    reports.into_iter().map(|waiting| waiting.answer).collect()
}

fn refuse(answers: Vec<oneshot::Sender<Outcome>>, error: &StoreError) {
    for answer in answers {
        // The caller may have gone.
        let _ = answer.send(Err(copy_of(error).into()));
    }
}

/// Copies an error, because each caller of a transaction gets one and SQLite's errors cannot be cloned.
fn copy_of(error: &StoreError) -> StoreError {
    match error {
        StoreError::Busy => StoreError::Busy,
        StoreError::Lost(lost) => StoreError::Lost(*lost),
        StoreError::Closed => StoreError::Closed,
        StoreError::Panicked => StoreError::Panicked,
        StoreError::Failed(error) => {
            let code = error.sqlite_error().copied();
            let code = code.unwrap_or(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_ERROR));
            StoreError::Failed(rusqlite::Error::SqliteFailure(
                code,
                Some(error.to_string()),
            ))
        }
    }
}

#[cfg(test)]
mod tests;
