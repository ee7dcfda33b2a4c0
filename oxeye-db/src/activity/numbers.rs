//! The epochs, numbers and keys by which a server's reports are recognised when they are sent again. They are
//! forgotten when another plugin begins to report for the server, which may begin anywhere.

use rusqlite::Connection;

use super::store::rows::idempotency_keys;
use crate::database::Database;
use crate::ids::ServerId;
use crate::store::StoreError;
use crate::store::rows::event_ranges;

impl Database {
    /// Forgets which events a server has sent. What they changed stays.
    pub(crate) async fn forget_activity_numbers(&self, server: ServerId) -> Result<(), StoreError> {
        let Some(store) = self.activity_store() else {
            return Ok(());
        };
        let write = move |file: &Connection| {
            event_ranges::delete_for_server(file, server)?;
            idempotency_keys::delete_for_server(file, server)
        };
        store.write(write, |(), _| ()).await
    }
}
