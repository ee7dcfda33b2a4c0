//! Accounts that have several names in a guild. Everybody else is known by one name, so that lists by name are lists by
//! person.

use super::{NameUse, PersonKey, Persons};
use crate::accounts::AccountId;

impl Persons {
    /// Returns the accounts that have several names.
    pub(crate) fn accounts_with_several_names(&self) -> impl Iterator<Item = AccountId> {
        self.several.iter()
    }

    /// Returns how many accounts have several names.
    pub(crate) fn several_count(&self) -> usize {
        self.several.len()
    }

    /// Whether an account has several names.
    pub(crate) fn has_several_names(&self, account: AccountId) -> bool {
        self.several.contains(&account)
    }

    /// Returns the accounts with several names whose names, or who has one of them now, or what is known of a name
    /// alone, another use may change.
    pub(super) fn accounts_changed_by(&self, one: &NameUse) -> Vec<AccountId> {
        let person = PersonKey::Account(one.account);
        let is_new = self.last_use(one.name, one.account).is_none();
        let is_concerned = is_new || self.holder(one.name) != person;
        let concerned = self.accounts_of(one.name).filter(|_| is_concerned);
        let newest = self.newest_name(person);
        let is_renamed = newest.is_some_and(|newest| newest != one.name);
        concerned
            .filter(|account| self.has_several_names(*account))
            .chain(is_renamed.then_some(one.account))
            .collect()
    }

    /// Notes whether an account has several names.
    pub(super) fn note_several(&mut self, account: AccountId) {
        let has_several = self.names_of(account).nth(1).is_some();
        match has_several {
            true => self.several.insert(account),
            false => self.several.remove(&account),
        }
    }
}
