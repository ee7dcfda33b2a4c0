//! The persons of all guilds, as the file has them.

use std::sync::Arc;

use hashbrown::HashMap;
use parking_lot::{Mutex, RwLock};
use rusqlite::Connection;

use super::{NameUse, Persons};
use crate::accounts::{AccountId, Accounts};
use crate::ids::GuildId;
use crate::player_uuids::ReportedUuid;
use crate::players::PlayerId;
use crate::store::rows::player_uuids;

/// The persons of one guild, as they are now.
type OfGuild = Arc<RwLock<Arc<Persons>>>;

/// The persons of each guild, each behind a lock of its own. Only the writer's thread changes them. A guild without any
/// has no entry.
#[derive(Debug, Default)]
pub(crate) struct PersonsOfGuilds {
    guilds: RwLock<HashMap<GuildId, OfGuild>>,
    /// Names whose accounts have to be read from the file.
    unread: Mutex<Vec<(GuildId, PlayerId)>>,
    /// Accounts of which reports have changed the names, and that nobody was notified of.
    renamed: Mutex<Vec<(GuildId, AccountId)>>,
}

impl PersonsOfGuilds {
    /// Returns the persons of a guild as they are now.
    pub(crate) fn of(&self, guild: GuildId) -> Arc<Persons> {
        let persons = self.find(guild);
        persons.map_or_else(Arc::default, |persons| Arc::clone(&persons.read()))
    }

    /// Adds a use of a name in a guild, or the latest evidence of it.
    pub(crate) fn add(&self, guild: GuildId, one: NameUse) {
        let known = self.find(guild);
        if known.is_some_and(|persons| persons.read().covers(&one)) {
            return;
        }
        let renamed = self.change(guild, |persons| {
            let changed = persons.accounts_changed_by(&one);
            persons.add(one);
            changed
        });
        let renamed = renamed.into_iter().map(|account| (guild, account));
        self.renamed.lock().extend(renamed);
    }

    /// Returns the accounts whose names reports have changed since the last call, by guild, each once.
    pub(crate) fn take_renamed(&self) -> Vec<(GuildId, AccountId)> {
        let mut renamed = std::mem::take(&mut *self.renamed.lock());
        renamed.sort_unstable();
        renamed.dedup();
        renamed
    }

    /// Whether an account has used a name in a guild, or may use one more there.
    pub(crate) fn has_room(
        &self,
        guild: GuildId,
        account: AccountId,
        name: Option<PlayerId>,
    ) -> bool {
        let persons = self.find(guild);
        persons.is_none_or(|persons| persons.read().has_room(account, name))
    }

    /// Reads everything from the file.
    pub(crate) fn load(&self, file: &Connection, accounts: &Accounts) -> rusqlite::Result<()> {
        let mut guilds: HashMap<GuildId, Vec<NameUse>> = HashMap::new();
        for row in player_uuids::all(file)?.read() {
            let (guild, name, reported) = row?;
            if let Some(one) = name_use(name, &reported, accounts) {
                guilds.entry(guild).or_default().push(one);
            }
        }
        let guilds = guilds.into_iter();
        let guilds = guilds.map(|(guild, uses)| {
            let persons = Arc::new(Persons::of(uses));
            (guild, Arc::new(RwLock::new(persons)))
        });
        *self.guilds.write() = guilds.collect();
        Ok(())
    }

    /// Notes that what is known of these names may not be in the file.
    pub(crate) fn mark_unread(&self, names: impl Iterator<Item = (GuildId, PlayerId)>) {
        self.unread.lock().extend(names);
    }

    /// Reads from the file which accounts used the names of which that is not certain.
    pub(crate) fn read_back(&self, file: &Connection, accounts: &Accounts) -> rusqlite::Result<()> {
        let mut unread = self.unread.lock();
        while let Some((guild, name)) = unread.last().copied() {
            let reported = player_uuids::for_player(file, guild, name)?.into_iter();
            let uses = reported.filter_map(|reported| name_use(name, &reported, accounts));
            self.change(guild, |persons| persons.set_accounts(name, uses.collect()));
            unread.pop();
        }
        Ok(())
    }

    /// Forgets a name in one guild, or in all guilds. Returns the guilds that knew accounts under it.
    pub(crate) fn forget_name(&self, only: Option<GuildId>, name: PlayerId) -> Vec<GuildId> {
        let mut knew = self.guilds();
        knew.retain(|guild| {
            let is_asked = only.is_none_or(|only| only == *guild);
            is_asked && self.of(*guild).uses_of(name).next().is_some()
        });
        for guild in &knew {
            self.change(*guild, |persons| persons.set_accounts(name, Vec::new()));
        }
        knew
    }

    /// Forgets accounts under names in a guild. Returns whether any was known.
    pub(crate) fn forget_uses(
        &self,
        guild: GuildId,
        uses: impl IntoIterator<Item = (PlayerId, AccountId)>,
    ) -> bool {
        if self.find(guild).is_none() {
            return false;
        }
        self.change(guild, |persons| {
            let before = persons.use_count();
            for (name, account) in uses {
                persons.forget(name, account);
            }
            persons.use_count() < before
        })
    }

    /// Returns the guilds in which any account is known.
    pub(crate) fn guilds(&self) -> Vec<GuildId> {
        self.guilds.read().keys().copied().collect()
    }

    /// Forgets the persons of a guild.
    pub(crate) fn forget_guild(&self, guild: GuildId) {
        self.guilds.write().remove(&guild);
    }

    fn find(&self, guild: GuildId) -> Option<OfGuild> {
        self.guilds.read().get(&guild).map(Arc::clone)
    }

    fn change<T>(&self, guild: GuildId, change: impl FnOnce(&mut Persons) -> T) -> T {
        let of_guild = self.find(guild);
        let of_guild =
            of_guild.unwrap_or_else(|| Arc::clone(self.guilds.write().entry(guild).or_default()));
        let mut persons = of_guild.write();
        let changed = change(Arc::make_mut(&mut persons));
        if persons.is_empty() {
            self.guilds.write().remove(&guild);
        }
        changed
    }
}

/// Returns what a UUID that was reported under a name says, if it proves an account.
fn name_use(name: PlayerId, reported: &ReportedUuid, accounts: &Accounts) -> Option<NameUse> {
    Some(NameUse {
        name,
        account: accounts.id(reported.uuid)?,
        last: reported.last_reported_at,
    })
}
