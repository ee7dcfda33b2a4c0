//! Deletes what the players of a guild did, a little at a time, and then from the bytes of the file.

use std::sync::Arc;

use rusqlite::Connection;

use super::Activity;
use super::recent::move_recent;
use super::store::rows::forgetting::{self, DeleteOfGuild};
use crate::database::Database;
use crate::ids::GuildId;
use crate::store::side_file::rewriting;
use crate::store::{Store, StoreError, WriterThread};

/// The most counters of days, and the most players, per write.
const DAYS: usize = 2_000;
const PLAYERS: usize = 100;

impl Database {
    /// Deletes what the players of a guild did.
    pub(crate) async fn delete_activity_of_guild(&self, guild: GuildId) -> Result<(), StoreError> {
        let activity = self.inner.activity.as_ref();
        let Some((activity, store)) = activity.and_then(|a| Some((a, a.file.existing()?))) else {
            return Ok(());
        };
        let mut deleted = 0;
        for (delete, limit) in [
            (forgetting::delete_days_of_guild as DeleteOfGuild, DAYS),
            (forgetting::delete_players_of_guild, PLAYERS),
        ] {
            deleted += delete_all(store, activity, guild, delete, limit).await?;
        }
        if deleted == 0 {
            return Ok(());
        }
        activity.wipe_file().await?;
        self.inner.memory.activity_feed.publish_everything();
        Ok(())
    }
}

async fn delete_all(
    store: &Store,
    activity: &Activity,
    guild: GuildId,
    delete: DeleteOfGuild,
    limit: usize,
) -> Result<usize, StoreError> {
    let mut deleted = 0;
    loop {
        let known_players = Arc::clone(&activity.known_players);
        let write = move |file: &Connection| {
            known_players.clear();
            move_recent(file)?;
            let deleted = delete(file, guild, limit)?;
            if deleted > 0 {
                // With what is deleted, so that nothing that happens before the rest is deleted leaves its bytes.
                rewriting::require(file)?;
            }
            Ok(deleted)
        };
        let (past, wipe) = (Arc::clone(&activity.past), Arc::clone(&activity.wipe));
        let committed = move |chunk: usize, _: &WriterThread| {
            // The players' numbers may be given to others.
            past.clear();
            if chunk > 0 {
                wipe.require();
            }
            chunk
        };
        let chunk = store.write(write, committed).await?;
        deleted += chunk;
        if chunk < limit {
            return Ok(deleted);
        }
    }
}
