//! A server that is removed with its history: sessions, skins that only it used, keys, link codes,
//! its name, and the names of players who were nowhere else; from memory, from the file and from the
//! file's bytes.
//!
//! A long history goes some rows at a time, so that other servers' reports do not wait. The server
//! itself goes last: whoever is interrupted can remove it again.

mod job;

use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::database::Database;
use crate::events::DisconnectedBy;
use crate::guild_server::GuildServer;
use crate::ids::ServerId;
use crate::ledger::{Ledger, StoreChange};
use crate::reporting::EventError;
use crate::server_state::ServerState;
use crate::skins;
use crate::store::StoreError;
use job::{Ending, RemoveJob};

/// Textures in one write.
const PORTION: usize = 500;

/// How often it is begun again because somebody reported or imported meanwhile.
const ROUNDS: usize = 10;

/// What was known of a server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Removed {
    /// Its sessions.
    pub sessions: usize,
    /// Players of whom nothing was known on any other server.
    pub players: usize,
    /// Whether the names are out of the store's files, too. If not, somebody was just reading them;
    /// [`Database::truncate_wal`] sees to it.
    pub is_wiped: bool,
}

impl Database {
    /// Removes a guild's server and all that is known of it; `None` when it was
    /// removed before.
    /// If it is linked, its key is revoked first.
    ///
    /// # Errors
    /// When the store could not take it. What was deleted before stays so, and the server can be
    /// removed again.
    pub async fn remove_server(
        &self,
        server: GuildServer,
        now: UnixSeconds,
    ) -> Result<Option<Removed>, StoreError> {
        let (guild, server) = (server.guild(), server.id());
        let known = self.compute(move |database| database.guild_server(guild, server));
        if known.await?.is_none() {
            return Ok(None);
        }
        let mut removed = Removed::default();
        for _ in 0..ROUNDS {
            removed.sessions += self.empty_server(server, now).await?;
            removed.players += self.forget_unknown_players().await?;
            let (answer, answered) = oneshot::channel();
            let memory = Arc::clone(&self.inner.memory);
            let wal = Arc::clone(&self.inner.wal_truncation);
            let job = RemoveJob::new(memory, wal, guild, server, answer);
            self.inner.store.enqueue(Box::new(job))?;
            match answered.await.map_err(|_| StoreError::Closed)?? {
                Ending::Gone { is_wiped } => {
                    removed.is_wiped = is_wiped;
                    return Ok(Some(removed));
                }
                Ending::NotEmpty => {}
            }
        }
        Err(StoreError::Busy)
    }

    /// Unlinks a server and deletes what is known of it but its name; answers how many sessions.
    async fn empty_server(&self, server: ServerId, now: UnixSeconds) -> Result<usize, StoreError> {
        match self
            .unlink(server.into(), DisconnectedBy::Operator, now)
            .await
        {
            Ok(()) | Err(EventError::NotLinked) => {}
            Err(EventError::Store(error)) => return Err(error),
        }
        let sessions = self.delete_sessions(server, now).await?;
        while self.delete_some_textures(server).await? == PORTION {}
        let clear = move |state: &mut ServerState, ledger: &mut Ledger<'_>| {
            state.forget_loose_ends(UnixSeconds(i64::MAX));
            ledger.note(StoreChange::LooseEndsCleared);
            ledger.note(StoreChange::ImportedCleared);
            ledger.note(StoreChange::EpochsCleared);
        };
        match self.amend(server, now, clear)?.done().await {
            Ok(()) | Err(EventError::NotLinked) => Ok(sessions),
            Err(EventError::Store(error)) => Err(error),
        }
    }

    async fn delete_some_textures(&self, server: ServerId) -> Result<usize, StoreError> {
        let delete = move |file: &Connection| skins::delete_some_textures(file, server, PORTION);
        self.inner.store.write(delete, |deleted, _| deleted).await
    }
}
