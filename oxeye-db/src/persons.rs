//! One person, one history: which sessions and names of a guild belong to the same account.
//!
//! A session that knows its account belongs to that account, whatever the name. Any other belongs to the only
//! account that ever used its name in the guild; if there is none or more than one, it stays with the name.

use std::cmp::Reverse;

use hashbrown::HashMap;
use oxeye_plugin_proto::UnixSeconds;

use crate::accounts::AccountId;
use crate::players::PlayerId;

/// A person in one guild.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum PersonKey {
    /// An account, under all its names.
    Account(AccountId),
    /// A name, as far as no account is known to have used it, or nobody knows which.
    Name(PlayerId),
}

/// The latest evidence of an account under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NameUse {
    pub(crate) name: PlayerId,
    pub(crate) account: AccountId,
    pub(crate) last: UnixSeconds,
}

/// The persons of one guild.
#[derive(Debug, Clone, Default)]
pub struct Persons {
    /// The accounts that used each name, the latest first.
    accounts: HashMap<PlayerId, Vec<AccountId>>,
    /// The names of each account, the newest first.
    names: HashMap<AccountId, Vec<PlayerId>>,
}

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
    pub(crate) fn of(mut uses: Vec<NameUse>) -> Self {
        uses.sort_unstable_by_key(|one| Reverse((one.last, one.name, one.account)));
        let mut persons = Self::default();
        for NameUse { name, account, .. } in uses {
            persons.accounts.entry(name).or_default().push(account);
            persons.names.entry(account).or_default().push(name);
        }
        persons
    }

    /// Returns whose a session is, given its name and the account that it knows.
    pub(crate) fn of_stay(&self, name: PlayerId, account: Option<AccountId>) -> PersonKey {
        match (account, self.accounts_of(name)) {
            (Some(account), _) => PersonKey::Account(account),
            (None, [only]) => PersonKey::Account(*only),
            (None, _) => PersonKey::Name(name),
        }
    }

    /// Returns who has a name now: the account that used it last.
    pub(crate) fn holder(&self, name: PlayerId) -> PersonKey {
        let latest = self.accounts_of(name).first().copied();
        latest.map_or(PersonKey::Name(name), PersonKey::Account)
    }

    /// Returns the names of a person, the newest first.
    pub(crate) fn names(&self, person: PersonKey) -> Vec<PlayerId> {
        match person {
            PersonKey::Account(account) => self.names.get(&account).cloned().unwrap_or_default(),
            PersonKey::Name(name) => vec![name],
        }
    }

    /// Returns the persons who have had a name: the one who has it now first, the name alone last.
    #[must_use]
    pub fn called(&self, name: PlayerId) -> Vec<Person<'_>> {
        let accounts = self.accounts_of(name).iter().copied();
        let keys = accounts.map(PersonKey::Account);
        let keys = keys.chain([PersonKey::Name(name)]);
        let persons = keys.map(|key| Person {
            persons: self,
            key,
            names: self.names(key),
        });
        persons.collect()
    }

    fn accounts_of(&self, name: PlayerId) -> &[AccountId] {
        self.accounts.get(&name).map_or(&[], Vec::as_slice)
    }
}

impl Person<'_> {
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
