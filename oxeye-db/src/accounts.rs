//! The accounts that Mojang authenticated, each stored once under an id. A session knows which account it was.

use std::num::NonZeroU32;

use hashbrown::HashMap;
use parking_lot::RwLock;
use uuid::Uuid;

use crate::player_uuids::UuidKind;

/// The id of an account in the store. No id is assigned twice while the program runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub NonZeroU32);

/// All known accounts. Only the writer's thread adds and removes them.
#[derive(Debug, Default)]
pub(crate) struct Accounts(RwLock<Ids>);

#[derive(Debug, Default)]
struct Ids {
    by_id: HashMap<AccountId, Uuid>,
    by_uuid: HashMap<Uuid, AccountId>,
    last_id: u32,
}

impl AccountId {
    /// Returns the id that is stored as this number.
    pub(crate) fn from_number(number: Option<u32>) -> Option<Self> {
        number.and_then(NonZeroU32::new).map(Self)
    }
}

impl Accounts {
    /// Returns the id of the account that a UUID proves, and whether it was just assigned. Only Mojang's
    /// UUIDs prove an account.
    pub(crate) fn number(&self, uuid: Uuid) -> Option<(AccountId, bool)> {
        if UuidKind::of(uuid) != UuidKind::Online {
            return None;
        }
        if let Some(id) = self.id(uuid) {
            return Some((id, false));
        }
        let mut ids = self.0.write();
        let id = AccountId(NonZeroU32::MIN.saturating_add(ids.last_id));
        ids.insert(id, uuid);
        Some((id, true))
    }

    /// Returns the id of a known account.
    pub(crate) fn id(&self, uuid: Uuid) -> Option<AccountId> {
        self.0.read().by_uuid.get(&uuid).copied()
    }

    /// Returns the UUID of an account; `None` if it was forgotten.
    pub(crate) fn uuid(&self, id: AccountId) -> Option<Uuid> {
        self.0.read().by_id.get(&id).copied()
    }

    /// Adds an account that is in the file already.
    pub(crate) fn load(&self, id: AccountId, uuid: Uuid) {
        self.0.write().insert(id, uuid);
    }

    /// Notes that a session names this id, so that no other account gets it.
    pub(crate) fn mark_used(&self, id: AccountId) {
        let mut ids = self.0.write();
        ids.last_id = ids.last_id.max(id.0.get());
    }

    /// Forgets accounts that are deleted from the file.
    pub(crate) fn remove_all(&self, accounts: &[(AccountId, Uuid)]) {
        accounts.iter().for_each(|(id, _)| self.remove(*id));
    }

    /// Adds accounts again that are still in the file.
    pub(crate) fn restore(&self, accounts: impl Iterator<Item = (AccountId, Uuid)>) {
        accounts.for_each(|(id, uuid)| self.load(id, uuid));
    }

    /// Forgets an account.
    pub(crate) fn remove(&self, id: AccountId) {
        let mut ids = self.0.write();
        let Some(uuid) = ids.by_id.remove(&id) else {
            return;
        };
        // The account may have got a new id since.
        if ids.by_uuid.get(&uuid) == Some(&id) {
            ids.by_uuid.remove(&uuid);
        }
    }
}

impl Ids {
    fn insert(&mut self, id: AccountId, uuid: Uuid) {
        self.by_id.insert(id, uuid);
        self.by_uuid.insert(uuid, id);
        self.last_id = self.last_id.max(id.0.get());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALEX: Uuid = Uuid::from_u64_pair(0x1111_1111_1111_4111, 0x8111_1111_1111_1111);

    #[test]
    fn an_account_keeps_its_id_until_it_is_forgotten_and_nobody_else_gets_it() {
        let accounts = Accounts::default();
        let (first, is_new) = accounts.number(ALEX).unwrap();
        assert!(is_new);
        assert_eq!(accounts.number(ALEX), Some((first, false)));

        accounts.remove(first);

        assert_eq!(accounts.uuid(first), None);
        let (second, is_new) = accounts.number(ALEX).unwrap();
        assert!(is_new && second > first);
        accounts.remove(first);
        assert_eq!(accounts.number(ALEX), Some((second, false)));
    }

    #[test]
    fn only_a_uuid_of_mojang_proves_an_account() {
        let accounts = Accounts::default();
        let offline = Uuid::from_u64_pair(0x1111_1111_1111_3111, 0x8111_1111_1111_1111);
        for uuid in [offline, Uuid::nil(), Uuid::from_u64_pair(0, 4)] {
            assert_eq!(accounts.number(uuid), None);
        }
    }
}
