//! Members of a guild on Discord who are linked to players: linking and unlinking them.

use std::sync::Arc;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::ids::{GuildId, UserId};
use crate::linked_member::LinkedMember;
use crate::member_error::LinkMemberError;
use crate::server_state::ServerState;
use crate::store::members::{self, Changed, Linking};
use crate::store::rows::linked_members::MemberRow;
use crate::store::{StoreError, WriterThread};

/// What was deleted about a Discord account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ForgottenAccount {
    /// Number of guilds in which it had joined those whose sessions are kept.
    pub guilds: usize,
    /// Number of sessions.
    pub sessions: usize,
    /// Number of players to whom it was linked.
    pub links: usize,
    /// Whether all of it is gone from the bytes of the files. If not, that happens later.
    pub is_wiped: bool,
}

impl Database {
    /// Links a member to a player of the guild's servers, of exactly this name. `confirmed_by` is the member who
    /// says that the two are the same person; `None` if a code has proven it.
    ///
    /// # Errors
    /// When they were not linked.
    pub async fn link_member(
        &self,
        guild: GuildId,
        user: u64,
        player: PlayerName,
        confirmed_by: Option<u64>,
        now: UnixSeconds,
    ) -> Result<(), LinkMemberError> {
        let memory = &self.inner.memory;
        let known = memory.players.id(&player);
        let known = known.filter(|id| memory.directory.knows(guild, *id));
        let id = known.ok_or(LinkMemberError::UnknownPlayer)?;
        let member = MemberRow {
            guild,
            user,
            player: id,
            linked_at: now,
            confirmed_by,
            // Whoever hides what they do in Discord hides as a player, too.
            hidden_since: self.presence().hidden_since(guild, UserId(user)),
        };
        let committed = self.with_hidden(guild);
        match members::link(&self.inner.store, member, player, committed).await? {
            Linking::Done => Ok(()),
            Linking::MemberTaken(player) => Err(LinkMemberError::MemberTaken(player)),
            Linking::PlayerTaken => Err(LinkMemberError::PlayerTaken),
            Linking::UnknownPlayer => Err(LinkMemberError::UnknownPlayer),
            Linking::BotRemoved => Err(LinkMemberError::BotRemoved),
        }
    }

    /// Deletes the link of a member, and returns it if there was one. Their player hides no longer. The member's
    /// id is overwritten in the file.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn unlink_member(
        &self,
        guild: GuildId,
        user: u64,
    ) -> Result<Option<LinkedMember>, StoreError> {
        let committed = self.with_hidden(guild);
        let unlinked = members::unlink(&self.inner.store, guild, user, committed).await?;
        if unlinked.is_some() {
            self.inner.wal_truncation.require();
            self.truncate_wal().await?;
        }
        Ok(unlinked)
    }

    /// Deletes everything about a Discord account in all guilds: what its owner did in Discord, to which players it was
    /// linked, and about which players its owner is told. The players are kept. Returns `None` if nothing was known.
    ///
    /// # Errors
    /// When a store cannot be written. What was deleted by then stays deleted.
    pub async fn forget_account(
        &self,
        user: UserId,
    ) -> Result<Option<ForgottenAccount>, StoreError> {
        let mut forgotten = ForgottenAccount {
            is_wiped: true,
            ..ForgottenAccount::default()
        };
        for member in members::all(&self.inner.store, None).await? {
            if member.user == user.0 && self.unlink_member(member.guild, user.0).await?.is_some() {
                forgotten.links += 1;
                forgotten.is_wiped = !self.inner.wal_truncation.is_due();
            }
        }
        if let Some(withdrawn) = self.presence().forget(user).await? {
            forgotten.guilds = withdrawn.members;
            forgotten.sessions = withdrawn.sessions;
            forgotten.is_wiped &= withdrawn.is_wiped;
        }
        let notices = self.forget_notices_of(None, user).await?;
        forgotten.is_wiped &= notices == 0 || !self.inner.wal_truncation.is_due();
        Ok((forgotten.links + forgotten.guilds + notices > 0).then_some(forgotten))
    }

    /// Returns a member if they are linked to a player.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn linked_member(
        &self,
        guild: GuildId,
        user: u64,
    ) -> Result<Option<LinkedMember>, StoreError> {
        members::of_user(&self.inner.store, guild, user).await
    }

    /// Returns the member who is linked to the player who has exactly this name now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn member_of_player(
        &self,
        guild: GuildId,
        player: &PlayerName,
    ) -> Result<Option<LinkedMember>, StoreError> {
        match self.inner.memory.players.id(player) {
            Some(player) => members::of_player(&self.inner.store, guild, player).await,
            None => Ok(None),
        }
    }

    /// Whether a player hides from the members of a guild.
    #[must_use]
    pub fn hides(&self, guild: GuildId, player: &PlayerName) -> bool {
        let hidden = &self.inner.memory.hidden;
        !hidden.visible_to_members(guild).shows(player)
    }

    /// Whether members of the guild may be told that a player of this name has joined a server or left it: whoever is on
    /// under that name, or was there last, must not hide. Another account that hides may have used the name before.
    #[must_use]
    pub fn may_be_named(&self, server: GuildServer, player: &PlayerName) -> bool {
        let memory = &self.inner.memory;
        let read = |state: &ServerState| {
            let visible = memory.hidden.visible_to_members(server.guild());
            if let Some(stay) = state.players().get(player) {
                return visible.shows_stay(player, stay.account);
            }
            match state.last_seen().get(player) {
                Some(at) => state.may_be_seen(player, at, &visible),
                None => visible.shows(player),
            }
        };
        memory.cache.read(server.id(), read).unwrap_or_default()
    }

    /// Returns the linked members of one guild, or of all guilds, sorted by guild and player.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn linked_members(
        &self,
        only: Option<GuildId>,
    ) -> Result<Vec<LinkedMember>, StoreError> {
        members::all(&self.inner.store, only).await
    }

    /// Returns what remembers, once a change of a guild's members is committed, who hides there.
    pub(crate) fn with_hidden<T>(
        &self,
        guild: GuildId,
    ) -> impl FnOnce(Changed<T>, &WriterThread) -> T + Send + use<T> {
        let memory = Arc::clone(&self.inner.memory);
        move |(outcome, hidden), writer| {
            memory.set_hidden(writer, guild, &hidden);
            outcome
        }
    }
}
