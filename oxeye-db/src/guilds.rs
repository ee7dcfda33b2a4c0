//! The guilds that the bot is in, and those that removed it. Their boards, counters, alerts and notices end at once; their
//! servers and history are kept for a while, in case they come back.

mod job;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;
use tokio::sync::oneshot;

use crate::database::Database;
use crate::ids::GuildId;
use crate::presence::kinds::PresenceKinds;
use crate::store::guilds::{self, GuildChanges};
use crate::store::{StoreError, members};
use job::DeleteJob;

/// How long the servers and the history of a guild that removed the bot are kept.
const REMOVED_GUILD_LIFETIME: Duration = Duration::from_secs(30 * 24 * 3600);

impl Database {
    /// Records that a guild removed the bot: deletes its boards, counters, alerts and notices, stops
    /// watching its addresses, and keeps the rest until it is deleted by retention. Changes nothing for local servers.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn guild_removed(&self, guild: GuildId, now: UnixSeconds) -> Result<(), StoreError> {
        if guild == GuildId::LOCAL {
            return Ok(());
        }
        let notify = self.waking_the_bot(|()| true);
        guilds::set_removed(&self.inner.store, guild, now, notify).await?;
        self.inner.wal_truncation.require();
        // From here on, no member can add another.
        self.unwatch_all_of(guild, now).await?;
        self.presence().guild_removed(guild, now).await
    }

    /// Records that the bot is in a guild, perhaps again: nothing of it will be deleted.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn guild_returned(&self, guild: GuildId, now: UnixSeconds) -> Result<(), StoreError> {
        guilds::set_present(&self.inner.store, guild, now).await?;
        self.presence().guild_returned(guild, now);
        Ok(())
    }

    /// Records that the bot is in these guilds and no others: a guild that is known to have had it, and
    /// is not among them, removed it while we were away.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn bot_is_in(
        &self,
        guilds: BTreeSet<GuildId>,
        now: UnixSeconds,
    ) -> Result<GuildChanges, StoreError> {
        let notify = self.waking_the_bot(|changes: &GuildChanges| !changes.removed.is_empty());
        let present = guilds.clone();
        let changes = guilds::set_all_present(&self.inner.store, guilds, now, notify).await?;
        if !changes.removed.is_empty() {
            self.inner.wal_truncation.require();
        }
        for guild in present {
            self.presence().guild_returned(guild, now);
        }
        // Those that removed the bot earlier, too: that may have been interrupted here.
        for guild in guilds::removed(&self.inner.store).await? {
            self.unwatch_all_of(guild, now).await?;
            // What members did is not worth to miss what else has changed.
            if let Err(error) = self.presence().guild_removed(guild, now).await {
                tracing::warn!(%guild, %error, "could not write down that the sessions of a guild's members ended");
            }
        }
        Ok(changes)
    }

    /// Deletes the guilds that removed the bot 30 days ago and have not come back, with their servers,
    /// history, activity, linked members and what members did in Discord. Returns them. Can be repeated.
    ///
    /// # Errors
    /// When the store cannot be written. What was deleted by then stays deleted.
    pub async fn delete_removed_guilds(
        &self,
        now: UnixSeconds,
    ) -> Result<Vec<GuildId>, StoreError> {
        let edge = now.minus(REMOVED_GUILD_LIFETIME);
        let mut deleted = Vec::new();
        for guild in guilds::removed_by(&self.inner.store, edge).await? {
            if self.delete_removed_guild(guild, edge, now).await? {
                deleted.push(guild);
            }
        }
        self.truncate_wal().await?;
        Ok(deleted)
    }

    /// Deletes one guild, unless it comes back meanwhile.
    async fn delete_removed_guild(
        &self,
        guild: GuildId,
        edge: UnixSeconds,
        now: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let store = &self.inner.store;
        // First, since a player to whom a member is linked is not forgotten with the last server.
        while members::delete_some_of_removed_guild(store, guild, edge).await? {
            // Also if the rest fails, or the guild comes back.
            self.inner.wal_truncation.require();
        }
        members::refresh(store, guild, self.with_hidden(guild)).await?;
        for server in self.inner.memory.cache.ids(Some(guild)) {
            if !guilds::is_removed_by(store, guild, edge).await? {
                return Ok(false);
            }
            if let Some(server) = self.guild_server(guild, server) {
                self.remove_server(server, now).await?;
            }
        }
        if !guilds::is_removed_by(store, guild, edge).await? {
            return Ok(false);
        }
        self.delete_activity_of_guild(guild).await?;
        let nothing = PresenceKinds::NONE;
        self.presence().set_up(guild, nothing, now).await?;
        let (answer, answered) = oneshot::channel();
        let wal = Arc::clone(&self.inner.wal_truncation);
        let memory = Arc::clone(&self.inner.memory);
        let job = DeleteJob::new(memory, wal, guild, edge, answer);
        store.enqueue(Box::new(job))?;
        answered.await.map_err(|_| StoreError::Closed)?
    }
}
