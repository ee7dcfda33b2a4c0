//! The accounts that need not be asked for again for now, so that the store is not asked about them either. There are
//! two generations, so that memory is bounded; an account that was dropped is compared with the store again.

use std::collections::HashMap;
use std::time::Duration;

use uuid::Uuid;

/// Number of accounts in one generation.
const GENERATION: usize = 16_384;

/// Until when each account is settled, counted from the start of the lookup.
#[derive(Debug, Default)]
pub(super) struct Settled {
    young: HashMap<Uuid, Duration>,
    old: HashMap<Uuid, Duration>,
}

impl Settled {
    /// Notes that an account is settled for a while.
    pub(super) fn insert(&mut self, account: Uuid, until: Duration) {
        self.old.remove(&account);
        self.young.insert(account, until);
        if self.young.len() == GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
    }

    /// Whether an account is settled.
    pub(super) fn contains(&self, account: Uuid, now: Duration) -> bool {
        let until = self.young.get(&account).or_else(|| self.old.get(&account));
        until.is_some_and(|until| now < *until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_of_accounts_takes_bounded_memory() {
        let mut settled = Settled::default();
        for number in 0..100_000 {
            settled.insert(Uuid::from_u128(number), Duration::from_secs(9));
        }

        assert!(settled.young.len() + settled.old.len() <= 2 * GENERATION);
        assert!(settled.contains(Uuid::from_u128(99_999), Duration::ZERO));
        assert!(!settled.contains(Uuid::from_u128(99_999), Duration::from_secs(9)));
        assert!(!settled.contains(Uuid::from_u128(0), Duration::ZERO));
    }
}
