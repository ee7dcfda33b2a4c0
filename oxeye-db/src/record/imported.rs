//! Playtime from before Oxeye, read from the file: sums, of which no sessions are known.

use hashbrown::HashMap;
use rusqlite::{OptionalExtension, params};
use std::time::Duration;

use crate::database::Database;
use crate::ids::ServerId;
use crate::players::PlayerId;
use crate::store::StoreError;

impl Database {
    /// What was imported for a server, by player.
    pub(crate) async fn imported_playtime(
        &self,
        server: ServerId,
    ) -> Result<HashMap<PlayerId, Duration>, StoreError> {
        let read = move |file: &rusqlite::Connection| {
            let mut rows = file.prepare_cached(
                "SELECT player_id, seconds FROM imported_playtime WHERE server_id = ?1",
            )?;
            let rows = rows.query_map([server.0], |row| {
                Ok((PlayerId(row.get(0)?), seconds(row.get(1)?)))
            })?;
            rows.collect()
        };
        self.inner.store.read(read).await
    }

    /// What was imported for one player.
    pub(crate) async fn imported_playtime_of(
        &self,
        server: ServerId,
        player: PlayerId,
    ) -> Result<Option<Duration>, StoreError> {
        let read = move |file: &rusqlite::Connection| {
            let mut row = file.prepare_cached(
                "SELECT seconds FROM imported_playtime WHERE server_id = ?1 AND player_id = ?2",
            )?;
            let imported = row.query_row(params![server.0, player.0], |row| row.get(0));
            Ok(imported.optional()?.map(seconds))
        };
        self.inner.store.read(read).await
    }
}

/// The table holds no negative number.
fn seconds(stored: i64) -> Duration {
    Duration::from_secs(stored.cast_unsigned())
}
