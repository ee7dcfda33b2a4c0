//! Reports on their way to the writer, and the wait for them.

use oxeye_plugin_proto::UnixSeconds;
use std::sync::Arc;
use tokio::sync::oneshot;

use super::step::InMemory;
use super::{EventError, ReportJob, Step};
use crate::database::Database;
use crate::ids::ServerId;
use crate::ledger::Ledger;
use crate::reporter::Reporter;
use crate::server_state::ServerState;
use crate::store::{StoreError, WriterThread};

/// A report that the writer has not answered yet.
#[derive(Debug)]
pub(crate) struct Queued<R>(oneshot::Receiver<Result<R, EventError>>);

impl<R> Queued<R> {
    /// Waits until it is on disk.
    pub(crate) async fn done(self) -> Result<R, EventError> {
        self.0.await.map_err(|_| StoreError::Closed)?
    }
}

impl Database {
    /// Queues a change of a linked server's state and what it means for the file. The future is
    /// ready once that is on disk.
    ///
    /// `change` runs on the writer's thread with the server locked *and linked*, by the same link as
    /// when the reporter was let in: an event that races a disconnect comes before it or not at all.
    pub(crate) fn report<T: Send + 'static>(
        &self,
        server: impl Into<Reporter>,
        now: UnixSeconds,
        change: impl FnOnce(&mut ServerState, &mut Ledger<'_>) -> T + Send + 'static,
    ) -> Result<Queued<T>, StoreError> {
        self.report_and_then(server, now, InMemory::of(change), |done, _| done)
    }

    /// As [`Database::report`], for a change that reads or writes rows itself, or that may take too
    /// long for those who wait behind it. What it did in earlier transactions is on disk even if a
    /// later part fails.
    pub(crate) fn report_step<S: Step>(
        &self,
        server: impl Into<Reporter>,
        now: UnixSeconds,
        step: S,
    ) -> Result<Queued<S::Done>, StoreError> {
        self.report_and_then(server, now, step, |done, _| done)
    }

    /// As [`Database::report_step`]; `committed` runs on the writer's thread once all is on disk.
    pub(crate) fn report_and_then<S: Step, R: Send + 'static>(
        &self,
        server: impl Into<Reporter>,
        now: UnixSeconds,
        step: S,
        committed: impl FnOnce(S::Done, &WriterThread) -> R + Send + 'static,
    ) -> Result<Queued<R>, StoreError> {
        let (answer, answered) = oneshot::channel();
        let memory = Arc::clone(&self.inner.memory);
        let job = ReportJob::new(memory, server.into(), now, step, committed, answer);
        self.inner.store.enqueue(Box::new(job))?;
        Ok(Queued(answered))
    }

    /// As [`Database::report`], whether or not the server is linked.
    pub(crate) fn amend<T: Send + 'static>(
        &self,
        server: ServerId,
        now: UnixSeconds,
        change: impl FnOnce(&mut ServerState, &mut Ledger<'_>) -> T + Send + 'static,
    ) -> Result<Queued<T>, StoreError> {
        self.amend_step(server, now, InMemory::of(change))
    }

    /// As [`Database::report_step`], whether or not the server is linked.
    pub(crate) fn amend_step<S: Step>(
        &self,
        server: ServerId,
        now: UnixSeconds,
        step: S,
    ) -> Result<Queued<S::Done>, StoreError> {
        let (answer, answered) = oneshot::channel();
        let memory = Arc::clone(&self.inner.memory);
        let committed = |done, _: &WriterThread| done;
        let mut job = ReportJob::new(memory, server.into(), now, step, committed, answer);
        job.even_unlinked = true;
        self.inner.store.enqueue(Box::new(job))?;
        Ok(Queued(answered))
    }
}
