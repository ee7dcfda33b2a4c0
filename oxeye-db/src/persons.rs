//! One person, one history: which sessions and names of a guild belong to the same account.
//!
//! A session that knows its account belongs to that account, whatever the name. Any other belongs to the only
//! account that ever used its name in the guild; if there is none or more than one, it stays with the name.

mod of_guilds;
mod several;
mod share;
mod sorted;

use std::cmp::{Ordering, Reverse};

use oxeye_plugin_proto::UnixSeconds;

use crate::accounts::AccountId;
use crate::player_uuids::MAX_NAMES_OF_ACCOUNT;
use crate::players::PlayerId;
pub(crate) use of_guilds::PersonsOfGuilds;
pub(crate) use share::Share;
use sorted::Sorted;

/// A person in one guild.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum PersonKey {
    /// An account, under all its names.
    Account(AccountId),
    /// A name, as far as no account is known to have used it, or nobody knows which.
    Name(PlayerId),
}

impl PersonKey {
    /// Returns the account, if one is known.
    pub(crate) fn account(self) -> Option<AccountId> {
        match self {
            Self::Account(account) => Some(account),
            Self::Name(_) => None,
        }
    }
}

/// The latest evidence of an account under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NameUse {
    pub(crate) name: PlayerId,
    pub(crate) account: AccountId,
    pub(crate) last: UnixSeconds,
}

/// The persons of one guild. A clone is a snapshot, and cheap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Persons {
    by_name: Sorted<ByName>,
    by_account: Sorted<ByAccount>,
    /// The accounts that have several names.
    several: Sorted<AccountId>,
}

/// A use in the order of names; of each name, the account that used it last comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ByName(NameUse);

/// A use in the order of accounts; of each account, the newest name comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ByAccount(NameUse);

/// One person, and whose sessions theirs are.
#[derive(Debug, Clone)]
pub struct Person<'a> {
    persons: &'a Persons,
    key: PersonKey,
    /// The newest first.
    names: Vec<PlayerId>,
}

impl Persons {
    /// Returns the persons of a guild in which accounts used names like this. Each pair comes once.
    pub(crate) fn of(uses: Vec<NameUse>) -> Self {
        let by_name = uses.iter().copied().map(ByName).collect();
        let by_account = uses.into_iter().map(ByAccount).collect();
        let by_account = Sorted::of(by_account);
        Self {
            several: Sorted::of(repeated(by_account.iter().map(|one| one.0.account))),
            by_name: Sorted::of(by_name),
            by_account,
        }
    }

    /// Whether a use says nothing new.
    pub(crate) fn covers(&self, one: &NameUse) -> bool {
        let known = self.last_use(one.name, one.account);
        known.is_some_and(|known| known.last >= one.last)
    }

    /// Adds a use of a name, or the latest evidence of it.
    pub(crate) fn add(&mut self, one: NameUse) {
        let before = self.last_use(one.name, one.account);
        if before.is_some_and(|before| before.last >= one.last) {
            return;
        }
        if let Some(before) = before {
            self.remove(&before);
        }
        self.by_name.insert(ByName(one));
        self.by_account.insert(ByAccount(one));
        self.note_several(one.account);
    }

    /// Replaces the accounts that used a name.
    pub(crate) fn set_accounts(&mut self, name: PlayerId, uses: Vec<NameUse>) {
        for before in self.uses_of(name).collect::<Vec<_>>() {
            self.remove(&before);
        }
        uses.into_iter().for_each(|one| self.add(one));
    }

    /// Forgets an account under a name.
    fn forget(&mut self, name: PlayerId, account: AccountId) {
        if let Some(known) = self.last_use(name, account) {
            self.remove(&known);
        }
    }

    /// Returns how many uses of names are known.
    pub(crate) fn use_count(&self) -> usize {
        self.by_name.len()
    }

    /// Whether nobody is known.
    pub(crate) fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// Returns whose a session is, given its name and the account that it knows.
    pub(crate) fn of_stay(&self, name: PlayerId, account: Option<AccountId>) -> PersonKey {
        if let Some(account) = account {
            return PersonKey::Account(account);
        }
        let mut uses = self.uses_of(name);
        match (uses.next(), uses.next()) {
            (Some(only), None) => PersonKey::Account(only.account),
            _ => PersonKey::Name(name),
        }
    }

    /// Returns who has a name now: the account that used it last.
    pub(crate) fn holder(&self, name: PlayerId) -> PersonKey {
        let latest = self.uses_of(name).next();
        latest.map_or(PersonKey::Name(name), |latest| {
            PersonKey::Account(latest.account)
        })
    }

    /// Returns the names of a person, the newest first.
    pub(crate) fn names(&self, person: PersonKey) -> Vec<PlayerId> {
        self.each_name(person).collect()
    }

    /// Returns the newest name of a person, without looking at the others.
    pub(crate) fn newest_name(&self, person: PersonKey) -> Option<PlayerId> {
        self.each_name(person).next()
    }

    /// Returns the names of a person one by one, the newest first.
    pub(crate) fn each_name(&self, person: PersonKey) -> impl Iterator<Item = PlayerId> {
        let (account, name) = match person {
            PersonKey::Account(account) => (Some(account), None),
            PersonKey::Name(name) => (None, Some(name)),
        };
        let names = account
            .into_iter()
            .flat_map(|account| self.names_of(account));
        names.chain(name)
    }

    /// Returns the persons who have had a name: the one who has it now first, the name alone last.
    #[must_use]
    pub fn called(&self, name: PlayerId) -> Vec<Person<'_>> {
        let keys = self.accounts_of(name).map(PersonKey::Account);
        let keys = keys.chain([PersonKey::Name(name)]);
        let persons = keys.map(|key| Person {
            persons: self,
            key,
            names: self.names(key),
        });
        persons.collect()
    }

    /// Returns the accounts that used a name, the latest first.
    pub(crate) fn accounts_of(&self, name: PlayerId) -> impl Iterator<Item = AccountId> {
        self.uses_of(name).map(|one| one.account)
    }

    /// Returns the names that several accounts used.
    pub(crate) fn contested_names(&self) -> Vec<PlayerId> {
        repeated(self.by_name.iter().map(|one| one.0.name))
    }

    /// Whether an account has used a name, or may use one more.
    pub(crate) fn has_room(&self, account: AccountId, name: Option<PlayerId>) -> bool {
        let names = self.names_of(account).take(MAX_NAMES_OF_ACCOUNT);
        let has_used = |name| self.last_use(name, account).is_some();
        names.count() < MAX_NAMES_OF_ACCOUNT || name.is_some_and(has_used)
    }

    /// Returns the names of an account, the newest first.
    fn names_of(&self, account: AccountId) -> impl Iterator<Item = PlayerId> {
        let uses = self.by_account.from(move |one| one.0.account < account);
        let uses = uses.take_while(move |one| one.0.account == account);
        uses.map(|one| one.0.name)
    }

    /// Returns the uses of a name, the latest first.
    fn uses_of(&self, name: PlayerId) -> impl Iterator<Item = NameUse> {
        let uses = self.by_name.from(move |one| one.0.name < name);
        let uses = uses.take_while(move |one| one.0.name == name);
        uses.map(|one| one.0)
    }

    fn last_use(&self, name: PlayerId, account: AccountId) -> Option<NameUse> {
        // A name has few accounts.
        self.uses_of(name).find(|one| one.account == account)
    }

    fn remove(&mut self, one: &NameUse) {
        self.by_name.remove(&ByName(*one));
        self.by_account.remove(&ByAccount(*one));
        self.note_several(one.account);
    }
}

/// Returns each of these once that is repeated. The same ones come one after the other.
fn repeated<T: Copy + PartialEq>(entries: impl Iterator<Item = T>) -> Vec<T> {
    let mut repeated: Vec<T> = Vec::new();
    let mut before = None;
    for entry in entries {
        if before == Some(entry) && repeated.last() != Some(&entry) {
            repeated.push(entry);
        }
        before = Some(entry);
    }
    repeated
}

impl Ord for ByName {
    fn cmp(&self, other: &Self) -> Ordering {
        let place = |one: &NameUse| (one.name, Reverse((one.last, one.account)));
        place(&self.0).cmp(&place(&other.0))
    }
}

impl PartialOrd for ByName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ByAccount {
    fn cmp(&self, other: &Self) -> Ordering {
        let place = |one: &NameUse| (one.account, Reverse((one.last, one.name)));
        place(&self.0).cmp(&place(&other.0))
    }
}

impl PartialOrd for ByAccount {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Person<'_> {
    /// Returns which person it is.
    pub(crate) fn key(&self) -> PersonKey {
        self.key
    }

    /// Returns the names, the newest first.
    pub(crate) fn names(&self) -> &[PlayerId] {
        &self.names
    }

    /// Whether a session is this person's, given its name and the account that it knows.
    pub(crate) fn has(&self, name: PlayerId, account: Option<AccountId>) -> bool {
        self.persons.of_stay(name, account) == self.key
    }

    /// Returns the names whose sessions are this person's even if they know no account.
    pub(crate) fn names_alone(&self) -> impl Iterator<Item = PlayerId> {
        let names = self.names.iter().copied();
        names.filter(|name| self.has(*name, None))
    }

    /// Whether the person has their newest name still.
    pub(crate) fn has_newest_name(&self) -> bool {
        let newest = self.names.first();
        newest.is_some_and(|newest| self.persons.holder(*newest) == self.key)
    }
}

#[cfg(test)]
mod tests;
