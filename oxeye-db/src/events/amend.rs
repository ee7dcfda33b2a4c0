//! Changes of a server's state that do not come from the server itself.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::job::at_once;
use super::{Queued, ReportJob};
use crate::database::Database;
use crate::ids::ServerId;
use crate::ledger::Ledger;
use crate::server_state::ServerState;
use crate::store::StoreError;

impl Database {
    /// As [`Database::report`], whether or not the server is linked.
    pub(crate) fn amend<T, R>(
        &self,
        server: ServerId,
        now: UnixSeconds,
        change: impl FnOnce(&Connection, &mut ServerState, &mut Ledger<'_>) -> rusqlite::Result<T>
        + Send
        + 'static,
        committed: impl FnOnce(T) -> R + Send + 'static,
    ) -> Result<Queued<R>, StoreError>
    where
        T: Send + 'static,
        R: Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let change = at_once(change);
        let mut job = ReportJob::new(self.clone(), server.into(), now, change, committed, answer);
        job.even_unlinked = true;
        self.inner.store.enqueue(Box::new(job))?;
        Ok(Queued(answered))
    }
}
