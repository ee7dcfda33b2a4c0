//! The accounts that need not be asked for again for now, so that the store is not asked about them either. There are
//! two generations, so that memory is bounded; an account that was dropped is compared with the store again.

use std::collections::HashMap;
use std::time::Duration;

use oxeye_process::backoff;
use uuid::Uuid;

/// Number of accounts in one generation.
const GENERATION: usize = 16_384;

/// The accounts, and until when each is settled.
#[derive(Debug, Default)]
pub(super) struct Settled {
    young: HashMap<Uuid, Wait>,
    old: HashMap<Uuid, Wait>,
}

#[derive(Debug, Clone, Copy)]
struct Wait {
    /// Counted from the start of the lookup.
    until: Duration,
    /// How often in a row asking for the account has failed.
    failures: u32,
}

impl Settled {
    /// Notes that an account is settled for a while.
    pub(super) fn insert(&mut self, account: Uuid, until: Duration) {
        self.keep(account, Wait { until, failures: 0 });
    }

    /// Notes that asking for an account has failed. It is settled for `first`, twice as long after each further
    /// failure, and at most for `longest`.
    pub(super) fn insert_failed(
        &mut self,
        account: Uuid,
        (first, longest): (Duration, Duration),
        now: Duration,
    ) {
        let failures = self.wait(account).map_or(0, |wait| wait.failures);
        let until = now + backoff::ceiling(first, longest, failures);
        let failures = failures.saturating_add(1);
        self.keep(account, Wait { until, failures });
    }

    fn keep(&mut self, account: Uuid, wait: Wait) {
        self.old.remove(&account);
        self.young.insert(account, wait);
        if self.young.len() == GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
    }

    /// Whether an account is settled.
    pub(super) fn contains(&self, account: Uuid, now: Duration) -> bool {
        self.wait(account).is_some_and(|wait| now < wait.until)
    }

    fn wait(&self, account: Uuid) -> Option<Wait> {
        let wait = self.young.get(&account).or_else(|| self.old.get(&account));
        wait.copied()
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
