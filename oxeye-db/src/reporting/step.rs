//! What a report does when its turn comes.

use rusqlite::Connection;

use crate::ledger::Ledger;
use crate::server_state::ServerState;

/// How far a step has got.
pub(crate) enum Progress<T> {
    /// The step is done.
    Done(T),
    /// There is more to do, which continues in a later transaction so that others need not wait.
    More,
}

/// A change of one server's state that may also read and write rows itself. A change that does
/// neither is a function of the state and the ledger; see [`InMemory`].
pub(crate) trait Step: Send + 'static {
    /// The result that the caller gets.
    type Done: Send + 'static;

    /// Whether the ledger holds everything that is written.
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

/// A step that only changes the state and notes the matching changes of the file in the ledger.
pub(crate) struct InMemory<F>(Option<F>);

impl<F> InMemory<F> {
    pub(crate) fn of(change: F) -> Self {
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
