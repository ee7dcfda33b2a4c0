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

/// The persons of each guild. Only the writer's thread changes them. A guild without any has no entry.
#[derive(Debug, Default)]
pub(crate) struct PersonsOfGuilds {
    guilds: RwLock<HashMap<GuildId, Arc<Persons>>>,
    /// Names whose accounts have to be read from the file.
    unread: Mutex<Vec<(GuildId, PlayerId)>>,
}

impl PersonsOfGuilds {
    /// Returns the persons of a guild as they are now.
    pub(crate) fn of(&self, guild: GuildId) -> Arc<Persons> {
        let guilds = self.guilds.read();
        guilds.get(&guild).map(Arc::clone).unwrap_or_default()
    }

    /// Adds a use of a name in a guild, or the latest evidence of it.
    pub(crate) fn add(&self, guild: GuildId, one: NameUse) {
        let is_known = |persons: &Arc<Persons>| persons.covers(&one);
        if self.guilds.read().get(&guild).is_some_and(is_known) {
            return;
        }
        let mut guilds = self.guilds.write();
        Arc::make_mut(guilds.entry(guild).or_default()).add(one);
    }

    /// Whether an account has used a name in a guild, or may use one more there.
    pub(crate) fn has_room(
        &self,
        guild: GuildId,
        account: AccountId,
        name: Option<PlayerId>,
    ) -> bool {
        let guilds = self.guilds.read();
        let persons = guilds.get(&guild);
        persons.is_none_or(|persons| persons.has_room(account, name))
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
        let guilds = guilds.map(|(guild, uses)| (guild, Arc::new(Persons::of(uses))));
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
            self.set_accounts(guild, name, uses.collect());
            unread.pop();
        }
        Ok(())
    }

    /// Forgets a name in one guild, or in all guilds. Returns the guilds that knew accounts under it.
    pub(crate) fn forget_name(&self, only: Option<GuildId>, name: PlayerId) -> Vec<GuildId> {
        let mut knew = Vec::new();
        for (guild, persons) in self.guilds.read().iter() {
            let is_asked = only.is_none_or(|only| only == *guild);
            if is_asked && !persons.uses_of(name).is_empty() {
                knew.push(*guild);
            }
        }
        for guild in &knew {
            self.set_accounts(*guild, name, Vec::new());
        }
        knew
    }

    /// Forgets an account under a name in a guild. Returns the guild if it knew it.
    pub(crate) fn forget_use(
        &self,
        guild: GuildId,
        name: PlayerId,
        account: AccountId,
    ) -> Vec<GuildId> {
        let mut uses = self.of(guild).uses_of(name).to_vec();
        let before = uses.len();
        uses.retain(|one| one.account != account);
        if uses.len() == before {
            return Vec::new();
        }
        self.set_accounts(guild, name, uses);
        vec![guild]
    }

    /// Returns the guilds in which any account is known.
    pub(crate) fn guilds(&self) -> Vec<GuildId> {
        self.guilds.read().keys().copied().collect()
    }

    /// Forgets the persons of a guild.
    pub(crate) fn forget_guild(&self, guild: GuildId) {
        self.guilds.write().remove(&guild);
    }

    fn set_accounts(&self, guild: GuildId, name: PlayerId, uses: Vec<NameUse>) {
        let mut guilds = self.guilds.write();
        let persons = Arc::make_mut(guilds.entry(guild).or_default());
        persons.set_accounts(name, uses);
        if persons.is_empty() {
            guilds.remove(&guild);
        }
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
