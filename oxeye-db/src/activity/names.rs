//! Which player of a guild is meant by a name. A player is known there if they have been on one of the guild's
//! servers, or if anything they did was reported.

use std::collections::BTreeSet;

use oxeye_plugin_proto::PlayerName;

use super::store::rows::players;
use crate::database::Database;
use crate::ids::GuildId;
use crate::players::PlayerId;
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
        let find = move |file: &_| Ok(players::find(file, guild, &asked)?.is_some());
        let id = self.inner.memory.players.id(&name);
        let has_done_something = self.in_file().read_or(false, find).await?;
        if has_done_something || id.is_some_and(|id| self.has_been_on(guild, id)) {
            return Ok(Some(name));
        }
        let asked = name.clone();
        let read = move |file: &_| players::in_other_case(file, guild, &asked);
        let mut alike = self.in_file().read_or(BTreeSet::new(), read).await?;
        let on_servers = self.compute(move |database| {
            let players = database.inner.memory.players.others_in_case(&name);
            let known = players.filter(|(id, _)| database.has_been_on(guild, *id));
            known.map(|(_, name)| name).collect::<Vec<_>>()
        });
        alike.extend(on_servers.await?);
        let only = alike.pop_first();
        Ok(only.filter(|_| alike.is_empty()))
    }

    /// Whether a player is or was on any server of a guild.
    fn has_been_on(&self, guild: GuildId, player: PlayerId) -> bool {
        let cache = &self.inner.memory.cache;
        cache.ids(Some(guild)).into_iter().any(|server| {
            let past = cache.read(server, |state| {
                let mut online = state.players().values();
                let is_on = online.any(|stay| stay.player == player);
                (is_on, state.history().clone())
            });
            past.is_some_and(|(is_on, history)| is_on || history.of_player(player).next().is_some())
        })
    }
}
