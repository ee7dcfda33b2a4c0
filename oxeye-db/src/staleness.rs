//! Closes the sessions of servers that fell silent, with an estimated end.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::database::{Database, NEVER_CHECKED};
use crate::ids::ServerId;
use crate::ledger::Ledger;
use crate::memory::Memory;
use crate::reporting::{EventError, Queued};
use crate::server_state::{ServerState, latest};
use crate::store::{Job, StoreError, WriterThread};

/// Seconds between two checks for silent servers beyond which we assume that we were suspended.
const MAX_SECS_BETWEEN_CHECKS: i64 = 10;

/// Marks that the last check could not restart the measurement of silence, so that the next one
/// does.
const COULD_NOT_RESTART: i64 = i64::MIN + 1;

/// The result of a clean-up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StaleCleanUp {
    /// Number of servers that were silent for too long.
    pub servers: usize,
    /// Number of sessions that were closed.
    pub sessions: usize,
}

/// Which silent servers a clean-up concerns.
#[derive(Debug, Clone, Copy)]
enum Silence {
    /// Servers that promised heartbeats and have been silent for this long.
    Promised(Duration),
    /// All servers with open sessions that have been silent for this long.
    Any(Duration),
}

impl Silence {
    fn includes(self, state: &ServerState, now: UnixSeconds) -> bool {
        match self {
            Self::Promised(timeout) => state.is_overdue(timeout, now),
            Self::Any(timeout) => {
                state.is_linked() && !state.players().is_empty() && state.silent_for(now) >= timeout
            }
        }
    }
}

impl Database {
    /// Closes the sessions of servers that promised heartbeats and have been silent for the stale
    /// timeout. Two calls at once never close a session twice.
    ///
    /// # Errors
    /// When the store cannot be written. Sessions that are still open are closed the next time.
    pub async fn close_stale_sessions(&self, now: UnixSeconds) -> Result<StaleCleanUp, StoreError> {
        let last_check = &self.inner.last_silence_check;
        let last = last_check.swap(now.0, Ordering::Relaxed);
        if self.was_away(last, now) {
            let listening = self.restart_listening(now).await;
            if listening.is_err() {
                last_check.store(COULD_NOT_RESTART, Ordering::Relaxed);
            }
            listening?;
        }
        if UnixSeconds(last) > latest(now) {
            self.restore_last_seen(now).await?;
        }
        self.end_silence(Silence::Promised(self.inner.silence_limits.timeout), now)
            .await
    }

    /// Closes the sessions of all servers that have been silent for `timeout`, whether or not they
    /// promised heartbeats.
    ///
    /// # Errors
    /// When the store cannot be written. Sessions that are still open are closed the next time.
    pub async fn close_sessions_silent_for(
        &self,
        timeout: Duration,
        now: UnixSeconds,
    ) -> Result<StaleCleanUp, StoreError> {
        self.end_silence(Silence::Any(timeout), now).await
    }

    /// Whether we could not hear servers since the last check: we were suspended, could not write
    /// to the store, or our clock was set. A server's silence counts only while we can hear it.
    fn was_away(&self, last: i64, now: UnixSeconds) -> bool {
        let since = now.0.saturating_sub(last);
        let was_suspended =
            last != NEVER_CHECKED && !(0..=MAX_SECS_BETWEEN_CHECKS).contains(&since);
        was_suspended || self.writer_load().is_failing
    }

    /// Restarts the measurement of silence for all servers.
    async fn restart_listening(&self, now: UnixSeconds) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        let memory = Arc::clone(&self.inner.memory);
        let job = ListenJob {
            memory,
            now,
            answer,
        };
        self.inner.store.enqueue(Box::new(job))?;
        answered.await.map_err(|_| StoreError::Closed)
    }

    /// Fills last seen again after the clock was set back: a clock that was ahead has dropped
    /// players from it.
    async fn restore_last_seen(&self, now: UnixSeconds) -> Result<(), StoreError> {
        for server in self.inner.memory.cache.ids(None) {
            let database = self.clone();
            let restore = move |state: &mut ServerState, _: &mut Ledger<'_>| {
                state.restore_last_seen(|player| database.inner.memory.players.name(player), now);
            };
            match self.amend(server, now, restore)?.done().await {
                Ok(()) | Err(EventError::NotLinked) => {}
                Err(EventError::Store(error)) => return Err(error),
            }
        }
        Ok(())
    }

    async fn end_silence(
        &self,
        silence: Silence,
        now: UnixSeconds,
    ) -> Result<StaleCleanUp, StoreError> {
        // Each server is locked for a moment, which must not block a thread that drives requests.
        let silent = self.compute(move |database| database.silent_servers(silence, now));
        let mut closing = Vec::new();
        for server in silent.await? {
            closing.push(self.end_silence_of(server, silence, now)?);
        }
        let mut done = StaleCleanUp::default();
        for closed in closing {
            match closed.done().await {
                Ok(None) | Err(EventError::NotLinked) => {}
                Ok(Some(sessions)) => {
                    done.servers += 1;
                    done.sessions += sessions;
                }
                Err(EventError::Store(error)) => return Err(error),
            }
        }
        Ok(done)
    }

    fn silent_servers(&self, silence: Silence, now: UnixSeconds) -> Vec<ServerId> {
        let cache = &self.inner.memory.cache;
        let is_silent =
            |id: &ServerId| cache.read(*id, |state| silence.includes(state, now)) == Some(true);
        cache.ids(None).into_iter().filter(is_silent).collect()
    }

    /// Queues the clean-up of one server. All are queued before the first is awaited, so they share
    /// commits.
    fn end_silence_of(
        &self,
        server: ServerId,
        silence: Silence,
        now: UnixSeconds,
    ) -> Result<Queued<Option<usize>>, StoreError> {
        let grace = self.inner.silence_limits.grace;
        let close = move |state: &mut ServerState, ledger: &mut Ledger<'_>| {
            // The server may have reported since it was found silent.
            silence
                .includes(state, now)
                .then(|| state.close_stale_sessions(grace, now, ledger))
        };
        self.report(server, now, close)
    }
}

/// Restarts the measurement of silence for all servers. This changes nothing in the file and
/// happens even if the file cannot be written: while it cannot, no server can be heard.
struct ListenJob {
    memory: Arc<Memory>,
    now: UnixSeconds,
    answer: oneshot::Sender<()>,
}

impl Job for ListenJob {
    fn run(&mut self, _: &Connection, _: &WriterThread) -> rusqlite::Result<()> {
        Ok(())
    }

    fn undo(&mut self, _: &Connection, _: u64, _: &WriterThread) {}

    fn answer(self: Box<Self>, _: Result<(), StoreError>, writer: &WriterThread) {
        let cache = &self.memory.cache;
        for server in cache.ids(None) {
            cache.change(writer, server, |state| state.listen_from(self.now));
        }
        // The caller may have gone.
        let _ = self.answer.send(());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::events::SyncEvent;
    use crate::ids::GuildId;
    use crate::testing::{TestStore, player};
    use oxeye_plugin_proto::SyncPlayer;

    const NOW: UnixSeconds = UnixSeconds(1_000_000);

    /// A job that says that it has begun, and keeps the writer until it may go on.
    struct Wait {
        begun: mpsc::Sender<()>,
        go_on: mpsc::Receiver<()>,
    }

    impl Job for Wait {
        fn run(&mut self, _: &Connection, _: &WriterThread) -> rusqlite::Result<()> {
            let _ = self.begun.send(());
            let _ = self.go_on.recv();
            Ok(())
        }

        fn undo(&mut self, _: &Connection, _: u64, _: &WriterThread) {}

        fn answer(self: Box<Self>, _: Result<(), StoreError>, _: &WriterThread) {}
    }

    #[tokio::test]
    async fn no_server_is_silent_because_we_were_suspended_and_too_busy_to_note_it() {
        let database = TestStore::new(NOW);
        let (server, _) = database.link(GuildId::LOCAL, "survival", NOW).await;
        let sync = SyncEvent {
            roster: vec![SyncPlayer::new(player("Alex"))],
            heartbeat: Some(Duration::from_secs(15)),
            ..SyncEvent::default()
        };
        database.sync_players(server, sync, NOW).await.unwrap();
        let clean_up = |at| database.close_stale_sessions(UnixSeconds(NOW.0 + at));
        clean_up(1).await.unwrap();

        let (begun, has_begun) = mpsc::channel();
        let mut waiting = Vec::new();
        let is_full = loop {
            let (may_go_on, go_on) = mpsc::channel();
            let begun = begun.clone();
            let queued = database
                .inner
                .store
                .enqueue(Box::new(Wait { begun, go_on }));
            if queued.is_err() {
                break queued;
            }
            if waiting.is_empty() {
                // Otherwise, there would be room for one more job when the writer takes this one.
                has_begun.recv().unwrap();
            }
            waiting.push(may_go_on);
        };
        assert!(matches!(is_full, Err(StoreError::Busy)));
        let woken = clean_up(10_000).await;
        assert!(matches!(woken, Err(StoreError::Busy)), "{woken:?}");
        let others = waiting.len() - 1;
        drop(waiting);
        // When the last one has begun, there is room again.
        (0..others).for_each(|_| has_begun.recv().unwrap());

        let closed = clean_up(10_001).await.unwrap();

        assert_eq!(closed.sessions, 0);
    }
}
