//! What time alone changes: a server that falls quiet, a count that becomes old, a player who leaves
//! the window of last seen.

use oxeye_plugin_proto::UnixSeconds;
use std::sync::Arc;

use crate::database::Database;
use crate::ids::ServerId;
use crate::store::{StoreError, WriterThread};

impl Database {
    /// Publishes the servers that people see differently now, although nothing was reported. Can be
    /// repeated.
    ///
    /// # Errors
    /// When the store is busy or closed; what was not published is left for the next time.
    pub async fn publish_time_changes(&self, now: UnixSeconds) -> Result<(), StoreError> {
        let changed = self
            .compute(move |database| database.changed_by_time(now))
            .await?;
        if changed.is_empty() {
            return Ok(());
        }
        let memory = Arc::clone(&self.inner.memory);
        let publish = move |(), writer: &WriterThread| {
            for server in changed {
                memory
                    .cache
                    .change(writer, server, |state| state.advance_to(now));
            }
        };
        self.inner.store.write(|_| Ok(()), publish).await
    }

    fn changed_by_time(&self, now: UnixSeconds) -> Vec<ServerId> {
        let cache = &self.inner.memory.cache;
        let is_changed =
            |id: &ServerId| cache.read(*id, |state| state.looks_different(now)) == Some(true);
        cache.ids(None).into_iter().filter(is_changed).collect()
    }
}
