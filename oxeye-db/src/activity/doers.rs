//! Which person did what activity records under a name.
//!
//! The file of activity has names and days, and rarely accounts. If no more than one account has ever used a name in the
//! guild, everything under the name counts for that account, or for the account whose UUID the plugin sent. If several
//! accounts have used the name, each day counts for the account that servers reported under the name on that day. If they
//! reported several on one day, that day counts for the account whose UUID the plugin sent last, or for the name alone if
//! it sent none.
//!
//! | module   | subject                                                          |
//! |----------|------------------------------------------------------------------|
//! | `by_day` | who did it on which day, under a name that several accounts used |

mod by_day;

use std::sync::Arc;

use hashbrown::HashMap;
use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::Connection;
use uuid::Uuid;

use super::day::UtcDay;
use super::figures::{ActivityPlayer, Counters};
use super::lifetimes::SUMMARY_DAYS;
use super::recent::of_player::StoredPlayer;
use crate::accounts::AccountId;
use crate::database::Database;
use crate::ids::GuildId;
use crate::memory::Memory;
use crate::persons::{PersonKey, Persons};
use crate::player_uuids::UuidKind;
use crate::players::PlayerId;
use crate::store::StoreError;
use crate::store::rows::player_uuids;
use by_day::DaysOfUse;
pub(crate) use by_day::DoersByDay;

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Doer {
    /// A person whom the guild's servers know.
    Person(PersonKey),
    /// An account that none of the guild's servers reported, by the UUID that came with what it did.
    Unreported(Uuid),
    /// A name that was on none of the guild's servers.
    Stranger(PlayerName),
}

/// Who did what was done under a name.
#[derive(Debug, Clone)]
pub(crate) enum DoneBy {
    /// All of it was done by one.
    One(Doer),
    /// Several accounts used the name, so it depends on the day.
    Several(DoersByDay),
}

/// What tells who in a guild did something.
pub(super) struct Doers {
    guild: GuildId,
    memory: Arc<Memory>,
    persons: Arc<Persons>,
    /// The names that several accounts used.
    contested: HashMap<PlayerId, Arc<[DaysOfUse]>>,
}

impl Database {
    /// Returns what tells who in a guild did something.
    pub(super) async fn doers_in(&self, guild: GuildId) -> Result<Doers, StoreError> {
        let persons = self.persons_in(guild);
        let names = persons.contested_names();
        self.doers(guild, persons, names).await
    }

    /// Returns what tells who in a guild did something under some names.
    pub(super) async fn doers_of(
        &self,
        guild: GuildId,
        names: &[PlayerName],
    ) -> Result<Doers, StoreError> {
        let persons = self.persons_in(guild);
        let ids = names
            .iter()
            .filter_map(|name| self.inner.memory.players.id(name));
        let contested = ids.filter(|id| persons.accounts_of(*id).nth(1).is_some());
        let contested = contested.collect();
        self.doers(guild, persons, contested).await
    }

    /// Reads when accounts used the names that several of them used.
    async fn doers(
        &self,
        guild: GuildId,
        persons: Arc<Persons>,
        names: Vec<PlayerId>,
    ) -> Result<Doers, StoreError> {
        let memory = Arc::clone(&self.inner.memory);
        let contested = match names.is_empty() {
            true => HashMap::new(),
            false => self.days_of_use(guild, names).await?,
        };
        Ok(Doers {
            guild,
            memory,
            persons,
            contested,
        })
    }

    /// Reads when accounts used some names.
    async fn days_of_use(
        &self,
        guild: GuildId,
        names: Vec<PlayerId>,
    ) -> Result<HashMap<PlayerId, Arc<[DaysOfUse]>>, StoreError> {
        let memory = Arc::clone(&self.inner.memory);
        let read = move |file: &Connection| {
            let mut used = HashMap::new();
            for name in names {
                let reported = player_uuids::for_player(file, guild, name)?.into_iter();
                let days = reported.filter_map(|reported| {
                    let account = memory.accounts.id(reported.uuid)?;
                    Some(DaysOfUse::of(account, &reported))
                });
                used.insert(name, days.collect());
            }
            Ok(used)
        };
        self.inner.store.read(read).await
    }

    /// Returns what a person did in the last 30 UTC days under some names, and under those with which plugins sent the
    /// account.
    pub(crate) async fn done_by(
        &self,
        guild: GuildId,
        person: PersonKey,
        mut names: Vec<PlayerName>,
        now: UnixSeconds,
    ) -> Result<Counters, StoreError> {
        let days = UtcDay::of(now).and_before(SUMMARY_DAYS);
        let account = match person {
            PersonKey::Account(account) => self.inner.memory.accounts.uuid(account),
            PersonKey::Name(_) => None,
        };
        if let Some(account) = account {
            names.extend(self.names_sent_with(guild, account).await?);
            names.sort_unstable();
            names.dedup();
        }
        let doers = self.doers_of(guild, &names).await?;
        let read = move |file: &_, recent: &_| {
            let mut sums = Counters::new();
            for name in names {
                let Some(found) = StoredPlayer::find(file, recent, guild, &name)? else {
                    continue;
                };
                let uuid = found.player().uuid;
                let done = doers.of(&ActivityPlayer { name, uuid });
                for (day, counters) in found.by_day(days)? {
                    if !done.is_by(person, day) {
                        continue;
                    }
                    for (counter, amount) in counters {
                        *sums.entry(counter).or_default() += amount;
                    }
                }
            }
            Ok(sums)
        };
        self.in_file().read_or(Counters::new(), read).await
    }
}

impl DoneBy {
    /// Whether a person did what was done on a day.
    pub(crate) fn is_by(&self, person: PersonKey, day: UtcDay) -> bool {
        match self {
            Self::One(doer) => *doer == Doer::Person(person),
            Self::Several(doers) => doers.on(day) == person,
        }
    }
}

impl Doers {
    /// Returns who did what was done under a name, given the UUID that was sent with it.
    pub(super) fn of(&self, player: &ActivityPlayer) -> DoneBy {
        let (name, account) = self.known(player);
        let contested = name.and_then(|name| Some((name, self.contested.get(&name)?)));
        if let Some((name, uses)) = contested {
            return DoneBy::Several(DoersByDay::new(name, uses, account));
        }
        DoneBy::One(match (name, account) {
            (Some(name), account) => Doer::Person(self.persons.of_stay(name, account)),
            (None, Some(account)) => Doer::Person(PersonKey::Account(account)),
            (None, None) => match player.uuid.filter(|uuid| UuidKind::is_proof(*uuid)) {
                Some(uuid) => Doer::Unreported(uuid),
                None => Doer::Stranger(player.name.clone()),
            },
        })
    }

    /// Returns the name and the account, each if it is known in the guild. What others know must not show.
    fn known(&self, player: &ActivityPlayer) -> (Option<PlayerId>, Option<AccountId>) {
        let memory = &self.memory;
        let account = player.uuid.and_then(|uuid| memory.accounts.id(uuid));
        let account = account.filter(|account| {
            let name = self.persons.newest_name(PersonKey::Account(*account));
            name.is_some() || memory.hidden.hides(self.guild, *account)
        });
        let name = memory.players.id(&player.name).filter(|name| {
            let is_used = self.persons.accounts_of(*name).next().is_some();
            is_used || memory.directory.knows(self.guild, *name)
        });
        (name, account)
    }
}
