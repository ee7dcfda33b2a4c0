//! Deletes what the players of a guild did, a little at a time, and then from the bytes of the file.

use std::sync::Arc;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::Activity;
use super::store::rows::forgetting::DeleteOfGuild;
use super::store::rows::{events, forgetting};
use crate::database::Database;
use crate::ids::GuildId;
use crate::store::{Job, Store, StoreError, WriterThread};
use crate::wal_truncation::WalTruncation;

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
        let (answer, answered) = oneshot::channel();
        store.enqueue(Box::new(WipeJob {
            wal: Arc::clone(&activity.wal_truncation),
            answer,
        }))?;
        answered.await.map_err(|_| StoreError::Closed)??;
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
            events::move_recent(file)?;
            delete(file, guild, limit)
        };
        let past = Arc::clone(&activity.past);
        let committed = move |chunk: usize, _: &WriterThread| {
            // The players' numbers may be given to others.
            past.clear();
            chunk
        };
        let chunk = store.write(write, committed).await?;
        deleted += chunk;
        if chunk < limit {
            return Ok(deleted);
        }
    }
}

/// Rewrites the file without the old copies of what was deleted.
struct WipeJob {
    wal: Arc<WalTruncation>,
    answer: oneshot::Sender<Result<(), StoreError>>,
}

impl Job for WipeJob {
    fn run(&mut self, file: &Connection, _: &WriterThread) -> rusqlite::Result<()> {
        forgetting::rewrite_players(file)
    }

    fn undo(&mut self, _: &Connection, _: u64, _: &WriterThread) {}

    fn after_commit(&mut self, file: &Connection) {
        if let Err(error) = forgetting::rewrite_file(file) {
            tracing::warn!(%error, "the file of activity could not be rewritten");
        }
        self.wal.truncate(file);
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>, _: &WriterThread) {
        // The caller may have gone; what is deleted is deleted.
        let _ = self.answer.send(commit);
    }
}
