//! Hiding from the other members of a guild, for those who joined.

use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;

use super::Presence;
use super::store::rows::members;
use crate::ids::{GuildId, UserId};
use crate::store::StoreError;

impl Presence {
    /// Returns since when a member who joined hides from the others of a guild; `None` if they are shown. Takes no time.
    #[must_use]
    pub fn hidden_since(&self, guild: GuildId, user: UserId) -> Option<UnixSeconds> {
        self.live
            .read(|live| live.consents.hidden_since(guild, user))
    }

    /// Returns the members of a guild who joined and hide, in no order.
    pub(crate) fn hidden(&self, guild: GuildId) -> Vec<UserId> {
        self.live.read(|live| live.consents.hidden(guild).collect())
    }

    /// Hides a member since a time, or shows them again. Returns whether they have joined.
    pub(crate) async fn set_hidden(
        &self,
        guild: GuildId,
        user: UserId,
        since: Option<UnixSeconds>,
    ) -> Result<bool, StoreError> {
        let Some(store) = self.file.existing().filter(|_| self.keeps(guild, user)) else {
            return Ok(false);
        };
        let (asked, live) = (Arc::clone(&self.live), Arc::clone(&self.live));
        let set = move |file: &rusqlite::Connection| {
            let before = asked.read(|live| live.consents.hidden_since(guild, user));
            members::set_hidden(file, guild, user, since.map(|at| before.unwrap_or(at)))
        };
        let set = store.write(set, move |(), writer| {
            live.change(writer, |live| {
                live.consents.set_hidden(guild, user, since);
            });
        });
        set.await?;
        Ok(self.keeps(guild, user))
    }
}
