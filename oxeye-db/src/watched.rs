//! Watched addresses: where Oxeye itself asks whether a server answers.
//!
//! An address belongs to one server. That server is either watched *alone*, with nothing else that
//! reports for it, or *beside* its plugin, so that a crash that the plugin cannot report is noticed.

mod changing;
mod poll;

use std::time::Duration;

use oxeye_plugin_proto::{ServerName, UnixSeconds};
use tokio::sync::watch;

use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::ids::{GuildId, ServerId};
use crate::server_state::{ServerState, Watch};
pub use changing::{UnwatchError, WatchError};
pub use poll::{Poll, PolledPlayers};

/// How often each address should be asked. A server whose address was not asked three times in a row
/// counts as silent.
pub const POLL_INTERVAL: Duration = Duration::from_secs(30);

/// An address as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServerAddress {
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
}

/// An address that is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedAddress {
    /// The server that it belongs to.
    pub server: ServerId,
    /// The server's guild.
    pub guild: GuildId,
    /// A name or an IP address.
    pub host: String,
    /// The port; `None` if none was given, so that SRV records and the default port count.
    pub port: Option<u16>,
    /// The edition in which the server last answered; `None` if it never has.
    pub edition: Option<Edition>,
    /// Whether anything else reports for the server.
    pub watched_as: WatchedAs,
    /// When the address was added.
    pub added_at: UnixSeconds,
    /// When the server last answered.
    pub answered_at: Option<UnixSeconds>,
}

/// An edition of Minecraft. The two speak different protocols.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Edition {
    /// Java Edition.
    Java,
    /// Bedrock Edition.
    Bedrock,
}

/// Whether anything else than its address tells of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WatchedAs {
    /// Nothing else: Oxeye itself reports for it.
    Alone,
    /// A plugin reports for it, and the address only says whether it answers.
    Beside,
}

/// How many addresses are watched at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WatchLimits {
    /// In one guild.
    pub per_guild: usize,
    /// In all guilds together.
    pub total: usize,
}

/// The server that an address is added to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WatchTarget {
    /// A new server of this name, or a disconnected one, which keeps its history.
    New(ServerName),
    /// A server that the guild has. If it is disconnected, it is watched alone.
    Beside(GuildServer),
}

impl WatchedAddress {
    /// Returns the address as people type it: the host, with the port if one was given.
    #[must_use]
    pub fn address(&self) -> String {
        match self.port {
            None => self.host.clone(),
            Some(port) if self.host.contains(':') => format!("[{}]:{port}", self.host),
            Some(port) => format!("{}:{port}", self.host),
        }
    }
}

impl Edition {
    /// Returns the word used in the store and in the operator API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Java => "java",
            Self::Bedrock => "bedrock",
        }
    }

    /// Returns the edition that a word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let mut all = [Self::Java, Self::Bedrock].into_iter();
        all.find(|edition| edition.as_str() == word)
    }
}

impl WatchedAs {
    /// Returns the word used in the operator API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Alone => "alone",
            Self::Beside => "beside",
        }
    }

    /// Returns what a word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let mut all = [Self::Alone, Self::Beside].into_iter();
        all.find(|watched_as| watched_as.as_str() == word)
    }
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
