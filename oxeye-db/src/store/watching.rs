//! Watched addresses: giving one to a server, within limits.

use oxeye_plugin_proto::{ServerName, UnixSeconds};
use rusqlite::Connection;

use super::rows::{event_ranges, guilds, server_about, servers, watched_addresses};
use super::{Store, StoreError, WriterThread};
use crate::ids::{GuildId, ServerId};
use crate::watched::{WatchLimits, WatchedBy};
use crate::watched_address::ServerAddress;

/// An address that is to be watched.
pub(crate) struct NewAddress {
    pub(crate) guild: GuildId,
    pub(crate) target: Target,
    pub(crate) address: ServerAddress,
    pub(crate) by: WatchedBy,
    pub(crate) limits: WatchLimits,
}

/// The server that gets the address.
pub(crate) enum Target {
    /// A new server of this name, or a disconnected one.
    New(ServerName),
    /// A server that exists.
    Known(ServerId),
}

/// The outcome of adding an address.
pub(crate) enum Watching {
    /// A server that was not linked is watched alone from now on, under this name.
    Alone(ServerId, ServerName),
    /// A linked server has the address from now on.
    Beside(ServerId),
    NameTaken,
    UnknownServer,
    AlreadyWatched(ServerName),
    HasAddress,
    TooManyInGuild,
    TooManyInAll,
    BotRemoved,
}

/// Adds an address unless something is against it.
pub(crate) async fn add<R: Send + 'static>(
    store: &Store,
    new: NewAddress,
    now: UnixSeconds,
    committed: impl FnOnce(Watching, &WriterThread) -> R + Send + 'static,
) -> Result<R, StoreError> {
    let add = move |file: &Connection| insert(file, &new, now);
    store.write(add, committed).await
}

fn insert(file: &Connection, new: &NewAddress, now: UnixSeconds) -> rusqlite::Result<Watching> {
    let guild = new.guild;
    if new.by == WatchedBy::Member && !guilds::has_bot(file, guild)? {
        return Ok(Watching::BotRemoved);
    }
    if let Some(name) = watched_addresses::server_at(file, guild, &new.address)? {
        return Ok(Watching::AlreadyWatched(name));
    }
    let known = match &new.target {
        Target::New(name) => {
            let called = servers::called(file, guild, name)?;
            if called.iter().any(|server| server.is_linked) {
                return Ok(Watching::NameTaken);
            }
            called.into_iter().next()
        }
        Target::Known(id) => match servers::one(file, guild, *id)? {
            None => return Ok(Watching::UnknownServer),
            known => known,
        },
    };
    if let Some(server) = &known
        && watched_addresses::exists(file, server.id)?
    {
        return Ok(Watching::HasAddress);
    }
    if watched_addresses::has_at_least(file, Some(guild), new.limits.per_guild)? {
        return Ok(Watching::TooManyInGuild);
    }
    if watched_addresses::has_at_least(file, None, new.limits.total)? {
        return Ok(Watching::TooManyInAll);
    }
    guilds::ensure(file, guild, now)?;
    let watching = match (known, &new.target) {
        (Some(server), _) if server.is_linked => Watching::Beside(server.id),
        (Some(server), Target::Known(_)) => link_again(file, server.id, server.name)?,
        (Some(server), Target::New(name)) => link_again(file, server.id, name.clone())?,
        (None, Target::New(name)) => {
            let server = servers::insert(file, guild, name, None, now)?;
            Watching::Alone(server, name.clone())
        }
        (None, Target::Known(_)) => return Ok(Watching::UnknownServer),
    };
    if let Watching::Alone(server, _) | Watching::Beside(server) = &watching {
        watched_addresses::insert(file, *server, &new.address, now)?;
    }
    Ok(watching)
}

/// Continues a disconnected server, whose last plugin speaks for it no more.
fn link_again(file: &Connection, server: ServerId, name: ServerName) -> rusqlite::Result<Watching> {
    servers::set_linked(file, server)?;
    servers::set_name(file, server, &name)?;
    server_about::delete_for_server(file, server)?;
    event_ranges::delete_for_server(file, server)?;
    Ok(Watching::Alone(server, name))
}
