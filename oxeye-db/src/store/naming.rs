//! Servers by name: renaming one, and finding or adding one.

use oxeye_plugin_proto::{ServerName, UnixSeconds};
use rusqlite::Connection;

use super::rows::{guilds, link_codes, servers};
use super::{Store, StoreError, WriterThread};
use crate::ids::{GuildId, ServerId};

/// The outcome of renaming a server.
pub(crate) enum Renaming {
    Done,
    NameTaken,
    Unknown,
}

/// Gives a server another name, unless another server of the guild has it. Link codes issued for the old
/// name then link the server under the new one.
pub(crate) async fn rename<R: Send + 'static>(
    store: &Store,
    (guild, server): (GuildId, ServerId),
    name: ServerName,
    committed: impl FnOnce(Renaming, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let rename = move |file: &Connection| set_name(file, guild, server, &name);
    store.write(rename, committed).await
}

/// Finds the server of this name, or adds one that is not linked. Yields it and whether it is new.
pub(crate) async fn find_or_add<R: Send + 'static>(
    store: &Store,
    guild: GuildId,
    name: ServerName,
    now: UnixSeconds,
    committed: impl FnOnce((ServerId, bool), &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let insert = move |file: &Connection| insert_if_new(file, guild, &name, now);
    store.write(insert, committed).await
}

fn set_name(
    file: &Connection,
    guild: GuildId,
    server: ServerId,
    name: &ServerName,
) -> rusqlite::Result<Renaming> {
    let Some(old) = servers::name_of(file, guild, server)? else {
        return Ok(Renaming::Unknown);
    };
    let taken = servers::called(file, guild, name)?;
    if taken.iter().any(|other| other.id != server) {
        return Ok(Renaming::NameTaken);
    }
    for code in link_codes::for_name(file, guild, &old)? {
        link_codes::set_server_name(file, &code, name)?;
    }
    servers::set_name(file, server, name)?;
    Ok(Renaming::Done)
}

fn insert_if_new(
    file: &Connection,
    guild: GuildId,
    name: &ServerName,
    now: UnixSeconds,
) -> rusqlite::Result<(ServerId, bool)> {
    guilds::ensure(file, guild, now)?;
    if let Some(known) = servers::called(file, guild, name)?.first() {
        return Ok((known.id, false));
    }
    let inserted = servers::insert(file, guild, name, Some(now), now)?;
    Ok((inserted, true))
}
