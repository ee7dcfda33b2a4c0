//! Names: which player is meant by a name in another case, and which UUIDs a name was reported
//! with.

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::ids::GuildId;
use crate::player_uuids::ReportedUuid;
use crate::store::{StoreError, keeping};

impl Database {
    /// Returns the only player of a server whose name differs from this one in nothing but case;
    /// `None` if there is none or more than one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn player_in_other_case(
        &self,
        server: GuildServer,
        name: PlayerName,
        now: UnixSeconds,
    ) -> Result<Option<PlayerName>, StoreError> {
        let (guild, server) = (server.guild(), server.id());
        let imported = self.imported_playtime(server).await?;
        let persons = self.persons_in(guild);
        self.compute(move |database| {
            let record = database.record(server, now)?;
            let name_of = |player| database.name_of(player);
            let all = record.known_players(&persons, &imported, name_of);
            let folded = name.as_str().to_lowercase();
            let mut names = Vec::new();
            for known in all {
                names.push(known.player);
                names.extend(known.former_names);
            }
            // Two persons may have had the same name.
            names.sort_unstable();
            names.dedup();
            let mut alike = names.into_iter();
            let mut alike = alike
                .by_ref()
                .filter(|other| *other != name && other.as_str().to_lowercase() == folded);
            alike.next().filter(|_| alike.next().is_none())
        })
        .await
    }

    /// Returns a player of any server whose name differs from this one only in case.
    ///
    /// # Errors
    /// When the store is closed.
    pub async fn name_in_other_case(
        &self,
        name: PlayerName,
    ) -> Result<Option<PlayerName>, StoreError> {
        self.compute(move |database| database.inner.memory.players.in_other_case(&name))
            .await
    }

    /// Returns the UUIDs that a guild's servers reported under a name, the most recently reported
    /// first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn player_uuids(
        &self,
        guild: GuildId,
        player: &PlayerName,
    ) -> Result<Vec<ReportedUuid>, StoreError> {
        let Some(player) = self.inner.memory.players.id(player) else {
            return Ok(Vec::new());
        };
        keeping::uuids_of(&self.inner.store, guild, player).await
    }
}
