//! The players who are online. They follow from the rosters of the servers and are never stored, so nobody stays
//! online by mistake.

use std::collections::BTreeSet;

use oxeye_plugin_proto::PlayerName;

use super::figures::ActivityPlayer;
use super::store::rows::players as player_rows;
use crate::database::Database;
use crate::ids::GuildId;
use crate::server_state::ServerState;
use crate::store::StoreError;

impl Database {
    /// Returns the names of the players who are on any of a guild's servers, sorted.
    #[must_use]
    pub fn activity_online(&self, guild: GuildId) -> BTreeSet<PlayerName> {
        let cache = &self.inner.memory.cache;
        let servers = cache.ids(Some(guild)).into_iter();
        let names = |state: &ServerState| state.players().keys().cloned().collect::<Vec<_>>();
        servers
            .filter_map(|server| cache.read(server, names))
            .flatten()
            .collect()
    }

    /// Returns the ids of the players who are on any of a guild's servers.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn activity_online_ids(
        &self,
        guild: GuildId,
    ) -> Result<BTreeSet<String>, StoreError> {
        let names = self.activity_online(guild);
        let of_name = |name, uuid| ActivityPlayer { name, uuid };
        let without_file = names.iter().map(|name| of_name(name.clone(), None));
        let without_file = without_file.collect();
        let read = move |file: &_| {
            let players = names.into_iter().map(|name| {
                let found = player_rows::find(file, guild, &name)?;
                Ok(of_name(name, found.and_then(|found| found.uuid)))
            });
            players.collect()
        };
        let mut players: Vec<_> = self.in_file().read_or(without_file, read).await?;
        let unsent = players.iter().filter(|player| player.uuid.is_none());
        let unsent = unsent.map(|player| player.name.clone()).collect();
        let reported = self.accounts_of(guild, unsent).await?;
        for player in &mut players {
            reported.complete(player, None);
        }
        Ok(players.iter().map(ActivityPlayer::id).collect())
    }
}
