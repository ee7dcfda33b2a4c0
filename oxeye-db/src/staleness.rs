//! What is done about servers that fell silent: their sessions are closed, with an estimated end.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::oneshot;

use crate::database::{Database, NEVER_CHECKED};
use crate::ids::ServerId;
use crate::ledger::Ledger;
use crate::memory::Memory;
use crate::reporting::{EventError, Queued};
use crate::server_state::{ServerState, latest};
use crate::store::{Job, StoreError, WriterThread};

/// Seconds between two looks at who is silent; beyond that, we were away.
const MAX_SECS_BETWEEN_CHECKS: i64 = 10;

/// The last check could not note that we had been away, so the next one does.
const COULD_NOT_RESTART: i64 = i64::MIN + 1;

/// What a clean-up did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StaleCleanUp {
    /// Servers that were found silent for too long.
    pub servers: usize,
    /// Sessions that were closed.
    pub sessions: usize,
}

/// Which silence a clean-up ends.
#[derive(Debug, Clone, Copy)]
enum Silence {
    /// That of servers that promised heartbeats, beyond this long.
    Promised(Duration),
    /// That of any server with sessions, beyond this long.
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
    /// Closes the sessions of servers that broke their promise to speak for as long as the stale
    /// timeout. Two at once never close a session twice.
    ///
    /// # Errors
    /// When the store could not take it; what it did not take is left for the next time.
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

    /// The same for any server that was silent for `timeout`, whether or not it promised to speak.
    ///
    /// # Errors
    /// When the store could not take it; what it did not take is left for the next time.
    pub async fn close_sessions_silent_for(
        &self,
        timeout: Duration,
        now: UnixSeconds,
    ) -> Result<StaleCleanUp, StoreError> {
        self.end_silence(Silence::Any(timeout), now).await
    }

    /// Whether we were away since the last look: suspended, without a store to write to, or with
    /// another clock. A server's silence counts only while somebody listens.
    fn was_away(&self, last: i64, now: UnixSeconds) -> bool {
        let since = now.0.saturating_sub(last);
        let was_away = last != NEVER_CHECKED && !(0..=MAX_SECS_BETWEEN_CHECKS).contains(&since);
        was_away || self.writer_load().is_failing
    }

    /// Until now no server could be heard.
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

    /// After the clock was set back: a clock that was ahead has dropped players from last seen.
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
        // Each server is locked for a look, which no thread that drives requests should wait for.
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

    /// All servers' clean-ups are queued before the first is waited for, so they share commits.
    fn end_silence_of(
        &self,
        server: ServerId,
        silence: Silence,
        now: UnixSeconds,
    ) -> Result<Queued<Option<usize>>, StoreError> {
        let grace = self.inner.silence_limits.grace;
        let close = move |state: &mut ServerState, ledger: &mut Ledger<'_>| {
            // It may have spoken since it was found silent.
            silence
                .includes(state, now)
                .then(|| state.close_stale_sessions(grace, now, ledger))
        };
        self.report(server, now, close)
    }
}

/// Lets the silence of all servers begin again. That changes nothing in the file, so it happens
/// whether or not the file takes a write: while it takes none, no server can be heard.
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
