//! Renames a server. Its key, its roster and its history stay.

use std::sync::Arc;

use oxeye_plugin_proto::ServerName;

use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::store::naming::{self, Renaming};
use crate::store::{StoreError, WriterThread};

/// Why a server was not renamed.
#[derive(Debug, thiserror::Error)]
pub enum RenameError {
    /// The server has been removed.
    #[error("the server was removed")]
    Unknown,
    /// Another server of the guild has the name, whether or not that server is linked.
    #[error("another server of this guild has this name")]
    NameTaken,
    /// The store could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Database {
    /// Gives a guild's server another name, which may differ only in case. Link codes issued for the
    /// old name then link the server under the new one.
    ///
    /// # Errors
    /// When the server was removed, another server has the name, or the store cannot be written.
    pub async fn rename_server(
        &self,
        server: GuildServer,
        name: ServerName,
    ) -> Result<(), RenameError> {
        let (guild, server) = (server.guild(), server.id());
        let memory = Arc::clone(&self.inner.memory);
        let new = name.clone();
        let remember = move |outcome: Renaming, writer: &WriterThread| {
            if matches!(outcome, Renaming::Done) {
                memory.cache.rename(writer, server, name);
            }
            outcome
        };
        let store = &self.inner.store;
        let outcome = naming::rename(store, (guild, server), new, remember).await?;
        match outcome {
            Renaming::Done => Ok(()),
            Renaming::NameTaken => Err(RenameError::NameTaken),
            Renaming::Unknown => Err(RenameError::Unknown),
        }
    }
}
