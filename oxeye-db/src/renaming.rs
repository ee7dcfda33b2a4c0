//! Renames a server. Its key, its roster and its history stay.

use oxeye_plugin_proto::ServerName;
use rusqlite::Connection;

use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::ids::{GuildId, ServerId};
use crate::server_names::{codes_for, same_name};
use crate::store::StoreError;
use crate::store::rows::{link_codes, servers};

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

enum Outcome {
    Renamed,
    NameTaken,
    Unknown,
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
        let database = self.clone();
        let new = name.clone();
        let outcome = self
            .inner
            .store
            .write(
                move |file| rename(file, guild, server, &new),
                move |outcome, writer| {
                    if matches!(outcome, Outcome::Renamed) {
                        database.inner.memory.cache.rename(writer, server, name);
                    }
                    outcome
                },
            )
            .await?;
        match outcome {
            Outcome::Renamed => Ok(()),
            Outcome::NameTaken => Err(RenameError::NameTaken),
            Outcome::Unknown => Err(RenameError::Unknown),
        }
    }
}

fn rename(
    file: &Connection,
    guild: GuildId,
    server: ServerId,
    name: &ServerName,
) -> rusqlite::Result<Outcome> {
    let Some(old) = servers::name_of(file, guild, server)? else {
        return Ok(Outcome::Unknown);
    };
    let taken = same_name(file, guild, name)?;
    if taken.iter().any(|other| other.id != server) {
        return Ok(Outcome::NameTaken);
    }
    for code in codes_for(file, guild, &old)? {
        link_codes::set_server_name(file, &code, name)?;
    }
    servers::set_name(file, server, name)?;
    Ok(Outcome::Renamed)
}
