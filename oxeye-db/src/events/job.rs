//! A report on its way through the writer: memory and file are changed together, or neither.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::EventError;
use crate::database::Database;
use crate::ids::ServerId;
use crate::ledger::{Change, Ledger};
use crate::players::PlayerId;
use crate::server_state::ServerState;
use crate::session_rows;
use crate::store::{Job, StoreError};

pub(super) struct ReportJob<W, C, T, R> {
    database: Database,
    server: ServerId,
    now: UnixSeconds,
    change: Option<W>,
    committed: C,
    /// Whether a server that is not linked is changed, too.
    pub(super) even_unlinked: bool,
    /// `None` until it ran, `Some(None)` when the server was not linked.
    outcome: Option<Option<T>>,
    /// Names that were heard for the first time.
    named: Vec<PlayerId>,
    answer: oneshot::Sender<Result<R, EventError>>,
}

impl<W, C, T, R> ReportJob<W, C, T, R> {
    pub(super) fn new(
        database: Database,
        server: ServerId,
        now: UnixSeconds,
        change: W,
        committed: C,
        answer: oneshot::Sender<Result<R, EventError>>,
    ) -> Self {
        Self {
            database,
            server,
            now,
            change: Some(change),
            committed,
            even_unlinked: false,
            outcome: None,
            named: Vec::new(),
            answer,
        }
    }
}

impl<W, C, T, R> Job for ReportJob<W, C, T, R>
where
    W: FnOnce(&Connection, &mut ServerState, &mut Ledger<'_>) -> rusqlite::Result<T> + Send,
    C: FnOnce(T) -> R + Send,
    T: Send,
    R: Send,
{
    fn run(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let Some(change) = self.change.take() else {
            return Ok(());
        };
        let inner = &self.database.inner;
        let mut ledger = Ledger::new(&inner.players, &inner.sessions);
        let changed = inner.cache.with(self.server, |state| {
            (state.linked || self.even_unlinked).then(|| change(connection, state, &mut ledger))
        });
        let changes = ledger.into_changes();
        self.named
            .extend(changes.iter().filter_map(|change| match change {
                Change::Named(id, _) => Some(*id),
                _ => None,
            }));
        let outcome = changed.flatten().transpose()?;
        session_rows::write(connection, self.server, &changes)?;
        self.outcome = Some(outcome);
        Ok(())
    }

    fn undo(&mut self, connection: &Connection, failure: u64) {
        let inner = &self.database.inner;
        for player in self.named.drain(..) {
            inner.players.remove(player);
        }
        let restoring = inner.cache.with(self.server, |state| {
            let done = state.restoring_after(failure);
            if !done {
                state.forget_presence();
            }
            !done
        });
        if restoring != Some(true) {
            return;
        }
        let read = session_rows::load(&self.database, connection, Some(self.server), self.now);
        if let Err(error) = read {
            tracing::error!(%error, server = %self.server, "a server's sessions could not be read back");
        }
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>) {
        let Self {
            committed,
            outcome,
            answer,
            ..
        } = *self;
        let result = match (commit, outcome) {
            (Ok(()), Some(Some(changed))) => Ok(committed(changed)),
            (Ok(()), Some(None)) => Err(EventError::NotLinked),
            (Ok(()), None) => Err(StoreError::Closed.into()),
            (Err(error), _) => Err(error.into()),
        };
        // The caller may have gone; what is committed is committed, and `committed` ran anyway.
        let _ = answer.send(result);
    }
}
