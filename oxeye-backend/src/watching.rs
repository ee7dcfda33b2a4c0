//! Has addresses watched, for the operator API and for the bot: asks the address once, says what answers there, and
//! leaves all further questions to the poller.
//!
//! | module    | subject                                                       |
//! |-----------|---------------------------------------------------------------|
//! | `wording` | the probe's outcomes as the facts that people read            |
//! | `tries`   | how many addresses the members of a guild may try             |

mod tries;
mod wording;

use oxeye_db::{
    Database, EventError, GuildId, NewWatch, ServerId, ServerName, StoreError, WatchError,
    WatchLimits, WatchTarget, WatchedAddress, WatchedAs, WatchedBy,
};
use oxeye_probe::{Asked, TypedAddress, WatchAnswer};
use oxeye_process::clock::Clock;
use oxeye_text::{Found, Unanswered, WatchRefusal, Watched};
use tokio::sync::Semaphore;

pub(crate) use self::tries::Tries;
use crate::api_messages::health::{AllowedWord, WatchingLine};
use crate::config::WatchSettings;
use crate::polling::{self, AddressWatch};

/// The most addresses that are asked at the same time because somebody wants them watched.
const ASKED_AT_ONCE: usize = 16;

/// Why an address is not watched.
#[derive(Debug)]
pub(crate) enum NotWatched {
    /// Whoever asked can do something about it.
    Refused(WatchRefusal),
    /// The server to which the address was to belong is gone.
    ServerGone,
    /// Our fault.
    Store(StoreError),
}

impl From<WatchRefusal> for NotWatched {
    fn from(refusal: WatchRefusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Has addresses watched.
#[derive(Debug)]
pub(crate) struct Watching {
    database: Database,
    clock: Clock,
    /// How addresses are asked, and the limits; `None` if watching is turned off.
    asker: Option<Asker>,
    asking: Semaphore,
}

/// What asking an address needs.
#[derive(Debug)]
struct Asker {
    addresses: AddressWatch,
    settings: WatchSettings,
}

impl Watching {
    pub(crate) fn new(
        database: Database,
        clock: Clock,
        asker: Option<(WatchSettings, AddressWatch)>,
    ) -> Self {
        Self {
            database,
            clock,
            asker: asker.map(|(settings, addresses)| Asker {
                addresses,
                settings,
            }),
            asking: Semaphore::new(ASKED_AT_ONCE),
        }
    }

    /// Returns whether addresses are watched at all.
    pub(crate) fn is_on(&self) -> bool {
        self.asker.is_some()
    }

    /// Asks an address once and has it watched, for a new server that is named after the host unless a target is
    /// given.
    pub(crate) async fn watch(
        &self,
        guild: GuildId,
        typed: &str,
        target: Option<WatchTarget>,
        by: WatchedBy,
    ) -> Result<Watched, NotWatched> {
        let asker = self.asker.as_ref().ok_or(WatchRefusal::Off)?;
        let Asker {
            addresses,
            settings,
        } = asker;
        let address = TypedAddress::parse(typed).map_err(wording::of_text)?;
        if let Some(server) = self.server_at(guild, &address) {
            return Err(WatchRefusal::AlreadyWatched(server).into());
        }
        let target = match target {
            Some(target) => target,
            None => WatchTarget::New(named_after(&address)?),
        };
        if by == WatchedBy::Member {
            // Their command shows it, perhaps before Discord's list of the guilds is stored.
            let present = self.database.guild_returned(guild, (self.clock)());
            present.await.map_err(NotWatched::Store)?;
        }
        let permit = self.asking.acquire().await;
        let asked = addresses.ask_once(typed).await;
        drop(permit);
        let Asked { address, answer } =
            asked.map_err(|refused| wording::of_question(refused, &address))?;
        let new = NewWatch {
            guild,
            target,
            host: address.host().to_owned(),
            port: address.port(),
            by,
        };
        self.keep(new, answer, settings).await
    }

    /// Stores an address, and what answered there.
    async fn keep(
        &self,
        new: NewWatch,
        answer: Result<WatchAnswer, oxeye_probe::WatchError>,
        settings: &WatchSettings,
    ) -> Result<Watched, NotWatched> {
        let guild = new.guild;
        let name = match &new.target {
            WatchTarget::New(name) => Some(name.clone()),
            WatchTarget::Beside(server) => self.name_of(guild, server.id()),
        };
        let name = name.ok_or(NotWatched::ServerGone)?;
        let limits = WatchLimits {
            per_guild: settings.per_guild,
            total: settings.total,
        };
        let watch = self.database.watch(new, limits, (self.clock)());
        let server = watch.await.map_err(|error| match error {
            WatchError::UnknownServer => NotWatched::ServerGone,
            WatchError::BotRemoved => WatchRefusal::BotRemoved.into(),
            WatchError::NameTaken => WatchRefusal::NameTaken(name).into(),
            WatchError::AlreadyWatched(name) => WatchRefusal::AlreadyWatched(name).into(),
            WatchError::HasAddress => WatchRefusal::HasAddress(name).into(),
            WatchError::TooManyInGuild(limit) => WatchRefusal::FullHere(limit).into(),
            WatchError::TooManyInAll(limit) => WatchRefusal::Full(limit).into(),
            WatchError::Store(error) => NotWatched::Store(error),
        })?;
        let watched = self.database.watched(server.id());
        let watched = watched.ok_or(NotWatched::ServerGone)?;
        let found = match answer {
            Ok(answer) => Ok(self.take_first_poll(&watched, answer).await?),
            Err(why) => Err(wording::unanswered(why)),
        };
        Ok(Watched {
            server: self
                .name_of(guild, server.id())
                .ok_or(NotWatched::ServerGone)?,
            has_plugin: watched.watched_as == WatchedAs::Beside,
            found,
            interval: settings.interval,
        })
    }

    /// Stores what answered, so that it is shown at once, and returns it.
    async fn take_first_poll(
        &self,
        watched: &WatchedAddress,
        answer: WatchAnswer,
    ) -> Result<Found, NotWatched> {
        let poll = polling::poll_of(answer).await;
        let found = wording::found(&poll);
        let now = (self.clock)();
        match self.database.take_poll(watched, poll, now).await {
            Ok(()) => Ok(found),
            Err(EventError::NotLinked) => Err(NotWatched::ServerGone),
            Err(EventError::Store(error)) => Err(NotWatched::Store(error)),
        }
    }

    /// Returns the server for which a guild watches an address already.
    fn server_at(&self, guild: GuildId, address: &TypedAddress) -> Option<ServerName> {
        let watched = self.database.watched_addresses();
        let same = watched.iter().find(|watched| {
            watched.guild == guild
                && watched.host == address.host()
                && watched.port == address.port()
        })?;
        self.name_of(guild, same.server)
    }

    fn name_of(&self, guild: GuildId, id: ServerId) -> Option<ServerName> {
        let servers = self.database.servers(guild, (self.clock)());
        let server = servers.into_iter().find(|server| server.id == id);
        server.map(|server| server.name)
    }

    /// Returns why the last question to a server came to nothing, if it did.
    pub(crate) fn last_failure(&self, server: ServerId) -> Option<Unanswered> {
        let asker = self.asker.as_ref()?;
        asker
            .addresses
            .last_failure(server)
            .map(wording::unanswered)
    }

    /// Returns how watching is set up, and how many addresses are watched.
    pub(crate) fn report(&self) -> WatchingLine {
        let settings = self.asker.as_ref().map(|asker| &asker.settings);
        WatchingLine {
            allowed: AllowedWord::of(settings),
            watched_count: self.database.watched_addresses().len(),
            total_limit: settings.map(|settings| settings.total),
            guild_limit: settings.map(|settings| settings.per_guild),
        }
    }
}

/// Returns the name of a server that has been given none: its host.
fn named_after(address: &TypedAddress) -> Result<ServerName, WatchRefusal> {
    let name = ServerName::try_from(address.host().to_owned());
    name.map_err(|_too_long| WatchRefusal::NameTooLong)
}
