//! Sums of the stays of each person of a guild.

use hashbrown::HashMap;
use oxeye_plugin_proto::UnixSeconds;

use crate::accounts::AccountId;
use crate::persons::{PersonKey, Persons};
use crate::players::PlayerId;
use crate::record::Record;
use crate::record::span::Span;

/// The sum of one person's stays.
#[derive(Debug, Clone, Copy)]
pub(super) struct PersonSum {
    pub(super) person: PersonKey,
    /// The name of one of the stays.
    pub(super) name: PlayerId,
    pub(super) seconds: u64,
    pub(super) sessions: u32,
    /// When the last stay ended.
    pub(super) last: UnixSeconds,
}

/// The sums so far.
pub(super) struct PersonSums<'a> {
    persons: &'a Persons,
    sums: Vec<PersonSum>,
    places: HashMap<PersonKey, usize>,
    /// For each name, by its number: the account of its last stay, and the place of that person. Nearly always
    /// the next stay is of the same one.
    last_of_name: Vec<Option<(Option<AccountId>, usize)>>,
}

impl<'a> PersonSums<'a> {
    /// Sums the stays of a span; of each stay, only the part within the span counts.
    pub(super) fn of(records: &[Record], persons: &'a Persons, span: Span) -> Vec<PersonSum> {
        let mut sums = Self {
            persons,
            sums: Vec::new(),
            places: HashMap::new(),
            last_of_name: Vec::new(),
        };
        for (name, account, stay) in records
            .iter()
            .flat_map(|record| record.owned_stays_in(span))
        {
            let sum = sums.of_stay(name, account);
            sum.seconds += stay.within(span).seconds();
            sum.sessions += 1;
            sum.last = sum.last.max(stay.to);
        }
        sums.sums
    }

    fn of_stay(&mut self, name: PlayerId, account: Option<AccountId>) -> &mut PersonSum {
        let number = name.0 as usize;
        if number >= self.last_of_name.len() {
            self.last_of_name.resize(number + 1, None);
        }
        let place = match self.last_of_name[number] {
            Some((last, place)) if last == account => place,
            _ => self.place_of(name, account),
        };
        self.last_of_name[number] = Some((account, place));
        &mut self.sums[place]
    }

    fn place_of(&mut self, name: PlayerId, account: Option<AccountId>) -> usize {
        let person = self.persons.of_stay(name, account);
        *self.places.entry(person).or_insert_with(|| {
            self.sums.push(PersonSum {
                person,
                name,
                seconds: 0,
                sessions: 0,
                last: UnixSeconds(i64::MIN),
            });
            self.sums.len() - 1
        })
    }
}
