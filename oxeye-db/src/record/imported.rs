//! Playtime from before Oxeye, read from the file: sums, of which no sessions are known.

use hashbrown::HashMap;
use std::time::Duration;

use crate::database::Database;
use crate::ids::ServerId;
use crate::players::PlayerId;
use crate::store::StoreError;
use crate::store::rows::imported_playtime;

impl Database {
    /// What was imported for a server, by player.
    pub(crate) async fn imported_playtime(
        &self,
        server: ServerId,
    ) -> Result<HashMap<PlayerId, Duration>, StoreError> {
        let read = move |file: &_| imported_playtime::of_server(file, server);
        let played = self.inner.store.read(read).await?.into_iter();
        Ok(played
            .map(|(player, seconds)| (player, Duration::from_secs(seconds)))
            .collect())
    }

    /// What was imported for one player.
    pub(crate) async fn imported_playtime_of(
        &self,
        server: ServerId,
        player: PlayerId,
    ) -> Result<Option<Duration>, StoreError> {
        let read = move |file: &_| imported_playtime::seconds_of(file, server, player);
        let seconds = self.inner.store.read(read).await?;
        Ok(seconds.map(Duration::from_secs))
    }
}
