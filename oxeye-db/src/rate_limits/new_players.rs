//! Limits how many new players, and how many accounts under names, a server may report per hour.

use std::hash::BuildHasher;
use std::num::NonZeroU32;
use std::time::Duration;

use hashbrown::{DefaultHashBuilder, HashSet};
use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use super::budget::Budget;

const HOUR: Duration = Duration::from_secs(3600);

/// The new players that a server has reported. A name counts once: it is kept here for one to two
/// hours, because last seen does not hold names of old events. There are two generations of hashes,
/// each of at most twice the hourly limit.
#[derive(Debug)]
pub(super) struct NewPlayers {
    budget: Budget,
    /// Accounts under names that they were not known under. A new player has one, so there may be as many.
    accounts: Budget,
    hasher: DefaultHashBuilder,
    young: HashSet<u64>,
    old: HashSet<u64>,
    /// When the young generation began.
    since: UnixSeconds,
}

impl NewPlayers {
    pub(super) fn new(per_hour: NonZeroU32) -> Self {
        Self {
            budget: Budget::new(per_hour, HOUR, per_hour),
            accounts: Budget::new(per_hour, HOUR, per_hour),
            hasher: DefaultHashBuilder::default(),
            young: HashSet::new(),
            old: HashSet::new(),
            since: UnixSeconds(i64::MIN),
        }
    }

    /// Whether a name was admitted in the last hour or two.
    pub(super) fn has(&mut self, name: &PlayerName, now: UnixSeconds) -> bool {
        let name = self.hasher.hash_one(name);
        self.age(now);
        self.young.contains(&name) || self.old.contains(&name)
    }

    /// Admits a name, or returns how long to wait until the next one is admitted.
    pub(super) fn admit(&mut self, name: &PlayerName, now: UnixSeconds) -> Result<(), Duration> {
        if self.has(name, now) {
            return Ok(());
        }
        if let Some(wait) = self.budget.wait(now) {
            return Err(wait);
        }
        self.budget.charge(1, now);
        self.young.insert(self.hasher.hash_one(name));
        Ok(())
    }

    /// Whether another account may be reported under a name that it was not known under.
    pub(super) fn has_room_for_account(&mut self, now: UnixSeconds) -> bool {
        self.accounts.wait(now).is_none()
    }

    /// Counts an account under a name that it was not known under.
    pub(super) fn count_account(&mut self, now: UnixSeconds) {
        self.accounts.charge(1, now);
    }

    fn age(&mut self, now: UnixSeconds) {
        let is_over = now < self.since || now.saturating_since(self.since) >= HOUR;
        if is_over {
            self.old = std::mem::take(&mut self.young);
            self.since = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(new_players: &mut NewPlayers, names: std::ops::Range<u32>, now: i64) -> usize {
        let admit = |number: &u32| {
            let name = PlayerName::try_from(format!("P{number}")).unwrap();
            new_players.admit(&name, UnixSeconds(now)).is_ok()
        };
        names.filter(admit).count()
    }

    #[test]
    fn a_name_counts_once_and_the_names_of_an_hour_are_limited() {
        let mut new_players = NewPlayers::new(NonZeroU32::new(100).unwrap());

        assert_eq!(admitted(&mut new_players, 0..300, 1_000), 100);
        assert_eq!(admitted(&mut new_players, 0..300, 1_000), 100, "the same");
        assert_eq!(admitted(&mut new_players, 300..600, 1_000 + 1_800), 50);
        assert_eq!(admitted(&mut new_players, 600..900, 1_000 + 3_600), 50);
        assert_eq!(admitted(&mut new_players, 0..300, 1_000 + 3_600), 100);
    }

    #[test]
    fn memory_stays_bounded_however_many_names_come() {
        let mut new_players = NewPlayers::new(NonZeroU32::new(100).unwrap());

        for step in 0..1_000 {
            let from = u32::try_from(step).unwrap() * 500;
            admitted(&mut new_players, from..from + 500, step * 300);
        }

        assert!(new_players.young.len() <= 200 && new_players.old.len() <= 200);
    }
}
