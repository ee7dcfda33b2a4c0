//! The players who are online. They follow from the rosters of the servers and are never stored, so nobody stays
//! online by mistake.

use std::collections::BTreeSet;

use oxeye_plugin_proto::PlayerName;

use super::figures::ActivityPlayer;
use crate::database::Database;
use crate::ids::GuildId;
use crate::server_state::ServerState;
use crate::store::StoreError;

impl Database {
    /// Returns the names of the players who are on any of a guild's servers, sorted, without those who hide.
    #[must_use]
    pub fn activity_online(&self, guild: GuildId) -> BTreeSet<PlayerName> {
        let cache = &self.inner.memory.cache;
        let servers = cache.ids(Some(guild)).into_iter();
        let names = |state: &ServerState| {
            let visible = self.inner.memory.hidden.visible_to_members(guild);
            let players = state.players().iter();
            let shown = players.filter(|(player, stay)| visible.shows_stay(player, stay.account));
            shown.map(|(player, _)| player.clone()).collect::<Vec<_>>()
        };
        let names = servers.filter_map(|server| cache.read(server, names));
        names.flatten().collect()
    }

    /// Returns the ids of the players who are on any of a guild's servers, without those who hide.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn activity_online_ids(
        &self,
        guild: GuildId,
    ) -> Result<BTreeSet<String>, StoreError> {
        let names = self.activity_online(guild).into_iter().collect();
        let players = self.players_with_accounts(guild, names).await?;
        Ok(players.iter().map(ActivityPlayer::id).collect())
    }
}
