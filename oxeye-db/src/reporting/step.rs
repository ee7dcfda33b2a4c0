//! What a report does once it is its turn.

use rusqlite::Connection;

use crate::ledger::Ledger;
use crate::server_state::ServerState;

/// What a step has come to.
pub(crate) enum Progress<T> {
    /// All is done.
    Done(T),
    /// There is more, for which others must not wait: it goes on in a later transaction.
    More,
}

/// A change of one server's state that also reads rows, or writes some itself. A change that does
/// neither is a function of the state and the ledger.
pub(crate) trait Step: Send + 'static {
    /// What the caller is answered.
    type Done: Send + 'static;

    /// Whether all that is written is in the ledger.
    const ONLY_LEDGER: bool = false;

    /// Changes the state, on the writer's thread, with the server locked. Runs again in a later
    /// transaction until it is done.
    fn run(
        &mut self,
        file: &Connection,
        state: &mut ServerState,
        ledger: &mut Ledger<'_>,
    ) -> rusqlite::Result<Progress<Self::Done>>;
}

/// A step that only changes the state and notes in the ledger what that means for the file.
pub(super) struct InMemory<F>(Option<F>);

impl<F> InMemory<F> {
    pub(super) fn of(change: F) -> Self {
        Self(Some(change))
    }
}

impl<F, T> Step for InMemory<F>
where
    F: FnOnce(&mut ServerState, &mut Ledger<'_>) -> T + Send + 'static,
    T: Send + 'static,
{
    type Done = T;
    const ONLY_LEDGER: bool = true;

    fn run(
        &mut self,
        _file: &Connection,
        state: &mut ServerState,
        ledger: &mut Ledger<'_>,
    ) -> rusqlite::Result<Progress<T>> {
        let change = self.0.take().ok_or(rusqlite::Error::InvalidQuery)?;
        Ok(Progress::Done(change(state, ledger)))
    }
}
