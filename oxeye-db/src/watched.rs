//! Watched addresses: where Oxeye itself asks whether a server answers.
//!
//! An address belongs to one server. That server is either watched *alone*, with nothing else that
//! reports for it, or *beside* its plugin, so that a crash that the plugin cannot report is noticed.

use std::sync::Arc;
use std::time::Duration;

use oxeye_plugin_proto::{ServerName, SyncPlayer, UnixSeconds};
use tokio::sync::watch;

use crate::database::Database;
use crate::events::{DisconnectedBy, SyncEvent};
use crate::guild_server::GuildServer;
use crate::ids::{GuildId, ServerId};
use crate::ledger::{Ledger, StoreChange};
use crate::memory::Memory;
use crate::reporter::Reporter;
use crate::reporting::{EventError, InMemory};
use crate::server_about::AboutEvent;
use crate::server_state::{ServerState, Watch};
use crate::store::watching::{self, NewAddress, Target, Watching};
use crate::store::{StoreError, WriterThread};

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

/// The outcome of asking a server at its address once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Poll {
    /// It answered.
    Answered {
        /// The edition in which it answered.
        edition: Edition,
        /// Who is on it.
        players: PolledPlayers,
        /// What it says about itself. It must not contain the address, which only admins may see.
        about: Option<AboutEvent>,
    },
    /// It did not answer, or nothing that a Minecraft server would.
    Failed,
}

/// Who is on a server, according to its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolledPlayers {
    /// Exactly these players.
    Complete(Vec<SyncPlayer>),
    /// This many players, whose names are not all known.
    Count(u32),
    /// The server does not tell.
    Unknown,
}

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
    /// Watches an address from now on. The host is kept as given; checking it is up to the caller.
    ///
    /// # Errors
    /// When the address was not added.
    pub async fn watch(
        &self,
        guild: GuildId,
        target: WatchTarget,
        host: String,
        port: Option<u16>,
        limits: WatchLimits,
        now: UnixSeconds,
    ) -> Result<GuildServer, WatchError> {
        let target = match target {
            WatchTarget::New(name) => Target::New(name),
            WatchTarget::Beside(server) => Target::Known(server.id()),
        };
        let address = ServerAddress { host, port };
        let new = NewAddress {
            guild,
            target,
            address: address.clone(),
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

    /// Takes the outcome of asking a server. A poll of an address that is not the server's any more
    /// changes nothing.
    ///
    /// # Errors
    /// When the server is no longer linked, or the store cannot be written.
    pub async fn take_poll(
        &self,
        address: &WatchedAddress,
        poll: Poll,
        now: UnixSeconds,
    ) -> Result<(), EventError> {
        let asked = ServerAddress {
            host: address.host.clone(),
            port: address.port,
        };
        let added_at = address.added_at;
        let limits = self.inner.memory.limiters.of(address.server);
        let take = move |state: &mut ServerState, ledger: &mut Ledger<'_>| {
            let is_asked = |watch: &Watch| watch.address == asked && watch.added_at == added_at;
            if !state.watch().is_some_and(is_asked) {
                return;
            }
            let poll =
                poll.admitted(|sync| limits.admit_roster(state, sync, now).sync.into_owned());
            state.take_poll(&poll, now, ledger);
            limits.charge(ledger.session_changes_after(0), now);
        };
        let reporter = Reporter::from(address.server);
        self.report(reporter, now, take)?.done().await
    }
}

impl Poll {
    /// Leaves out the players that the server may not report.
    fn admitted(self, admit: impl FnOnce(&SyncEvent) -> SyncEvent) -> Self {
        match self {
            Self::Answered {
                edition,
                players: PolledPlayers::Complete(roster),
                about,
            } => Self::Answered {
                edition,
                players: PolledPlayers::Complete(admit(&SyncEvent::from(roster)).roster),
                about,
            },
            other => other,
        }
    }
}

/// Tells memory of an address that the file has now.
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
    memory.remember_address(writer, server, Watch::new(address, watched_as, now));
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
