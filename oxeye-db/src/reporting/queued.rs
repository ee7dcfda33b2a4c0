//! Reports on their way to the writer, and the wait for them.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;
use std::sync::Arc;
use tokio::sync::oneshot;

use super::job::at_once;
use super::{EventError, Progress, ReportJob};
use crate::database::Database;
use crate::ids::ServerId;
use crate::ledger::Ledger;
use crate::reporter::Reporter;
use crate::server_state::ServerState;
use crate::store::{StoreError, WriterThread};

/// A report that the writer has not answered yet.
#[derive(Debug)]
pub(crate) struct Queued<R>(pub(super) oneshot::Receiver<Result<R, EventError>>);

impl<R> Queued<R> {
    /// Waits until it is on disk.
    pub(crate) async fn done(self) -> Result<R, EventError> {
        self.0.await.map_err(|_| StoreError::Closed)?
    }
}

impl Database {
    /// Queues a change of a linked server's state and what it means for the file. Once that is on
    /// disk, `committed` runs on the writer's thread, and the future is ready.
    ///
    /// `change` runs there too, with the server locked *and linked*, by the same link as when the
    /// reporter was let in: an event that races a disconnect comes before it or not at all.
    pub(crate) fn report<T, R>(
        &self,
        server: impl Into<Reporter>,
        now: UnixSeconds,
        change: impl FnOnce(&Connection, &mut ServerState, &mut Ledger<'_>) -> rusqlite::Result<T>
        + Send
        + 'static,
        committed: impl FnOnce(T, &WriterThread) -> R + Send + 'static,
    ) -> Result<Queued<R>, StoreError>
    where
        T: Send + 'static,
        R: Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let change = at_once(change);
        let job = ReportJob::new(
            Arc::clone(&self.inner.memory),
            server.into(),
            now,
            change,
            committed,
            answer,
        );
        self.inner.store.enqueue(Box::new(job))?;
        Ok(Queued(answered))
    }

    /// As [`Database::report`], for a change that may take too long for those who wait behind it:
    /// `change` runs again, in a later transaction, until it says that it is done. What it did until
    /// then is on disk even if a later part fails.
    pub(crate) fn report_in_parts<T: Send + 'static>(
        &self,
        server: impl Into<Reporter>,
        now: UnixSeconds,
        change: impl FnMut(
            &Connection,
            &mut ServerState,
            &mut Ledger<'_>,
        ) -> rusqlite::Result<Progress<T>>
        + Send
        + 'static,
    ) -> Result<Queued<T>, StoreError> {
        let (answer, answered) = oneshot::channel();
        let job = ReportJob::new(
            Arc::clone(&self.inner.memory),
            server.into(),
            now,
            change,
            itself,
            answer,
        );
        self.inner.store.enqueue(Box::new(job))?;
        Ok(Queued(answered))
    }

    /// As [`Database::report`], for a change that does not touch the file by itself.
    pub(crate) fn report_event<T: Send + 'static>(
        &self,
        server: impl Into<Reporter>,
        now: UnixSeconds,
        change: impl FnOnce(&mut ServerState, &mut Ledger<'_>) -> T + Send + 'static,
    ) -> Result<Queued<T>, StoreError> {
        let change = move |_: &Connection, state: &mut ServerState, ledger: &mut Ledger<'_>| {
            Ok(change(state, ledger))
        };
        let (answer, answered) = oneshot::channel();
        let change = at_once(change);
        let reporter = server.into();
        let mut job = ReportJob::new(
            Arc::clone(&self.inner.memory),
            reporter,
            now,
            change,
            itself,
            answer,
        );
        job.only_ledger = true;
        self.inner.store.enqueue(Box::new(job))?;
        Ok(Queued(answered))
    }

    /// As [`Database::report`], whether or not the server is linked.
    pub(crate) fn amend<T, R>(
        &self,
        server: ServerId,
        now: UnixSeconds,
        change: impl FnOnce(&Connection, &mut ServerState, &mut Ledger<'_>) -> rusqlite::Result<T>
        + Send
        + 'static,
        committed: impl FnOnce(T, &WriterThread) -> R + Send + 'static,
    ) -> Result<Queued<R>, StoreError>
    where
        T: Send + 'static,
        R: Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let change = at_once(change);
        let mut job = ReportJob::new(
            Arc::clone(&self.inner.memory),
            server.into(),
            now,
            change,
            committed,
            answer,
        );
        job.even_unlinked = true;
        self.inner.store.enqueue(Box::new(job))?;
        Ok(Queued(answered))
    }
}

/// What a change has come to is the answer.
fn itself<T>(done: T, _: &WriterThread) -> T {
    done
}
