//! Sessions that are older than who runs Oxeye wants to keep.
//!
//! Which those are is known in memory, so the file is never searched: it needs no index on when a
//! session ended, which every leave would have to pay for.

use oxeye_plugin_proto::UnixSeconds;

use crate::database::Database;
use crate::ids::ServerId;
use crate::ledger::Ledger;
use crate::reporting::EventError;
use crate::server_state::ServerState;
use crate::store::StoreError;

/// Sessions in one write, so that events do not wait long behind it.
const PORTION: usize = 500;

/// What was deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Expired {
    /// Sessions that ended too long ago.
    pub sessions: usize,
    /// Players of whom nothing was left.
    pub players: usize,
}

impl Database {
    /// Deletes the sessions that ended before `edge`, and then the players of whom nothing is left.
    /// Can be repeated, and go on beside anything else.
    ///
    /// # Errors
    /// When the store could not take it. What was deleted before stays so.
    pub async fn expire_sessions(
        &self,
        edge: UnixSeconds,
        now: UnixSeconds,
    ) -> Result<Expired, StoreError> {
        let mut expired = Expired::default();
        for server in self.inner.memory.cache.ids(None) {
            expired.sessions += self.expire_sessions_of(server, edge, now).await?;
        }
        expired.players = self.forget_unknown_players().await?;
        Ok(expired)
    }

    /// Deletes all sessions of a server that are over.
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
            expired += self.expire_portion(server, edge, now).await?;
        }
        Ok(expired)
    }

    fn has_sessions_before(&self, server: ServerId, edge: UnixSeconds) -> bool {
        let has = |state: &ServerState| state.history().any_ended_before(edge);
        self.inner.memory.cache.read(server, has) == Some(true)
    }

    async fn expire_portion(
        &self,
        server: ServerId,
        edge: UnixSeconds,
        now: UnixSeconds,
    ) -> Result<usize, StoreError> {
        let expire = move |state: &mut ServerState, ledger: &mut Ledger<'_>| {
            state.expire(edge, PORTION, ledger)
        };
        let expired = self.amend(server, now, expire)?;
        match expired.done().await {
            Ok(sessions) => Ok(sessions),
            Err(EventError::Store(error)) => Err(error),
            Err(EventError::NotLinked) => Ok(0),
        }
    }
}
