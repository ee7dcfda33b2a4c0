//! Persons and their leaderboard, compared with a model that scans a list of facts.

mod forgetting;
mod renaming;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use oxeye_plugin_proto::PlayerName;
use proptest::prelude::*;

use super::*;
use crate::history::History;
use crate::ids::GuildId;
use crate::players::Players;
use crate::record::leaderboard::{Leaderboard, RankedBy, Section, Standing, Terms};
use crate::record::naive::model_cases;
use crate::record::span::Span;
use crate::record::{OpenSession, Record};
use crate::session::{ClosedSession, SessionEnd, SessionId};
use crate::visibility::{Hidden, HiddenPlayers, LinkedPlayer};

/// The name of the player who hides when they were linked.
const HIDDEN: PlayerId = PlayerId(5);

const GUILD: GuildId = GuildId(7);

fn account(number: u32) -> AccountId {
    AccountId::from_number(Some(number)).unwrap()
}

fn named(name: PlayerId) -> Option<PlayerName> {
    // The names sort differently from the numbers.
    let text = format!("Player{}", 9 - name.0);
    Some(PlayerName::try_from(text).unwrap())
}

fn shown(name: PlayerId) -> Option<PlayerName> {
    named(name).filter(|_| name != HIDDEN)
}

fn players() -> Players {
    let players = Players::default();
    (1..6).map(PlayerId).for_each(|id| {
        players.load(id, named(id).unwrap());
    });
    players
}

/// Returns the player who hides, if their account is known.
fn hidden_member(account: Option<AccountId>) -> [LinkedPlayer; 1] {
    let player = HIDDEN;
    let is_hidden = true;
    [LinkedPlayer {
        player,
        account,
        is_hidden,
    }]
}

/// A stay: name, account if a report named one, beginning, and length.
type Fact = (u32, Option<u32>, i64, i64);

/// The model: a list of uses, and a list of stays.
struct Naive<'a> {
    uses: &'a [NameUse],
    stays: &'a [Fact],
}

impl Naive<'_> {
    fn person(&self, (name, account, ..): &Fact) -> PersonKey {
        let name = PlayerId(*name);
        let used: BTreeSet<AccountId> = self
            .uses
            .iter()
            .filter(|one| one.name == name)
            .map(|one| one.account)
            .collect();
        let only = used.first().copied().filter(|_| used.len() == 1);
        let proven = account.map(self::account);
        match proven.or(only) {
            Some(account) => PersonKey::Account(account),
            None => PersonKey::Name(name),
        }
    }

    fn holder(&self, name: PlayerId) -> PersonKey {
        let uses = self.uses.iter().filter(|one| one.name == name);
        let latest = uses.max_by_key(|one| (one.last, one.account));
        latest.map_or(PersonKey::Name(name), |one| PersonKey::Account(one.account))
    }

    fn names(&self, person: PersonKey) -> Vec<PlayerId> {
        match person {
            PersonKey::Name(name) => vec![name],
            PersonKey::Account(account) => {
                let uses = self.uses.iter().filter(|one| one.account == account);
                let mut names: Vec<_> = uses.map(|one| (one.last, one.name)).collect();
                names.sort();
                names.into_iter().rev().map(|(_, name)| name).collect()
            }
        }
    }

    /// Whether a person hides: the account that had the name last, and every name that was ever theirs.
    fn hides(&self, person: PersonKey) -> bool {
        let hidden = self.holder(HIDDEN);
        match person {
            PersonKey::Account(_) => person == hidden,
            PersonKey::Name(name) => name == HIDDEN || self.names(hidden).contains(&name),
        }
    }

    /// Counts the seconds in which a person was on anywhere.
    fn seconds(&self, person: PersonKey, span: Span) -> u64 {
        let stays = self.stays.iter().filter(|stay| self.person(stay) == person);
        let seconds = stays.flat_map(|(_, _, from, length)| *from..from + length);
        let seconds = seconds.filter(|second| span.contains(UnixSeconds(*second)));
        seconds.collect::<BTreeSet<i64>>().len() as u64
    }

    fn standings(&self, span: Span) -> Vec<Standing> {
        let persons: BTreeSet<PersonKey> =
            self.stays.iter().map(|stay| self.person(stay)).collect();
        let standings = persons.into_iter().filter_map(|person| {
            let stays = self.stays.iter().filter(|stay| self.person(stay) == person);
            let stays = stays.map(|(_, _, from, length)| Span {
                from: UnixSeconds(*from),
                to: UnixSeconds(from + length),
            });
            let stays: Vec<_> = stays.filter(|stay| stay.touches(span)).collect();
            let last = stays.iter().map(|stay| stay.to).max()?;
            let seconds = self.seconds(person, span);
            let names = self.names(person);
            let has_the_name = self.holder(names[0]) == person;
            let mut names: Vec<_> = names.into_iter().map(shown).collect::<Option<_>>()?;
            Some(Standing {
                place: 0,
                player: names.remove(0),
                former_names: names,
                until: (!has_the_name).then_some(last),
                amount: seconds as f64,
                playtime: Some(Duration::from_secs(seconds)),
                sessions: Some(u32::try_from(stays.len()).unwrap()),
            })
        });
        let mut standings: Vec<_> = standings.collect();
        standings.sort_by_key(|one| (Reverse(one.playtime), one.player.clone(), one.until));
        for index in 0..standings.len() {
            let more = standings
                .iter()
                .filter(|one| one.playtime > standings[index].playtime);
            standings[index].place = 1 + more.count();
        }
        standings
    }
}

/// A report of an account under a name: name, account, and time.
type Report = (u32, u32, i64);

fn used(name: u32, number: u32, last: i64) -> NameUse {
    NameUse {
        name: PlayerId(name),
        account: account(number),
        last: UnixSeconds(last),
    }
}

/// Returns the latest evidence of each account under each name.
fn merged(reports: &[Report]) -> Vec<NameUse> {
    let mut latest: BTreeMap<(u32, u32), i64> = BTreeMap::new();
    for (name, number, at) in reports {
        let last = latest.entry((*name, *number)).or_insert(*at);
        *last = (*last).max(*at);
    }
    let latest = latest.into_iter();
    let uses = latest.map(|((name, number), last)| used(name, number, last));
    uses.collect()
}

/// Generates reports of accounts under names, in any order; whatever account a stay names is among them.
fn facts() -> impl Strategy<Value = (Vec<Report>, Vec<Fact>)> {
    let stay = (
        1..6_u32,
        prop::option::weighted(0.6, 1..5_u32),
        0..500_i64,
        0..100_i64,
    );
    let other = (1..6_u32, 1..5_u32, 0..600_i64);
    let facts = (
        prop::collection::vec(stay, 0..24),
        prop::collection::vec(other, 0..6),
    );
    let facts = facts.prop_map(|(stays, others)| {
        let of_stays = stays
            .iter()
            .filter_map(|(name, account, from, _)| Some((*name, (*account)?, *from)));
        let reports: Vec<Report> = of_stays.chain(others).collect();
        (reports, stays)
    });
    let shuffled = |(reports, stays)| (Just(reports).prop_shuffle(), Just(stays));
    facts.prop_flat_map(shuffled)
}

/// Returns the stays as the records of two servers.
fn records(stays: &[Fact], known_until: UnixSeconds) -> [Record; 2] {
    [0, 1].map(|server| {
        let (mut history, mut open) = (History::default(), Vec::new());
        for (number, (name, proven, from, length)) in (0_u32..).zip(stays) {
            let (id, player) = (SessionId(number), PlayerId(*name));
            let (account, joined_at) = (proven.map(account), UnixSeconds(*from));
            let left_at = UnixSeconds(from + length);
            if number % 2 != server {
                continue;
            }
            if left_at == known_until {
                open.push(OpenSession {
                    id,
                    player,
                    account,
                    joined_at,
                });
            } else {
                history.push(ClosedSession {
                    id,
                    player,
                    account,
                    joined_at,
                    left_at,
                    seen_at: left_at,
                    end: SessionEnd::Left,
                });
            }
        }
        Record::new(history, open, known_until)
    })
}

proptest! {
    #![proptest_config(model_cases(256))]

    #[test]
    fn persons_are_what_a_list_of_facts_says(
        (reports, stays) in facts(),
        from in 0..500_i64,
        length in 0..500_i64,
    ) {
        let uses = merged(&reports);
        let naive = Naive { uses: &uses, stays: &stays };
        let persons = Persons::of(uses.clone());
        let mut one_by_one = Persons::default();
        for (name, number, last) in &reports {
            one_by_one.add(used(*name, *number, *last));
        }
        prop_assert_eq!(&one_by_one, &persons);
        for stay in &stays {
            let (name, proven) = (PlayerId(stay.0), stay.1.map(account));
            prop_assert_eq!(persons.of_stay(name, proven), naive.person(stay));
        }
        for name in (1..6).map(PlayerId) {
            prop_assert_eq!(persons.holder(name), naive.holder(name));
            prop_assert_eq!(persons.names(persons.holder(name)), naive.names(naive.holder(name)));
        }
        let hidden_account = naive.holder(HIDDEN).account();
        let hidden = HiddenPlayers::default();
        hidden.replace(GUILD, Hidden::of(&hidden_member(hidden_account), &persons, &players()));
        let visible = hidden.visible_to_members(GUILD);
        for (name, proven, ..) in &stays {
            let (name, proven) = (PlayerId(*name), proven.map(account));
            let shows = visible.shows_stay(&named(name).unwrap(), proven);
            let person = proven.map_or(PersonKey::Name(name), PersonKey::Account);
            prop_assert_eq!(shows, !naive.hides(person));
        }
        let known_until = UnixSeconds(300);
        let records = records(&stays, known_until);
        let span = Span { from: UnixSeconds(from), to: UnixSeconds(from + length) };
        for span in [span, Span::ALL] {
            let section = Section::After { offset: 0, limit: 99 };
            let terms = Terms { by: RankedBy::Playtime, span, section };
            let found = Leaderboard::of(&records, &persons, &terms, shown);
            prop_assert_eq!(found.standings, naive.standings(span));
        }
    }

    #[test]
    fn whoever_hides_is_hidden_under_a_new_name_as_if_it_had_been_known_before(
        (reports, _) in facts(),
        known in 0..20_usize,
        is_known in any::<bool>(),
    ) {
        let (before, after) = reports.split_at(known.min(reports.len()));
        let mut persons = Persons::of(merged(before));
        let players = players();
        let first = persons.accounts_of(HIDDEN).next();
        let member = hidden_member(first.filter(|_| is_known));
        let hidden = HiddenPlayers::default();
        hidden.replace(GUILD, Hidden::of(&member, &persons, &players));
        for (name, number, at) in after {
            let one = used(*name, *number, *at);
            persons.add(one);
            let name = named(one.name).unwrap();
            hidden.note_use(GUILD, (&name, one.account), &persons, &players);
        }
        let before = hidden.visible_to_members(GUILD);
        // The file knows the owner since the first report under the name.
        let mut reported = after.iter().filter(|(name, ..)| PlayerId(*name) == HIDDEN);
        let proven = reported.next().map(|(_, number, _)| account(*number));
        let member = hidden_member(first.filter(|_| is_known).or(proven));
        let changed = hidden.replace(GUILD, Hidden::of(&member, &persons, &players));
        prop_assert_eq!(changed, []);
        let again = hidden.visible_to_members(GUILD);
        for (name, number) in (1..6).flat_map(|name| (1..5).map(move |number| (name, number))) {
            let (name, proven) = (named(PlayerId(name)).unwrap(), Some(account(number)));
            prop_assert_eq!(before.shows_stay(&name, proven), again.shows_stay(&name, proven));
        }
    }

    #[test]
    fn another_account_under_a_name_moves_nothing_but_what_nobody_proved_of_that_name(
        (reports, stays) in facts(),
        name in 1..6_u32,
        number in 1..5_u32,
    ) {
        let before = Persons::of(merged(&reports));
        let mut after = before.clone();
        after.add(used(name, number, 1_000));
        let name = PlayerId(name);
        for (of, proven, ..) in &stays {
            let (of, proven) = (PlayerId(*of), proven.map(self::account));
            if of != name || proven.is_some() {
                prop_assert_eq!(before.of_stay(of, proven), after.of_stay(of, proven));
            }
        }
    }
}

#[test]
fn a_name_that_another_account_took_over_does_not_mix_them() {
    let (alex, bob) = (PlayerId(1), PlayerId(2));
    let (first, second) = (
        PersonKey::Account(account(1)),
        PersonKey::Account(account(2)),
    );

    let renamed = Persons::of(vec![used(1, 1, 10), used(2, 1, 20)]);
    assert_eq!(renamed.names(first), [bob, alex]);
    assert_eq!(renamed.of_stay(alex, None), first);

    let taken_over = Persons::of(vec![used(1, 1, 10), used(2, 1, 20), used(1, 2, 30)]);
    assert_eq!(taken_over.names(first), [bob, alex]);
    assert_eq!(
        (taken_over.holder(alex), taken_over.holder(bob)),
        (second, first)
    );
    assert_eq!(taken_over.of_stay(alex, None), PersonKey::Name(alex));
    assert_eq!(taken_over.of_stay(alex, Some(account(1))), first);
}
