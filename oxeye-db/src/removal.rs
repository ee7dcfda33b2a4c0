//! Removes a server with its history: sessions, skins that only it used, keys, link codes, its name, and
//! the names of players who were on no other server. All of it is deleted from memory, from the tables
//! and from the bytes of the file.
//!
//! A long history is deleted a few rows at a time, so that other servers' reports do not wait. The
//! server itself is deleted last, so that an interrupted removal can be repeated.

mod job;

use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;
use tokio::sync::oneshot;

use crate::database::Database;
use crate::events::DisconnectedBy;
use crate::guild_server::GuildServer;
use crate::ids::ServerId;
use crate::ledger::{Ledger, StoreChange};
use crate::reporting::EventError;
use crate::server_state::ServerState;
use crate::store::{StoreError, skins};
use job::{Outcome, RemoveJob};

/// Maximum number of textures per write.
const CHUNK: usize = 500;

/// How often a removal starts again because something was reported or imported meanwhile.
const MAX_ATTEMPTS: usize = 10;

/// What was known of a removed server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Removed {
    /// Number of sessions.
    pub sessions: usize,
    /// Number of players who were not known on any other server.
    pub players: usize,
    /// Whether the names are gone from the bytes of the store's files. If not, somebody was just reading
    /// them, and [`Database::truncate_wal`] has to be called again later.
    pub is_wiped: bool,
}

impl Database {
    /// Removes a guild's server and everything that is known of it. Returns `None` if it had been
    /// removed already. If the server is linked, its key is revoked first.
    ///
    /// # Errors
    /// When the store cannot be written. What was deleted by then stays deleted, and the removal can be
    /// repeated.
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
        for _ in 0..MAX_ATTEMPTS {
            removed.sessions += self.empty_server(server, now).await?;
            removed.players += self
                .forget_unknown_players(move |other| other != guild, false)
                .await?;
            let is_last = self.inner.memory.cache.ids(Some(guild)) == [server];
            if is_last {
                self.forget_uuids_with(guild, server).await?;
            }
            self.forget_unreported_accounts().await?;
            self.forget_accounts_without_names().await?;
            let (answer, answered) = oneshot::channel();
            let memory = Arc::clone(&self.inner.memory);
            let wal = Arc::clone(&self.inner.wal_truncation);
            let job = RemoveJob::new(memory, wal, guild, server, answer);
            self.inner.store.enqueue(Box::new(job))?;
            match answered.await.map_err(|_| StoreError::Closed)?? {
                Outcome::Removed { is_rewritten } => {
                    removed.is_wiped = self.is_wiped().await && is_rewritten;
                    if let Err(error) = self.prune_directory(guild).await {
                        tracing::warn!(%error, %server, "names of the removed server are suggested until the next clean-up");
                    }
                    if let Err(error) = self.forget_activity_numbers(server).await {
                        tracing::warn!(%error, %server, "what the removed server sent could not be forgotten");
                    }
                    self.inner.memory.activity_feed.publish_everything();
                    return Ok(Some(removed));
                }
                Outcome::NotEmpty => {}
            }
        }
        Err(StoreError::Busy)
    }

    /// Unlinks a server and deletes everything except the server itself. Returns the number of sessions
    /// deleted.
    async fn empty_server(&self, server: ServerId, now: UnixSeconds) -> Result<usize, StoreError> {
        match self
            .unlink(server.into(), DisconnectedBy::Operator, now)
            .await
        {
            Ok(()) | Err(EventError::NotLinked) => {}
            Err(EventError::Store(error)) => return Err(error),
        }
        let sessions = self.delete_sessions(server, now).await?;
        loop {
            let deleted = self.delete_some_textures(server).await?;
            if deleted < CHUNK {
                break;
            }
        }
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
        skins::delete_some_textures(&self.inner.store, server, CHUNK).await
    }
}
