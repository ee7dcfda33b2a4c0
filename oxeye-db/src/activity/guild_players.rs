//! Whom a guild has, by the id in keys and JSON: the UUID if it is known, else the name. If an account was reported
//! under several names, its id stands for the one of which something was known last.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashSet;
use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use uuid::Uuid;

use super::accounts::by_id;
use super::figures::ActivityPlayer;
use super::recent::of_guild::StoredGuild;
use super::store::rows::players as player_rows;
use crate::database::Database;
use crate::ids::GuildId;
use crate::store::StoreError;

impl Database {
    /// Returns the players of a guild of whom anything may be known, each id once, sorted by id.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn activity_players(
        &self,
        guild: GuildId,
        now: UnixSeconds,
    ) -> Result<Vec<ActivityPlayer>, StoreError> {
        let who_played = self.who_played(guild, now).await?;
        let reported = self.accounts_in(guild).await?;
        let read = move |file: &_, _: &_| StoredGuild::new(file, guild).players();
        let stored = self.in_file().read_or(Vec::new(), read).await?;
        let names: HashSet<_> = stored
            .iter()
            .map(|(_, player, _)| player.name.clone())
            .collect();
        let only_played = who_played
            .into_iter()
            .filter(|name| !names.contains(name))
            .map(|name| (ActivityPlayer { name, uuid: None }, None));
        let stored = stored.into_iter();
        let all = stored.map(|(id, player, at)| (player, Some((at, id))));
        let all = all
            .chain(only_played)
            .map(|(mut player, did)| (reported.complete(&mut player, did), player));
        let players: BTreeMap<_, _> = by_id(all.collect(), |player| player).collect();
        Ok(players.into_values().collect())
    }

    /// Returns the player of a guild for whom an id stands. An id that is a name stands for that player, known or
    /// not, unless the player's UUID is known.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn activity_player(
        &self,
        guild: GuildId,
        id: &str,
    ) -> Result<Option<ActivityPlayer>, StoreError> {
        // Other notations of the same UUID are not its id.
        let uuid = Uuid::try_parse(id)
            .ok()
            .filter(|uuid| uuid.to_string() == id);
        if let Some(uuid) = uuid {
            let name = self.name_of_account(guild, uuid).await?;
            return Ok(name.map(|name| ActivityPlayer {
                name,
                uuid: Some(uuid),
            }));
        }
        let Ok(name) = PlayerName::try_from(id) else {
            return Ok(None);
        };
        let read = {
            let name = name.clone();
            move |file: &_, _: &_| player_rows::find(file, guild, &name)
        };
        let found = self.in_file().read_or(None, read).await?;
        let player = self.player_in(guild, name, found).await?;
        Ok(player.uuid.is_none().then_some(player))
    }

    /// Returns the guilds that have servers, linked or not.
    #[must_use]
    pub fn activity_guilds(&self) -> BTreeSet<GuildId> {
        let servers = self.inner.memory.cache.names();
        servers.into_iter().map(|(guild, _, _)| guild).collect()
    }

    /// Returns the names of the players who were on within the last 30 days.
    async fn who_played(
        &self,
        guild: GuildId,
        now: UnixSeconds,
    ) -> Result<Vec<PlayerName>, StoreError> {
        self.compute(move |database| {
            let mut players = HashSet::new();
            database.each_stay(guild, now, |(player, _), _| {
                players.insert(player);
            });
            let names = players
                .into_iter()
                .filter_map(|player| database.name_of(player));
            names.collect()
        })
        .await
    }
}
