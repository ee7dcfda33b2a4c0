//! A player who is to be forgotten: everything under exactly that name goes, on all servers of all
//! guilds, from memory, from the file and from its write-ahead log.
//!
//! What other players have in common with them stays: servers, and skins that others wear, too.

mod job;
pub(crate) mod names;
#[cfg(test)]
mod tests;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use std::sync::atomic::Ordering;
use tokio::sync::oneshot;

use crate::database::Database;
use crate::store::StoreError;
pub(crate) use job::wipe;
use job::{EmptyLogJob, ForgetJob};

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
    /// [`Database::empty_log`] sees to it.
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
        let job = ForgetJob::new(self.clone(), name, now, answer);
        self.inner.store.enqueue(Box::new(job))?;
        answered.await.map_err(|_| StoreError::Closed)?
    }

    /// Empties the store's log if the name of somebody who was forgotten may still stand in it.
    ///
    /// # Errors
    /// When the store could not take it.
    pub async fn empty_log(&self) -> Result<(), StoreError> {
        if !self.inner.log_is_to_be_emptied.load(Ordering::Relaxed) {
            return Ok(());
        }
        let (answer, answered) = oneshot::channel();
        let job = EmptyLogJob::new(self.clone(), answer);
        self.inner.store.enqueue(Box::new(job))?;
        answered.await.map_err(|_| StoreError::Closed)?
    }
}
