//! Deletes what is not kept for ever.

mod clock;
mod expiry;
mod orphans;

use oxeye_plugin_proto::UnixSeconds;

use crate::database::Database;
use crate::server_state::LOOKBACK;
use crate::store::StoreError;
use crate::store::rows::loose_ends;
pub use clock::ClockTrust;
pub use expiry::Expired;

impl Database {
    /// Deletes the loose ends that are too old to be affected by a late event.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn forget_loose_ends(&self, now: UnixSeconds) -> Result<(), StoreError> {
        let oldest = now.minus(LOOKBACK);
        let database = self.clone();
        self.inner
            .store
            .write(
                move |file| loose_ends::delete_before(file, oldest),
                move |(), writer| {
                    for server in database.inner.memory.cache.ids(None) {
                        let forget = |state: &mut crate::server_state::ServerState| {
                            state.forget_loose_ends(oldest);
                        };
                        database.inner.memory.cache.change(writer, server, forget);
                    }
                },
            )
            .await
    }
}
