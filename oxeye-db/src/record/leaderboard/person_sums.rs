//! Sums of the stays of each person of a guild.

use hashbrown::HashMap;
use oxeye_plugin_proto::UnixSeconds;

use crate::accounts::AccountId;
use crate::persons::{PersonKey, Persons};
use crate::players::PlayerId;
use crate::record::Record;
use crate::record::span::{Span, merged};

/// The sum of one person's stays. A second on two servers, such as a proxy and a server behind it, counts once.
#[derive(Debug, Clone, Copy)]
pub(super) struct PersonSum {
    pub(super) person: PersonKey,
    /// The name of one of the stays.
    pub(super) name: PlayerId,
    pub(super) seconds: u64,
    pub(super) sessions: u32,
    /// When the last stay ended.
    pub(super) last: UnixSeconds,
    /// Whether some stays may overlap; false only if none do.
    may_overlap: bool,
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
        for (name, account, stay) in stays(records, span) {
            let place = sums.place_of_stay(name, account);
            let sum = &mut sums.sums[place];
            sum.seconds += stay.within(span).seconds();
            sum.sessions += 1;
            sum.may_overlap |= stay.from < sum.last;
            sum.last = sum.last.max(stay.to);
        }
        if sums.sums.iter().any(|sum| sum.may_overlap) {
            sums.count_each_second_once(records, span);
        }
        sums.sums
    }

    /// Counts again how long those were on whose stays may overlap.
    fn count_each_second_once(&mut self, records: &[Record], span: Span) {
        let mut spans = vec![Vec::new(); self.sums.len()];
        for (name, account, stay) in stays(records, span) {
            let place = self.place_of_stay(name, account);
            if self.sums[place].may_overlap {
                spans[place].push(stay.within(span));
            }
        }
        for (sum, spans) in self.sums.iter_mut().zip(spans) {
            if sum.may_overlap {
                sum.seconds = merged(spans).into_iter().map(Span::seconds).sum();
            }
        }
    }

    fn place_of_stay(&mut self, name: PlayerId, account: Option<AccountId>) -> usize {
        let number = name.0 as usize;
        if number >= self.last_of_name.len() {
            self.last_of_name.resize(number + 1, None);
        }
        let place = match self.last_of_name[number] {
            Some((last, place)) if last == account => place,
            _ => self.place_of(name, account),
        };
        self.last_of_name[number] = Some((account, place));
        place
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
                may_overlap: false,
            });
            self.sums.len() - 1
        })
    }
}

/// Returns the name, account and span of the stays that touch a span, on all servers.
fn stays(
    records: &[Record],
    span: Span,
) -> impl Iterator<Item = (PlayerId, Option<AccountId>, Span)> + '_ {
    records
        .iter()
        .flat_map(move |record| record.owned_stays_in(span))
}
