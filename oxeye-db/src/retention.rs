//! Deletes what is not kept for ever.

mod accounts;
mod clock;
mod expiry;
mod former_names;
mod orphans;

use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;

use crate::database::Database;
use crate::server_state::{LOOKBACK, ServerState};
use crate::store::{StoreError, WriterThread, keeping};
pub use clock::ClockTrust;
pub use expiry::Expired;

impl Database {
    /// Deletes the loose ends that are too old to be affected by a late event.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn forget_loose_ends(&self, now: UnixSeconds) -> Result<(), StoreError> {
        let oldest = now.minus(LOOKBACK);
        let memory = Arc::clone(&self.inner.memory);
        let forget = move |writer: &WriterThread| {
            for server in memory.cache.ids(None) {
                let forget = |state: &mut ServerState| state.forget_loose_ends(oldest);
                memory.cache.change(writer, server, forget);
            }
        };
        keeping::delete_loose_ends_before(&self.inner.store, oldest, forget).await
    }
}

#[cfg(test)]
mod tests;
