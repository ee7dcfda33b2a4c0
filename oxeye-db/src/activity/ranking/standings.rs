//! The persons with the largest amounts.

use std::cmp::Ordering;

use hashbrown::HashMap;
use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use super::Counted;
use crate::activity::doers::Doer;
use crate::activity::figures::CounterStanding;
use crate::database::Database;
use crate::ids::GuildId;
use crate::persons::{PersonKey, Persons};

/// What somebody did under all their names.
struct Sum {
    doer: Doer,
    /// One of the names, and the newest one in the end.
    name: PlayerName,
    amount: f64,
    /// When they last did anything.
    last: UnixSeconds,
}

impl Database {
    /// Returns the persons with the largest amounts whom the members of a guild may see, the largest first and by name
    /// where amounts are equal, and how many persons have any, seen or not.
    pub(super) fn standings(
        &self,
        guild: GuildId,
        counted: Vec<Counted>,
        limit: usize,
    ) -> (Vec<CounterStanding>, usize) {
        let persons = self.persons_in(guild);
        let visible = self.inner.memory.hidden.visible_to_members(guild);
        let mut sums = sums(counted);
        let players = sums.len();
        for sum in &mut sums {
            let newest = key(sum).and_then(|person| persons.newest_name(person));
            if let Some(newest) = newest.and_then(|newest| self.name_of(newest)) {
                sum.name = newest;
            }
        }
        sums.retain(|sum| match key(sum) {
            Some(person) => visible.shows_person(person, &sum.name),
            None => visible.shows(&sum.name),
        });
        let standings = largest(sums, limit).into_iter();
        let standings = standings.map(|sum| self.standing(sum, &persons));
        (standings.collect(), players)
    }

    fn standing(&self, sum: Sum, persons: &Persons) -> CounterStanding {
        let person = key(&sum);
        let names = person.map(|person| persons.names(person));
        let names = names.unwrap_or_default();
        let holder = names.first().map(|newest| persons.holder(*newest));
        let former = names.iter().skip(1).filter_map(|name| self.name_of(*name));
        CounterStanding {
            player: sum.name,
            former_names: former.collect(),
            until: (holder.is_some() && holder != person).then_some(sum.last),
            amount: sum.amount,
        }
    }
}

fn key(sum: &Sum) -> Option<PersonKey> {
    match sum.doer {
        Doer::Person(person) => Some(person),
        Doer::Unreported(_) | Doer::Stranger(_) => None,
    }
}

/// Adds up what was done under different names. Whoever has nothing is left out.
fn sums(counted: Vec<Counted>) -> Vec<Sum> {
    let mut places: HashMap<Doer, usize> = HashMap::with_capacity(counted.len());
    let mut sums: Vec<Sum> = Vec::with_capacity(counted.len());
    for one in counted {
        let place = *places.entry(one.doer).or_insert_with_key(|doer| {
            sums.push(Sum {
                doer: doer.clone(),
                name: one.name.clone(),
                amount: 0.0,
                last: one.last,
            });
            sums.len() - 1
        });
        let sum = &mut sums[place];
        sum.amount += one.amount;
        if one.last > sum.last {
            sum.last = one.last;
            sum.name = one.name;
        }
    }
    sums.retain(|sum| sum.amount > 0.0);
    sums
}

/// Returns the largest sums, in their order.
fn largest(mut sums: Vec<Sum>, limit: usize) -> Vec<Sum> {
    if limit < sums.len() {
        sums.select_nth_unstable_by(limit, largest_first);
        sums.truncate(limit);
    }
    sums.sort_unstable_by(largest_first);
    sums
}

fn largest_first(one: &Sum, other: &Sum) -> Ordering {
    let by_amount = other.amount.total_cmp(&one.amount);
    let by_name = by_amount.then_with(|| one.name.cmp(&other.name));
    // Two accounts may have had the same name.
    by_name.then_with(|| other.last.cmp(&one.last))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns what strangers did, the last one named first.
    fn counted(amounts: &[f64]) -> Vec<Counted> {
        let counted = (0..).zip(amounts).map(|(number, amount): (i64, _)| {
            let name = format!("Player{:05}", 99_999 - number);
            let name = PlayerName::try_from(name.as_str()).unwrap();
            Counted {
                doer: Doer::Stranger(name.clone()),
                name,
                amount: *amount,
                last: UnixSeconds(number),
            }
        });
        counted.collect()
    }

    fn ranking(amounts: &[f64], limit: usize) -> Vec<(String, f64)> {
        let largest = largest(sums(counted(amounts)), limit).into_iter();
        let lines = largest.map(|sum| (sum.name.to_string(), sum.amount));
        lines.collect()
    }

    #[test]
    fn names_decide_however_many_have_the_same_amount() {
        let mut amounts = vec![1.0; 500];
        amounts[..2].fill(5.0);
        amounts[2] = 0.0;

        let all = ranking(&amounts, 500);

        assert_eq!(all.len(), 499);
        assert_eq!(all[0], ("Player99998".to_owned(), 5.0));
        assert_eq!(all[2], ("Player99500".to_owned(), 1.0));
        for limit in [0, 1, 2, 3, 50, 499] {
            assert_eq!(ranking(&amounts, limit), all[..limit], "{limit}");
        }
    }

    #[test]
    fn what_somebody_did_under_two_names_is_one_sum_under_the_one_used_last() {
        let mut both = counted(&[2.0, 3.0]);
        both[1].doer = both[0].doer.clone();

        let sums = sums(both);

        assert_eq!(sums.len(), 1);
        assert_eq!(
            (sums[0].name.as_str(), sums[0].amount),
            ("Player99998", 5.0)
        );
    }
}
