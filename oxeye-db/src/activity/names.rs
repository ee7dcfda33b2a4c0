//! Which player of a guild is meant by a name. A player is known there if they have been on one of the guild's
//! servers, or if anything they did was reported.

use std::collections::BTreeSet;

use oxeye_plugin_proto::PlayerName;

use super::store::rows::players;
use crate::database::Database;
use crate::ids::GuildId;
use crate::store::StoreError;

impl Database {
    /// Returns the guild's player of this name or, if there is none, the only one whose name differs from it only
    /// in case; `None` if nobody is meant, or more than one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn activity_player_named(
        &self,
        guild: GuildId,
        name: PlayerName,
    ) -> Result<Option<PlayerName>, StoreError> {
        let asked = name.clone();
        let find = move |file: &_, _: &_| Ok(players::find(file, guild, &asked)?.is_some());
        let id = self.inner.memory.players.id(&name);
        let has_done_something = self.in_file().read_or(false, find).await?;
        if has_done_something || id.is_some_and(|id| self.has_been_on(guild, id, &name)) {
            return Ok(Some(name));
        }
        let asked = name.clone();
        let read = move |file: &_, _: &_| players::in_other_case(file, guild, &asked);
        let mut alike = self.in_file().read_or(BTreeSet::new(), read).await?;
        let on_servers = self.compute(move |database| {
            let others = database.inner.memory.players.others_in_case(&name);
            let known = others
                .into_iter()
                .filter(|(id, other)| database.has_been_on(guild, *id, other));
            // Two are enough to know that not one of them is meant.
            known.map(|(_, other)| other).take(2).collect::<Vec<_>>()
        });
        alike.extend(on_servers.await?);
        let only = alike.pop_first();
        Ok(only.filter(|_| alike.is_empty()))
    }
}
