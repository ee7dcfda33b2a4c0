//! Whom somebody means who asks for a player in another case than the server reports.

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::store::StoreError;

impl Database {
    /// The only player of a server whose name differs from this one in nothing but case; `None` when
    /// there is none or when there are several.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn player_in_other_case(
        &self,
        server: GuildServer,
        name: PlayerName,
        now: UnixSeconds,
    ) -> Result<Option<PlayerName>, StoreError> {
        let server = server.id();
        let imported = self.imported_playtime(server).await?;
        self.compute(move |database| {
            let record = database.record(server, now)?;
            let all = record.known_players(&imported, |player| database.name_of(player));
            let folded = name.as_str().to_lowercase();
            let mut alike = all.into_iter().map(|known| known.player);
            let mut alike = alike
                .by_ref()
                .filter(|other| *other != name && other.as_str().to_lowercase() == folded);
            alike.next().filter(|_| alike.next().is_none())
        })
        .await
    }

    /// A player of any server whose name differs from this one in nothing but case.
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
}
