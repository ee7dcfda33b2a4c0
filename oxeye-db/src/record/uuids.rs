//! Which UUIDs a player was reported with in a guild.

use oxeye_plugin_proto::PlayerName;

use crate::database::Database;
use crate::ids::GuildId;
use crate::player_uuids::ReportedUuid;
use crate::store::StoreError;
use crate::store::rows::player_uuids;

impl Database {
    /// The UUIDs that a guild's servers reported under a name, the one reported last first.
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
        let read = self
            .inner
            .store
            .read(move |file| player_uuids::of_player(file, guild, player));
        read.await
    }
}
