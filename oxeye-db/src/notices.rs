//! Notices: members who want to be told when a player comes on. Players who hide are as unknown here as players whom
//! nobody knows.

use std::collections::HashSet;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use crate::database::Database;
use crate::ids::{GuildId, ServerId, UserId};
use crate::notice::{NewNotice, Notice, NoticeId, NoticeLimit, NoticeOutcome};
use crate::server_state::{LinkState, ServerState};
use crate::store::StoreError;
use crate::store::notices::{self, Added, Meant, NoticeRow};

/// Why a notice was not added.
#[derive(Debug, thiserror::Error)]
pub enum AddNoticeError {
    /// No server of the guild knows the player, or the player hides.
    #[error("no server of the guild knows the player")]
    UnknownPlayer,
    /// The member has one for this player.
    #[error("the member has a notice for this player already")]
    Exists(PlayerName),
    /// There are as many notices as there may be.
    #[error("there are too many notices already: {0:?}")]
    TooMany(NoticeLimit),
    /// The guild has removed the bot meanwhile.
    #[error("the guild has removed the bot")]
    BotRemoved,
    /// The store is busy or closed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Which of some players are on a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WatchedRoster {
    /// These, and since when. Those who hide are left out.
    Known(Vec<(PlayerName, UnixSeconds)>),
    /// The server has not sent its whole roster since Oxeye started, or is silent.
    Unknown,
}

impl Database {
    /// Adds a notice, or gives the one that the member has for this player another channel, or turns it on again if it
    /// is off. The name may be in another case if only one player has it.
    ///
    /// # Errors
    /// When the notice was not added.
    pub async fn add_notice(
        &self,
        new: NewNotice,
        now: UnixSeconds,
    ) -> Result<Notice, AddNoticeError> {
        let guild = new.guild;
        let player = self.player_of_guild(guild, new.player.clone()).await?;
        if let Some(player) = &player
            && self.hides(guild, player)
        {
            // Whoever asked before the player hid must not learn it from another answer.
            let mut own = self.notices_of(guild, UserId(new.user)).await?.into_iter();
            return Err(match own.find(|notice| notice.player == *player) {
                Some(notice) => AddNoticeError::Exists(notice.player),
                None => AddNoticeError::UnknownPlayer,
            });
        }
        let player = player.ok_or(AddNoticeError::UnknownPlayer)?;
        let id = self.inner.memory.players.id(&player);
        let row = NoticeRow {
            player: id.ok_or(AddNoticeError::UnknownPlayer)?,
            new: NewNotice { player, ..new },
        };
        let notify = self.waking_the_bot(|added: &Added| matches!(added, Added::Notice(_)));
        match notices::add(&self.inner.store, row, now, notify).await? {
            Added::Notice(notice) => Ok(notice),
            Added::UnknownPlayer => Err(AddNoticeError::UnknownPlayer),
            Added::Exists(player) => Err(AddNoticeError::Exists(player)),
            Added::TooMany(count) => Err(AddNoticeError::TooMany(count)),
            Added::BotRemoved => Err(AddNoticeError::BotRemoved),
        }
    }

    /// Deletes a notice of a guild, and returns it if it existed. The member's id is overwritten in the file.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn remove_notice(
        &self,
        guild: GuildId,
        id: NoticeId,
    ) -> Result<Option<Notice>, StoreError> {
        Ok(self.delete_notices(Meant::OfGuild(guild, id)).await?.pop())
    }

    /// Deletes a notice of a member, and returns it if it existed.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn end_notice(
        &self,
        user: UserId,
        id: NoticeId,
    ) -> Result<Option<Notice>, StoreError> {
        Ok(self
            .delete_notices(Meant::OfMember(user.0, id))
            .await?
            .pop())
    }

    /// Deletes all notices of a member, in one guild or in all. Returns how many there were.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn forget_notices_of(
        &self,
        only: Option<GuildId>,
        user: UserId,
    ) -> Result<usize, StoreError> {
        Ok(self
            .delete_notices(Meant::AllOfMember(user.0, only))
            .await?
            .len())
    }

    async fn delete_notices(&self, is_meant: Meant) -> Result<Vec<Notice>, StoreError> {
        let notify = self.waking_the_bot(|deleted: &Vec<Notice>| !deleted.is_empty());
        let deleted = notices::delete(&self.inner.store, is_meant, notify).await?;
        if !deleted.is_empty() {
            self.inner.wal_truncation.require();
            self.truncate_wal().await?;
        }
        Ok(deleted)
    }

    /// Returns the notices of one guild, or all notices, in the order in which they were added.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn notices(&self, only: Option<GuildId>) -> Result<Vec<Notice>, StoreError> {
        notices::all(&self.inner.store, only).await
    }

    /// Returns the notices of a member in a guild, in the order in which they were added.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn notices_of(
        &self,
        guild: GuildId,
        user: UserId,
    ) -> Result<Vec<Notice>, StoreError> {
        notices::of_member(&self.inner.store, guild, user.0).await
    }

    /// Remembers that a member is about to be told that the player has come on a server, unless they were told half an
    /// hour ago or the notice is off. Returns the notice as it is now; `None` if nobody is to be told.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn begin_notice(
        &self,
        id: NoticeId,
        server: ServerId,
        now: UnixSeconds,
    ) -> Result<Option<Notice>, StoreError> {
        notices::begin(&self.inner.store, id, server, now).await
    }

    /// Remembers what became of a message to the member.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn settle_notice(
        &self,
        id: NoticeId,
        outcome: NoticeOutcome,
    ) -> Result<(), StoreError> {
        notices::settle(&self.inner.store, id, outcome).await
    }

    /// Returns which of these players are on a server, as the members of its guild may see them; `None` if the server
    /// was removed.
    #[must_use]
    pub fn watched_roster(
        &self,
        server: ServerId,
        players: &HashSet<PlayerName>,
        now: UnixSeconds,
    ) -> Option<WatchedRoster> {
        let hidden = &self.inner.memory.hidden;
        let read = |state: &ServerState| match state.link_state(now) {
            // A poll said how many are on, and not who.
            LinkState::Online if !state.is_synced() => WatchedRoster::Unknown,
            LinkState::Online => {
                let visible = hidden.visible_to_members(state.guild());
                let on = state.players();
                let watched = players.iter().filter(|player| visible.shows(player));
                let on = watched.filter_map(|player| Some((player, on.get(player)?.joined_at)));
                let on = on.map(|(player, joined_at)| (player.clone(), joined_at));
                WatchedRoster::Known(on.collect())
            }
            LinkState::Down | LinkState::Starting => WatchedRoster::Known(Vec::new()),
            LinkState::Quiet
            | LinkState::Stale
            | LinkState::AwaitingSync
            | LinkState::Disconnected => WatchedRoster::Unknown,
        };
        self.inner.memory.cache.read(server, read)
    }
}

#[cfg(test)]
mod tests;
