//! Deletes sessions that are older than operators want to keep.
//!
//! They are found in memory, so the file does not need an index on the end of a session, which would
//! slow down every leave.

use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;

use crate::database::Database;
use crate::ids::ServerId;
use crate::ledger::Ledger;
use crate::reporting::EventError;
use crate::server_state::ServerState;
use crate::store::StoreError;

/// Maximum number of sessions per write, so that events do not wait long.
const CHUNK: usize = 500;

/// What was deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Expired {
    /// Number of sessions.
    pub sessions: usize,
    /// Number of players who had no other data.
    pub players: usize,
}

impl Database {
    /// Deletes the sessions that ended before `edge`, or before a later time that their guild has set, and when servers
    /// were up or down before it, and then former names and the players who have no other data. With `i64::MIN`, guilds
    /// that have set nothing keep everything. Can be repeated, and can run beside any other method.
    ///
    /// # Errors
    /// When the store cannot be written. What was deleted by then stays deleted.
    pub async fn expire_sessions(
        &self,
        edge: UnixSeconds,
        now: UnixSeconds,
    ) -> Result<Expired, StoreError> {
        let mut expired = Expired::default();
        let cache = &self.inner.memory.cache;
        for server in cache.ids(None) {
            let Some(guild) = cache.read(server, ServerState::guild) else {
                continue;
            };
            let edge = self.inner.memory.retention_edge(guild, edge, now);
            expired.sessions += self.expire_sessions_of(server, edge, now).await?;
        }
        let names = self.forget_former_names(edge, now).await?;
        let memory = Arc::clone(&self.inner.memory);
        let keeps = move |guild| memory.retention_edge(guild, edge, now) == UnixSeconds(i64::MIN);
        expired.players = self.forget_unknown_players(keeps, names > 0).await?;
        Ok(expired)
    }

    /// Deletes all closed sessions of a server.
    pub(crate) async fn delete_sessions(
        &self,
        server: ServerId,
        now: UnixSeconds,
    ) -> Result<usize, StoreError> {
        let edge = UnixSeconds(i64::MAX);
        self.expire_sessions_of(server, edge, now).await
    }

    async fn expire_sessions_of(
        &self,
        server: ServerId,
        edge: UnixSeconds,
        now: UnixSeconds,
    ) -> Result<usize, StoreError> {
        let mut expired = 0;
        while self
            .compute(move |database| database.has_sessions_before(server, edge))
            .await?
        {
            expired += self.expire_chunk(server, edge, now).await?;
        }
        if expired > 0 {
            self.inner.memory.kept_figures.drop_of(None);
        }
        Ok(expired)
    }

    fn has_sessions_before(&self, server: ServerId, edge: UnixSeconds) -> bool {
        let has = |state: &ServerState| state.has_ended_before(edge);
        self.inner.memory.cache.read(server, has) == Some(true)
    }

    async fn expire_chunk(
        &self,
        server: ServerId,
        edge: UnixSeconds,
        now: UnixSeconds,
    ) -> Result<usize, StoreError> {
        let expire = move |state: &mut ServerState, ledger: &mut Ledger<'_>| {
            state.expire(edge, CHUNK, ledger)
        };
        let expired = self.amend(server, now, expire)?;
        match expired.done().await {
            Ok(sessions) => Ok(sessions),
            Err(EventError::Store(error)) => Err(error),
            Err(EventError::NotLinked) => Ok(0),
        }
    }
}
