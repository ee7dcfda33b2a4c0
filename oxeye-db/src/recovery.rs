//! Sessions put in order by hand: memory is compared with the file, and what cannot be going on any
//! more is closed. A start does the same by itself; who wants to see it, or doubts it, asks here.

use hashbrown::HashMap;
use oxeye_plugin_proto::{PlayerName, ServerName, UnixSeconds};
use rusqlite::Connection;

use crate::database::Database;
use crate::ids::{GuildId, ServerId};
use crate::loading;
use crate::players::PlayerId;
use crate::session::SessionId;
use crate::store::StoreError;
use crate::store::rows::sessions;

/// What a recovery would do, or has done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recovery {
    /// Open in the file, unknown to memory: opened.
    pub open: Vec<RecoveredSession>,
    /// Known to both: continued.
    pub keep: Vec<RecoveredSession>,
    /// Of a server that has been silent beyond the stale timeout: closed.
    pub close: Vec<RecoveredSession>,
    /// Known to memory and not open in the file: forgotten.
    pub drop: Vec<RecoveredSession>,
}

/// An open session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecoveredSession {
    /// The guild of its server.
    pub guild: GuildId,
    /// Its server.
    pub server: ServerName,
    /// Whose stay it is.
    pub player: PlayerName,
    /// Since when.
    pub joined_at: UnixSeconds,
}

/// The open sessions of one server in the file.
type OpenRows = HashMap<SessionId, (PlayerId, UnixSeconds)>;

impl Recovery {
    /// Whether everything is as it should be.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.open.is_empty() && self.close.is_empty() && self.drop.is_empty()
    }

    fn add(&mut self, other: Self) {
        self.open.extend(other.open);
        self.keep.extend(other.keep);
        self.close.extend(other.close);
        self.drop.extend(other.drop);
    }
}

impl Database {
    /// What a recovery would do now. Changes nothing. Looks on the writer's thread, so that memory
    /// and file are of one moment.
    ///
    /// # Errors
    /// When the store could not answer.
    pub async fn plan_recovery(&self, now: UnixSeconds) -> Result<Recovery, StoreError> {
        self.for_every_server(now, |_, _, _, _| Ok(())).await
    }

    /// Does what [`Database::plan_recovery`] says. A second time there is nothing to do.
    ///
    /// # Errors
    /// When the store could not take it.
    pub async fn recover_sessions(&self, now: UnixSeconds) -> Result<Recovery, StoreError> {
        let reread = move |database: &Self, file: &Connection, id, plan: &Recovery| {
            if plan.open.is_empty() && plan.drop.is_empty() {
                return Ok(());
            }
            loading::read_back(&database.inner.memory, file, id, now)
        };
        let done = self.for_every_server(now, reread).await?;
        self.close_stale_sessions(now).await?;
        Ok(done)
    }

    /// Compares memory with the file, server by server, and hands each plan to `act`.
    async fn for_every_server(
        &self,
        now: UnixSeconds,
        act: impl Fn(&Self, &Connection, ServerId, &Recovery) -> rusqlite::Result<()> + Send + 'static,
    ) -> Result<Recovery, StoreError> {
        let database = self.clone();
        let compare = move |file: &Connection| {
            let mut all = Recovery::default();
            for id in database.inner.memory.cache.ids(None) {
                let rows = open_rows(file, id)?;
                let Some(plan) = database.plan_for(id, &rows, now) else {
                    continue;
                };
                act(&database, file, id, &plan)?;
                all.add(plan);
            }
            Ok(all)
        };
        self.inner.store.write(compare, |plan| plan).await
    }

    fn plan_for(&self, id: ServerId, rows: &OpenRows, now: UnixSeconds) -> Option<Recovery> {
        let timeout = self.inner.patience.timeout;
        self.inner.memory.cache.with(id, |state| {
            let session = |player: PlayerName, joined_at: UnixSeconds| RecoveredSession {
                guild: state.guild,
                server: state.name.clone(),
                player,
                joined_at,
            };
            let mut plan = Recovery::default();
            let mut unknown = rows.clone();
            for (name, stay) in &state.players {
                let found = session(name.clone(), stay.joined_at);
                match unknown.remove(&stay.session) {
                    None => plan.drop.push(found),
                    Some(_) if state.is_overdue(timeout, now) => plan.close.push(found),
                    Some(_) => plan.keep.push(found),
                }
            }
            let names = unknown.into_values().filter_map(|(player, joined_at)| {
                Some(session(self.inner.memory.players.name(player)?, joined_at))
            });
            plan.open.extend(names);
            plan
        })
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
