//! Queues reports for the writer and waits for them.

use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;
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
    /// Waits until the report is on disk.
    pub(crate) async fn done(self) -> Result<R, EventError> {
        self.0.await.map_err(|_| StoreError::Closed)?
    }
}

impl Database {
    /// Queues a change of a linked server's state together with the matching changes of the file.
    ///
    /// `change` runs on the writer's thread while the server is locked and still linked by the
    /// reporter's own link. An event that races a disconnect is taken before it or not at all.
    pub(crate) fn report<T: Send + 'static>(
        &self,
        server: impl Into<Reporter>,
        now: UnixSeconds,
        change: impl FnOnce(&mut ServerState, &mut Ledger<'_>) -> T + Send + 'static,
    ) -> Result<Queued<T>, StoreError> {
        self.report_and_then(server, now, InMemory::of(change), |done, _| done)
    }

    /// Like [`Database::report`], for a change that reads or writes rows itself or may keep other
    /// reports waiting for too long. What it did in earlier transactions is on disk even if a later
    /// part fails.
    pub(crate) fn report_step<S: Step>(
        &self,
        server: impl Into<Reporter>,
        now: UnixSeconds,
        step: S,
    ) -> Result<Queued<S::Done>, StoreError> {
        self.report_and_then(server, now, step, |done, _| done)
    }

    /// Like [`Database::report_step`]; `committed` runs on the writer's thread once everything is
    /// on disk.
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

    /// Like [`Database::report`], whether or not the server is linked.
    pub(crate) fn amend<T: Send + 'static>(
        &self,
        server: ServerId,
        now: UnixSeconds,
        change: impl FnOnce(&mut ServerState, &mut Ledger<'_>) -> T + Send + 'static,
    ) -> Result<Queued<T>, StoreError> {
        self.amend_step(server, now, InMemory::of(change))
    }

    /// Like [`Database::report_step`], whether or not the server is linked.
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
