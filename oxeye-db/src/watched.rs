//! Watched addresses: where Oxeye itself asks whether a server answers.
//!
//! An address belongs to one server. That server is either watched *alone*, with nothing else that
//! reports for it, or *beside* its plugin, so that a crash that the plugin cannot report is noticed.

mod changing;
mod poll;

use oxeye_plugin_proto::ServerName;
use tokio::sync::watch;

use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::ids::{GuildId, ServerId};
use crate::server_state::{ServerState, Watch};
use crate::watched_address::WatchedAddress;
pub use changing::{UnwatchError, WatchError};
pub use poll::{Poll, PolledPlayers};

/// How many addresses are watched at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WatchLimits {
    /// In one guild.
    pub per_guild: usize,
    /// In all guilds together.
    pub total: usize,
}

/// An address that is to be watched from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWatch {
    /// The guild that sees the server.
    pub guild: GuildId,
    /// The server that the address is added to.
    pub target: WatchTarget,
    /// A host name or IP address. It is kept as given; checking it is up to the caller.
    pub host: String,
    /// The port, if one was given.
    pub port: Option<u16>,
    /// Whose request this is.
    pub by: WatchedBy,
}

/// The origin of a request to watch an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WatchedBy {
    /// A member of the guild, in Discord, who can do so only while the guild has the bot.
    Member,
    /// The operator, for any guild.
    Operator,
}

/// The server that an address is added to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WatchTarget {
    /// A new server of this name, or a disconnected one, which keeps its history.
    New(ServerName),
    /// A server that the guild has. If it is disconnected, it is watched alone.
    Beside(GuildServer),
}

impl Database {
    /// Returns all watched addresses, from memory.
    #[must_use]
    pub fn watched_addresses(&self) -> Vec<WatchedAddress> {
        let servers = self.inner.memory.watched_servers();
        let watched = servers
            .into_iter()
            .filter_map(|server| self.watched(server));
        watched.collect()
    }

    /// Returns the address of a server, from memory.
    #[must_use]
    pub fn watched(&self, server: ServerId) -> Option<WatchedAddress> {
        let read =
            |state: &ServerState| Some(watched_address(server, state.guild(), state.watch()?));
        self.inner.memory.cache.read(server, read).flatten()
    }

    /// Returns a receiver that changes whenever an address was added or removed, by whatever means.
    #[must_use]
    pub fn watch_changes(&self) -> watch::Receiver<()> {
        self.inner.memory.watch_changes.subscribe()
    }
}

fn watched_address(server: ServerId, guild: GuildId, watch: &Watch) -> WatchedAddress {
    WatchedAddress {
        server,
        guild,
        host: watch.address.host.clone(),
        port: watch.address.port,
        edition: watch.edition,
        watched_as: watch.watched_as,
        added_at: watch.added_at,
        answered_at: watch.answered_at,
    }
}
