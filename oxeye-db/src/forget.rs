//! A player who is to be forgotten: everything under exactly that name goes, on all servers of all
//! guilds, from memory, from the file and from its write-ahead log.
//!
//! What other players have in common with them stays: servers, and skins that others wear, too.

mod job;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use tokio::sync::oneshot;

use crate::database::Database;
use crate::store::StoreError;
use job::{ForgetJob, TruncateJob};

/// What was known of a player.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Sessions, open or over.
    pub sessions: usize,
    /// Servers that knew anything.
    pub servers: usize,
    /// Servers with playtime from before Oxeye.
    pub imported_playtimes: usize,
    /// Whether the name is out of the store's files, too. If not, somebody was just reading them;
    /// [`Database::truncate_wal`] sees to it.
    pub is_wiped: bool,
}

impl Database {
    /// Forgets a player; `None` when nothing was known of that name. If the player is online, the
    /// next report that names them brings them back, as somebody who was never seen before.
    ///
    /// # Errors
    /// When the store could not take it; then nothing is forgotten.
    pub async fn forget_player(
        &self,
        name: PlayerName,
        now: UnixSeconds,
    ) -> Result<Option<Forgotten>, StoreError> {
        let (answer, answered) = oneshot::channel();
        let memory = Arc::clone(&self.inner.memory);
        let wal = Arc::clone(&self.inner.wal_truncation);
        let job = ForgetJob::new(memory, wal, name, now, answer);
        self.inner.store.enqueue(Box::new(job))?;
        answered.await.map_err(|_| StoreError::Closed)?
    }

    /// Truncates the write-ahead log if it may still hold a forgotten player's name.
    ///
    /// # Errors
    /// When the store could not take it.
    pub async fn truncate_wal(&self) -> Result<(), StoreError> {
        if !self.inner.wal_truncation.is_due() {
            return Ok(());
        }
        let (answer, answered) = oneshot::channel();
        let job = TruncateJob::new(Arc::clone(&self.inner.wal_truncation), answer);
        self.inner.store.enqueue(Box::new(job))?;
        answered.await.map_err(|_| StoreError::Closed)?
    }
}
