//! Hiding from the other members of a guild: as a player, and as a member whose sessions in Discord are kept. Whoever is
//! both hides as both.

use std::collections::BTreeSet;

use oxeye_plugin_proto::UnixSeconds;

use crate::database::Database;
use crate::ids::{GuildId, UserId};
use crate::linked_member::LinkedMember;
use crate::presence::consenting::Joined;
use crate::store::{StoreError, members};

/// What of a member hides from the others, or is shown to them again; at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hiding {
    /// The player whom the member is linked to.
    pub linked: Option<LinkedMember>,
    /// Whether the member joined those whose sessions in Discord are kept.
    pub is_joined: bool,
}

impl Database {
    /// Hides a member of a guild from the others. Returns `None` for somebody who is linked to no player and has not
    /// joined: nothing is kept of them, not even that they want to hide.
    ///
    /// # Errors
    /// When a store cannot be written. What the other one knows of the member hides nevertheless.
    pub async fn hide_member(
        &self,
        guild: GuildId,
        user: u64,
        now: UnixSeconds,
    ) -> Result<Option<Hiding>, StoreError> {
        self.set_hidden(guild, user, Some(now)).await
    }

    /// Shows a member to the others again. Returns `None` for somebody who is linked to no player and has not joined.
    ///
    /// # Errors
    /// When a store cannot be written. To be repeated then.
    pub async fn show_member(
        &self,
        guild: GuildId,
        user: u64,
    ) -> Result<Option<Hiding>, StoreError> {
        self.set_hidden(guild, user, None).await
    }

    async fn set_hidden(
        &self,
        guild: GuildId,
        user: u64,
        since: Option<UnixSeconds>,
    ) -> Result<Option<Hiding>, StoreError> {
        // A file that is lost must not keep what the other one says from being changed.
        let is_joined = self.presence().set_hidden(guild, UserId(user), since).await;
        if since.is_some()
            && let Err(error) = self.keep_noticed_names(guild).await
        {
            tracing::warn!(%error, %guild, "could not keep the names under which notices are listed; the member hides nevertheless");
        }
        let committed = self.with_hidden(guild);
        let member = (guild, user);
        let linked = members::set_hidden(&self.inner.store, member, since, committed).await?;
        let is_joined = is_joined?;
        let hiding = Hiding { linked, is_joined };
        Ok((hiding.linked.is_some() || hiding.is_joined).then_some(hiding))
    }

    /// Lets a member of a guild join those whose sessions in Discord are kept. Whoever hides as a player hides as such a
    /// member, too, even after they are no longer linked.
    ///
    /// # Errors
    /// When a store cannot be read or written.
    pub async fn join_presence(
        &self,
        guild: GuildId,
        user: UserId,
        now: UnixSeconds,
    ) -> Result<Joined, StoreError> {
        let linked = self.linked_member(guild, user.0).await?;
        let joined = self.presence().join(guild, user, now).await?;
        if let Some(since) = linked.and_then(|member| member.hidden_since) {
            self.presence().set_hidden(guild, user, Some(since)).await?;
        }
        Ok(joined)
    }

    /// Returns the members of a guild whom the others do not see.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn hidden_members(&self, guild: GuildId) -> Result<BTreeSet<UserId>, StoreError> {
        let linked = self.linked_members(Some(guild)).await?.into_iter();
        let linked = linked.filter(|member| member.hidden_since.is_some());
        let linked = linked.map(|member| UserId(member.user));
        Ok(linked.chain(self.presence().hidden(guild)).collect())
    }
}
