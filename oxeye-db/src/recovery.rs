//! Recovers sessions on request: compares memory with the file and closes sessions that cannot
//! still be open. A start does the same automatically; this is for operators who want to see or
//! repeat it.

use std::sync::Arc;
use std::time::Duration;

use hashbrown::HashMap;
use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::database::Database;
use crate::ids::{GuildId, ServerId};
use crate::loading;
use crate::memory::Memory;
use crate::players::PlayerId;
use crate::session::SessionId;
use crate::store::rows::sessions;
use crate::store::{Job, StoreError, WriterThread};

/// What a recovery would do or has done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recovery {
    /// Sessions that are open in the file and unknown to memory; a recovery opens them.
    pub open: Vec<RecoveredSession>,
    /// Sessions that file and memory agree on; a recovery keeps them.
    pub keep: Vec<RecoveredSession>,
    /// Sessions of servers that have been silent beyond the stale timeout; a recovery closes them.
    pub close: Vec<RecoveredSession>,
    /// Sessions that memory knows and that are not open in the file; a recovery drops them.
    pub drop: Vec<RecoveredSession>,
}

/// An open session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveredSession {
    /// The guild of the server.
    pub guild: GuildId,
    /// The server.
    pub server: ServerName,
    /// The player whose session it is.
    pub player: PlayerName,
    /// When the player joined.
    pub joined_at: UnixSeconds,
}

/// The open sessions of one server in the file.
type OpenRows = HashMap<SessionId, (PlayerId, UnixSeconds)>;

impl Recovery {
    fn add(&mut self, other: Self) {
        self.open.extend(other.open);
        self.keep.extend(other.keep);
        self.close.extend(other.close);
        self.drop.extend(other.drop);
    }
}

impl Database {
    /// Returns what a recovery would do now, and changes nothing. Runs on the writer's thread, so
    /// that memory and file are compared at one moment.
    ///
    /// # Errors
    /// When the store could not answer.
    pub async fn plan_recovery(&self, now: UnixSeconds) -> Result<Recovery, StoreError> {
        self.compare(false, now).await
    }

    /// Does what [`Database::plan_recovery`] returns. A second call finds nothing to do.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn recover_sessions(&self, now: UnixSeconds) -> Result<Recovery, StoreError> {
        let done = self.compare(true, now).await?;
        self.inner.memory.activity_feed.publish_everything();
        self.close_stale_sessions(now).await?;
        Ok(done)
    }

    async fn compare(&self, repair: bool, now: UnixSeconds) -> Result<Recovery, StoreError> {
        let (answer, answered) = oneshot::channel();
        let job = CompareJob {
            memory: Arc::clone(&self.inner.memory),
            timeout: self.inner.silence_limits.timeout,
            repair,
            now,
            found: Recovery::default(),
            answer,
        };
        self.inner.store.enqueue(Box::new(job))?;
        answered.await.map_err(|_| StoreError::Closed)?
    }
}

/// Compares memory with the file, server by server, and reads back the servers that differ if asked
/// to repair.
struct CompareJob {
    memory: Arc<Memory>,
    timeout: Duration,
    repair: bool,
    now: UnixSeconds,
    found: Recovery,
    answer: oneshot::Sender<Result<Recovery, StoreError>>,
}

impl CompareJob {
    fn plan_for(&self, id: ServerId, rows: &OpenRows) -> Option<Recovery> {
        self.memory.cache.read(id, |state| {
            let session = |player: PlayerName, joined_at: UnixSeconds| RecoveredSession {
                guild: state.guild(),
                server: state.name().clone(),
                player,
                joined_at,
            };
            let mut plan = Recovery::default();
            let mut unknown = rows.clone();
            for (name, stay) in state.players() {
                let found = session(name.clone(), stay.joined_at);
                match unknown.remove(&stay.session) {
                    None => plan.drop.push(found),
                    Some(_) if state.is_overdue(self.timeout, self.now) => plan.close.push(found),
                    Some(_) => plan.keep.push(found),
                }
            }
            let names = unknown.into_values().filter_map(|(player, joined_at)| {
                Some(session(self.memory.players.name(player)?, joined_at))
            });
            plan.open.extend(names);
            plan
        })
    }
}

impl Job for CompareJob {
    fn run(&mut self, file: &Connection, writer: &WriterThread) -> rusqlite::Result<()> {
        for id in self.memory.cache.ids(None) {
            let rows = open_rows(file, id)?;
            let Some(plan) = self.plan_for(id, &rows) else {
                continue;
            };
            let differs = !plan.open.is_empty() || !plan.drop.is_empty();
            if self.repair && differs {
                loading::read_back(&self.memory, writer, file, id, self.now)?;
            }
            self.found.add(plan);
        }
        Ok(())
    }

    fn undo(&mut self, _: &Connection, _: u64, _: &WriterThread) {
        // The job writes nothing, and memory matches the file.
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>, _: &WriterThread) {
        let Self { found, answer, .. } = *self;
        // The caller may have gone; what was read back remains.
        let _ = answer.send(commit.map(|()| found));
    }
}

fn open_rows(file: &Connection, server: ServerId) -> rusqlite::Result<OpenRows> {
    let mut open = sessions::open(file, Some(server))?;
    let by_id = open.read().map(|row| {
        let (_, session) = row?;
        Ok((session.id, (session.player, session.joined_at)))
    });
    by_id.collect()
}
