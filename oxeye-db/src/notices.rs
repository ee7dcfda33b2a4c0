//! Notices: members who want to be told when a player comes on. Players who hide are as unknown here as players whom
//! nobody knows.
//!
//! | module  | subject                        |
//! |---------|--------------------------------|
//! | `crowd` | who is on a server; pure       |

mod crowd;

use std::collections::HashSet;
use std::sync::Arc;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use crate::database::Database;
use crate::ids::{GuildId, ServerId, UserId};
use crate::memory::Memory;
use crate::notice::{NewNotice, Notice, NoticeId, NoticeLimit, NoticeOutcome, WatchedPlayer};
use crate::persons::PersonKey;
use crate::server_state::{LinkState, ServerState};
use crate::store::StoreError;
use crate::store::notices::{self, Added, Meant, NoticeRow};
use crowd::Crowd;

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
    Known(Vec<(WatchedPlayer, UnixSeconds)>),
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
        let Some(player) = self.player_of_guild(guild, new.player.clone()).await? else {
            // Whoever asked before the player hid must not learn it from another answer.
            let asked = new.player.as_str().to_lowercase();
            let mut own = self.notices_of(guild, UserId(new.user)).await?.into_iter();
            let same = own.find(|notice| notice.player.as_str().to_lowercase() == asked);
            return Err(same.map_or(AddNoticeError::UnknownPlayer, |notice| {
                AddNoticeError::Exists(notice.player)
            }));
        };
        let id = self.inner.memory.players.id(&player);
        let id = id.ok_or(AddNoticeError::UnknownPlayer)?;
        let row = NoticeRow {
            player: id,
            account: self.persons_in(guild).holder(id).account(),
            new: NewNotice { player, ..new },
        };
        let notify = self.waking_the_bot(|added: &Added| matches!(added, Added::Notice(_)));
        match notices::add(&self.inner.store, row, now, notify).await? {
            Added::Notice(notice) => Ok(self.with_newest_name(notice)),
            Added::UnknownPlayer => Err(AddNoticeError::UnknownPlayer),
            Added::Exists(player) => Err(AddNoticeError::Exists(player)),
            Added::TooMany(count) => Err(AddNoticeError::TooMany(count)),
            Added::BotRemoved => Err(AddNoticeError::BotRemoved),
        }
    }

    /// Returns a notice with the account that it is about, if only one has ever used the name, and the newest name. Whoever
    /// hides keeps the name by which the member knows them.
    fn with_newest_name(&self, mut notice: Notice) -> Notice {
        let persons = self.persons_in(notice.guild);
        if notice.account.is_none() {
            let name = self.inner.memory.players.id(&notice.player);
            notice.account = name.and_then(|name| persons.of_stay(name, None).account());
        }
        if let Some(person) = notice.account.map(PersonKey::Account) {
            let visible = self.inner.memory.hidden.visible_to_members(notice.guild);
            let newest = persons.newest_name(person);
            let newest = newest.and_then(|newest| self.name_of(newest));
            let shown = newest.filter(|newest| visible.shows_person(person, newest));
            notice.player = shown.unwrap_or(notice.player);
        }
        notice
    }

    fn with_newest_names(&self, notices: Vec<Notice>) -> Vec<Notice> {
        let notices = notices.into_iter();
        notices
            .map(|notice| self.with_newest_name(notice))
            .collect()
    }

    /// Whether the player whom a notice is about hides from the members of the guild.
    #[must_use]
    pub fn hides_noticed(&self, notice: &Notice) -> bool {
        let visible = self.inner.memory.hidden.visible_to_members(notice.guild);
        match notice.account {
            Some(account) => !visible.shows_person(PersonKey::Account(account), &notice.player),
            None => !visible.shows(&notice.player),
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

    /// Keeps the names that members of a guild see now, before somebody hides. Otherwise, a notice about a player whose
    /// name went back to an earlier one would tell who hides.
    pub(crate) async fn keep_noticed_names(&self, guild: GuildId) -> Result<(), StoreError> {
        let rows = notices::all(&self.inner.store, Some(guild)).await?;
        let kept = rows.into_iter().filter_map(|row| {
            let name = row.player.clone();
            let shown = self.with_newest_name(row);
            let player = self.inner.memory.players.id(&shown.player)?;
            let is_newer = shown.player != name;
            is_newer.then_some((shown.id, shown.account?, player))
        });
        let kept: Vec<_> = kept.collect();
        if kept.is_empty() {
            return Ok(());
        }
        notices::keep_names(&self.inner.store, kept).await
    }

    async fn delete_notices(&self, is_meant: Meant) -> Result<Vec<Notice>, StoreError> {
        let notify = self.waking_the_bot(|deleted: &Vec<Notice>| !deleted.is_empty());
        let deleted = notices::delete(&self.inner.store, is_meant, notify).await?;
        if !deleted.is_empty() {
            self.inner.wal_truncation.require();
            self.truncate_wal().await?;
        }
        Ok(self.with_newest_names(deleted))
    }

    /// Returns the notices of one guild, or all notices, in the order in which they were added.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn notices(&self, only: Option<GuildId>) -> Result<Vec<Notice>, StoreError> {
        let notices = notices::all(&self.inner.store, only).await?;
        Ok(self.with_newest_names(notices))
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
        let notices = notices::of_member(&self.inner.store, guild, user.0).await?;
        Ok(self.with_newest_names(notices))
    }

    /// Remembers that a member is about to be told that the player has come on a server, unless they were told half an
    /// hour ago, the notice is off, or somebody else has come under the name of its account. If it was about whoever has
    /// a name, it is about the account that has come from now on. Returns the notice as it is now; `None` if nobody is to be told.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn begin_notice(
        &self,
        id: NoticeId,
        server: ServerId,
        now: UnixSeconds,
    ) -> Result<Option<Notice>, StoreError> {
        let memory = Arc::clone(&self.inner.memory);
        let account_of = move |name: &PlayerName| {
            let on = |state: &ServerState| {
                let account = state.players().get(name).and_then(|stay| stay.account);
                (state.guild(), account)
            };
            let (guild, account) = memory.cache.read(server, on)?;
            let only = || {
                let name = memory.players.id(name)?;
                memory.persons.of(guild).of_stay(name, None).account()
            };
            account.or_else(only)
        };
        let memory = Arc::clone(&self.inner.memory);
        let is_other = move |notice: &Notice| is_another(&memory, notice, server);
        let of = (id, server);
        let begun = notices::begin(&self.inner.store, of, account_of, is_other, now).await?;
        Ok(begun.map(|notice| self.with_newest_name(notice)))
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
        players: &HashSet<WatchedPlayer>,
        now: UnixSeconds,
    ) -> Option<WatchedRoster> {
        let memory = &self.inner.memory;
        let read = |state: &ServerState| match state.link_state(now) {
            // A poll said how many are on, and not who.
            LinkState::Online if !state.is_synced() => WatchedRoster::Unknown,
            LinkState::Online => {
                let crowd = Crowd {
                    on: state.players(),
                    persons: &self.persons_in(state.guild()),
                    players: &memory.players,
                    visible: &memory.hidden.visible_to_members(state.guild()),
                };
                let on = players.iter();
                let on = on.filter_map(|player| Some((player.clone(), crowd.since(player)?)));
                WatchedRoster::Known(on.collect())
            }
            LinkState::Down | LinkState::Starting => WatchedRoster::Known(Vec::new()),
            LinkState::Quiet
            | LinkState::Stale
            | LinkState::AwaitingSync
            | LinkState::Disconnected => WatchedRoster::Unknown,
        };
        memory.cache.read(server, read)
    }
}

/// Whether somebody is on a server under the name of a notice who is not the account that it is about.
fn is_another(memory: &Memory, notice: &Notice, server: ServerId) -> bool {
    let Some(account) = notice.account else {
        return false;
    };
    let is_another = |state: &ServerState| {
        let crowd = Crowd {
            on: state.players(),
            persons: &memory.persons.of(state.guild()),
            players: &memory.players,
            visible: &memory.hidden.visible_to_members(state.guild()),
        };
        let is_on = crowd.since(&WatchedPlayer::Account(account)).is_some();
        state.players().contains_key(&notice.player) && !is_on
    };
    memory.cache.read(server, is_another) == Some(true)
}

#[cfg(test)]
mod tests;
