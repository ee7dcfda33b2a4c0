//! How much each player has of a counter.

use std::cmp::Ordering;

use rusqlite::Connection;

use crate::activity::day::UtcDay;
use crate::activity::recent::of_guild::StoredGuild;
use crate::activity::store::rows::players::GuildPlayerId;
use crate::activity::store::rows::words;

/// Amounts of players, each player once, in the order of their numbers: 16 bytes per player.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Amounts(Vec<(GuildPlayerId, f64)>);

impl Amounts {
    /// Returns the amount of a player, if there is one.
    pub(super) fn of(&self, player: GuildPlayerId) -> Option<f64> {
        let place = self.0.binary_search_by_key(&player, |(player, _)| *player);
        place.ok().map(|place| self.0[place].1)
    }

    /// Returns how many players have an amount, be it 0.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Adds the amounts of others.
    pub(super) fn add(&mut self, others: &Self) {
        let mut sums = Vec::with_capacity(self.0.len().max(others.0.len()));
        let (mut own, mut others) = (self.0.as_slice(), others.0.as_slice());
        while let ([(player, amount), rest @ ..], [(other, more), others_rest @ ..]) = (own, others)
        {
            let order = player.cmp(other);
            sums.push(match order {
                Ordering::Less => (*player, *amount),
                Ordering::Equal => (*player, amount + more),
                Ordering::Greater => (*other, *more),
            });
            if order != Ordering::Greater {
                own = rest;
            }
            if order != Ordering::Less {
                others = others_rest;
            }
        }
        sums.extend_from_slice(own);
        sums.extend_from_slice(others);
        self.0 = sums;
    }

    /// Replaces a player's amount.
    pub(super) fn set(&mut self, player: GuildPlayerId, amount: f64) {
        match self.0.binary_search_by_key(&player, |(player, _)| *player) {
            Ok(place) => self.0[place].1 = amount,
            Err(place) => self.0.insert(place, (player, amount)),
        }
    }
}

/// Returns the amounts of a guild's players over some days, first and last. No day if the first comes after the last.
pub(super) fn over_days(
    file: &Connection,
    guild: &StoredGuild<'_>,
    counter: &str,
    days: (UtcDay, UtcDay),
) -> rusqlite::Result<Amounts> {
    let mut sums = Amounts::default();
    let Some(counter) = words::find(file, counter)? else {
        return Ok(sums);
    };
    for day in days.0.0..=days.1.0 {
        for amounts in guild.on_day(counter, UtcDay(day))? {
            sums.add(&Amounts(amounts));
        }
    }
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    use super::*;
    use crate::record::naive::cases;

    fn amounts(of: &BTreeMap<i64, u32>) -> Amounts {
        let all = of.iter();
        Amounts(
            all.map(|(id, n)| (GuildPlayerId(*id), f64::from(*n)))
                .collect(),
        )
    }

    proptest! {
        #![proptest_config(cases(256))]

        #[test]
        fn amounts_add_up_as_in_a_map(
            one in prop::collection::btree_map(0..12_i64, 0..9_u32, 0..8),
            other in prop::collection::btree_map(0..12_i64, 0..9_u32, 0..8),
            (player, amount) in (0..12_i64, 0..9_u32),
        ) {
            let mut sums = amounts(&one);
            sums.add(&amounts(&other));
            let mut expected = one;
            for (player, amount) in other {
                *expected.entry(player).or_default() += amount;
            }
            prop_assert_eq!(&sums, &amounts(&expected));

            sums.set(GuildPlayerId(player), f64::from(amount));
            expected.insert(player, amount);
            prop_assert_eq!(sums, amounts(&expected));
        }
    }
}
