//! What the tables alone know of names: to whom they belong although no server has said so.

use rusqlite::Connection;

use super::rows::{imported_playtime, linked_members};
use super::{Store, StoreError};
use crate::accounts::AccountId;
use crate::ids::GuildId;
use crate::players::PlayerId;

/// The tables, for whoever looks for the names of a person.
pub(crate) struct NamesInFile<'f>(&'f Connection);

impl<'f> NamesInFile<'f> {
    pub(crate) fn of(file: &'f Connection) -> Self {
        Self(file)
    }

    /// Returns the names in a guild that members are linked to without any account.
    pub(crate) fn linked_alone(&self, guild: GuildId) -> rusqlite::Result<Vec<PlayerId>> {
        linked_members::names_alone(self.0, guild)
    }

    /// Returns the names under which playtime of an account was imported for servers of a guild, each once.
    pub(crate) fn imported(
        &self,
        guild: GuildId,
        account: AccountId,
    ) -> rusqlite::Result<Vec<PlayerId>> {
        imported_playtime::players_of(self.0, guild, account)
    }
}

/// Reads something for which one has to know them.
pub(crate) async fn read<T: Send + 'static>(
    store: &Store,
    read: impl FnOnce(&NamesInFile<'_>) -> rusqlite::Result<T> + Send + 'static,
) -> Result<T, StoreError> {
    let read = move |file: &Connection| read(&NamesInFile::of(file));
    store.read(read).await
}
