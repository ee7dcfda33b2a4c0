//! Adds and removes watched addresses.

use std::sync::Arc;

use oxeye_plugin_proto::{ServerName, UnixSeconds};

use super::{NewWatch, WatchLimits, WatchTarget};
use crate::database::Database;
use crate::events::DisconnectedBy;
use crate::guild_server::GuildServer;
use crate::ids::GuildId;
use crate::ledger::{Ledger, StoreChange};
use crate::memory::Memory;
use crate::reporting::{EventError, InMemory};
use crate::server_state::{ServerState, Watch};
use crate::store::watching::{self, NewAddress, Target, Watching};
use crate::store::{StoreError, WriterThread};
use crate::watched_address::{ServerAddress, WatchedAs};

/// Why an address was not added.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// A linked server of the guild has the name.
    #[error("a server with this name is linked already")]
    NameTaken,
    /// The guild watches this address already, under this name.
    #[error("this address is watched already, as {0}")]
    AlreadyWatched(ServerName),
    /// The server has another address.
    #[error("this server has an address already")]
    HasAddress,
    /// The guild has this many addresses, which is the limit.
    #[error("the guild watches {0} addresses already")]
    TooManyInGuild(usize),
    /// All guilds together have this many addresses, which is the limit.
    #[error("{0} addresses are watched already")]
    TooManyInAll(usize),
    /// The server has been removed.
    #[error("the server was removed")]
    UnknownServer,
    /// A member wanted it watched, and the guild has removed the bot meanwhile.
    #[error("the guild has removed the bot")]
    BotRemoved,
    /// The store could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why an address was not removed.
#[derive(Debug, thiserror::Error)]
pub enum UnwatchError {
    /// The server has no address.
    #[error("this server has no watched address")]
    NotWatched,
    /// The store could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Database {
    /// Watches an address from now on.
    ///
    /// # Errors
    /// When the address was not added.
    pub async fn watch(
        &self,
        new: NewWatch,
        limits: WatchLimits,
        now: UnixSeconds,
    ) -> Result<GuildServer, WatchError> {
        let guild = new.guild;
        let target = match new.target {
            WatchTarget::New(name) => Target::New(name),
            WatchTarget::Beside(server) => Target::Known(server.id()),
        };
        let address = ServerAddress {
            host: new.host,
            port: new.port,
        };
        let new = NewAddress {
            guild,
            target,
            address: address.clone(),
            by: new.by,
            limits,
        };
        let memory = Arc::clone(&self.inner.memory);
        let remember = move |watching: Watching, writer: &WriterThread| {
            remember(&memory, writer, guild, &watching, address, now);
            watching
        };
        let server = match watching::add(&self.inner.store, new, now, remember).await? {
            Watching::Alone(server, _) | Watching::Beside(server) => server,
            Watching::NameTaken => return Err(WatchError::NameTaken),
            Watching::UnknownServer => return Err(WatchError::UnknownServer),
            Watching::AlreadyWatched(name) => return Err(WatchError::AlreadyWatched(name)),
            Watching::HasAddress => return Err(WatchError::HasAddress),
            Watching::TooManyInGuild => return Err(WatchError::TooManyInGuild(limits.per_guild)),
            Watching::TooManyInAll => return Err(WatchError::TooManyInAll(limits.total)),
            Watching::BotRemoved => return Err(WatchError::BotRemoved),
        };
        self.guild_server(guild, server)
            .ok_or(WatchError::UnknownServer)
    }

    /// Stops watching a server's address. A server that nothing else reports for is disconnected, and
    /// its history stays.
    ///
    /// # Errors
    /// When the server has no address, or the store cannot be written.
    pub async fn unwatch(&self, server: GuildServer, now: UnixSeconds) -> Result<(), UnwatchError> {
        let server = server.id();
        let memory = Arc::clone(&self.inner.memory);
        let remove = move |state: &mut ServerState, ledger: &mut Ledger<'_>| {
            let watched_as = state.watch().map(|watch| watch.watched_as);
            match watched_as {
                Some(WatchedAs::Alone) => {
                    state.disconnect(DisconnectedBy::Operator, now, ledger);
                    ledger.note(StoreChange::ServerDisconnected(now));
                }
                Some(WatchedAs::Beside) => state.remove_address(now, ledger),
                None => {}
            }
            watched_as
        };
        let forget = move |watched_as: Option<WatchedAs>, writer: &WriterThread| {
            memory.forget_address(writer, server);
            if watched_as == Some(WatchedAs::Alone) {
                memory.pictures.forget(server);
            }
            watched_as
        };
        let queued = self.report_and_then(server, now, InMemory::of(remove), forget);
        match queued?.done().await {
            Ok(Some(_)) => Ok(()),
            Ok(None) | Err(EventError::NotLinked) => Err(UnwatchError::NotWatched),
            Err(EventError::Store(error)) => Err(error.into()),
        }
    }

    /// Stops watching all addresses of a guild.
    pub(crate) async fn unwatch_all_of(
        &self,
        guild: GuildId,
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        for server in self.inner.memory.watched_servers() {
            let Some(server) = self.guild_server(guild, server) else {
                continue;
            };
            match self.unwatch(server, now).await {
                Ok(()) | Err(UnwatchError::NotWatched) => {}
                Err(UnwatchError::Store(error)) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Adds to memory an address that the file has now.
fn remember(
    memory: &Memory,
    writer: &WriterThread,
    guild: GuildId,
    watching: &Watching,
    address: ServerAddress,
    now: UnixSeconds,
) {
    let (server, watched_as) = match watching {
        Watching::Alone(server, name) => {
            let state = || memory.new_state(guild, name.clone(), now);
            memory.cache.link(writer, *server, now, state);
            memory.cache.rename(writer, *server, name.clone());
            (*server, WatchedAs::Alone)
        }
        Watching::Beside(server) => {
            let is_alone = memory.cache.read(*server, ServerState::is_watched_alone);
            debug_assert_eq!(is_alone, Some(false), "it had no address");
            (*server, WatchedAs::Beside)
        }
        _ => return,
    };
    // It may have been disconnected in the same transaction.
    if memory.cache.read(server, ServerState::is_linked) != Some(true) {
        return;
    }
    memory.remember_address(writer, server, Watch::new(address, watched_as, now));
}
