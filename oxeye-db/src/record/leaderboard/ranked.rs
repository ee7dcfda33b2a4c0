//! Persons in the order of what they have, with their places.

use std::cmp::Ordering;
use std::ops::Range;
use std::time::Duration;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use super::{Leaderboard, Section, Standing};
use crate::persons::{PersonKey, Persons};
use crate::players::PlayerId;
use crate::record::span::Span;

/// What one person has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Score {
    pub(super) person: PersonKey,
    /// One of the person's names.
    pub(super) name: PlayerId,
    pub(super) amount: f64,
    /// Playtime and number of sessions, if these are what counts.
    pub(super) stays: Option<(Duration, u32)>,
    /// The latest evidence of the person.
    pub(super) last: UnixSeconds,
}

/// Persons who may be shown, the one who has most first.
pub(super) struct RankedPersons<'a, N> {
    scores: Vec<Score>,
    persons: &'a Persons,
    name: N,
}

impl<'a, N: Fn(PlayerId) -> Option<PlayerName>> RankedPersons<'a, N> {
    /// Ranks persons. Whoever has a name that `name` does not know is left out.
    pub(super) fn of(mut scores: Vec<Score>, persons: &'a Persons, name: N) -> Self {
        scores.retain(|score| {
            let names = names(score, persons);
            names.into_iter().all(|of_person| name(of_person).is_some())
        });
        scores.sort_unstable_by(|a, b| most_first(a, b).then(a.person.cmp(&b.person)));
        Self {
            scores,
            persons,
            name,
        }
    }

    /// Returns a section, and the place of one person.
    pub(super) fn leaderboard(
        &self,
        span: Span,
        section: Section,
        own: Option<PersonKey>,
    ) -> Leaderboard {
        let own = own.and_then(|person| self.find(person));
        let (offset, limit) = match section {
            Section::After { offset, limit } => (offset, limit),
            Section::Page { number, length } => (self.page(number, length), length),
            Section::OwnPage { length } => {
                let before = own.as_ref().map_or(0, |(before, _)| *before);
                (self.page(before / length.max(1), length), length)
            }
        };
        Leaderboard {
            span,
            offset,
            standings: self.standings(offset, limit),
            players: self.scores.len(),
            most: self.scores.first().map_or(0.0, |first| first.amount),
            own: own.map(|(_, standing)| standing),
        }
    }

    /// Returns how many come before a page, or before the last one if there are not so many.
    fn page(&self, number: usize, length: usize) -> usize {
        let last = self.scores.len().saturating_sub(1) / length.max(1);
        number.min(last) * length
    }

    fn standings(&self, offset: usize, limit: usize) -> Vec<Standing> {
        let mut standings = Vec::new();
        let mut before = offset;
        while before < self.scores.len() && standings.len() < limit {
            let tie = self.tie(before);
            let named = self.named(tie.clone()).into_iter().skip(before - tie.start);
            standings.extend(
                named
                    .map(|(_, one)| one)
                    .take(limit.saturating_sub(standings.len())),
            );
            before = tie.end;
        }
        standings
    }

    /// Returns how many come before a person, and their standing.
    fn find(&self, person: PersonKey) -> Option<(usize, Standing)> {
        let any = self
            .scores
            .iter()
            .position(|score| score.person == person)?;
        let tie = self.tie(any);
        let mut named = (tie.start..).zip(self.named(tie));
        let found = named.find(|(_, (one, _))| *one == person)?;
        Some((found.0, found.1.1))
    }

    /// Returns all who have as much as the one after this many.
    fn tie(&self, before: usize) -> Range<usize> {
        let one = &self.scores[before];
        let scores = &self.scores;
        let start = scores.partition_point(|other| most_first(other, one).is_lt());
        let end = scores.partition_point(|other| most_first(other, one).is_le());
        start..end
    }

    /// Returns the standings of those who have equally much, sorted by name.
    fn named(&self, tie: Range<usize>) -> Vec<(PersonKey, Standing)> {
        let place = tie.start + 1;
        let standing = |score: &Score| Some((score.person, self.standing(place, score)?));
        let mut named: Vec<_> = self.scores[tie].iter().filter_map(standing).collect();
        named.sort_by(|(a, one), (b, other)| {
            (&one.player, one.until, a).cmp(&(&other.player, other.until, b))
        });
        named
    }

    fn standing(&self, place: usize, score: &Score) -> Option<Standing> {
        let names = names(score, self.persons);
        let has_the_name = self.persons.holder(names[0]) == score.person;
        let shown: Option<Vec<_>> = names.into_iter().map(&self.name).collect();
        let mut shown = shown?;
        Some(Standing {
            place,
            player: shown.remove(0),
            former_names: shown,
            until: (!has_the_name).then_some(score.last),
            amount: score.amount,
            playtime: score.stays.map(|(playtime, _)| playtime),
            sessions: score.stays.map(|(_, sessions)| sessions),
        })
    }
}

/// Returns the names of a person, the newest first; at least one.
fn names(score: &Score, persons: &Persons) -> Vec<PlayerId> {
    let mut names = persons.names(score.person);
    if names.is_empty() {
        // The account was reported a moment ago.
        names.push(score.name);
    }
    names
}

fn most_first(one: &Score, other: &Score) -> Ordering {
    other.amount.total_cmp(&one.amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranked(amounts: &[u32]) -> RankedPersons<'static, impl Fn(PlayerId) -> Option<PlayerName>> {
        static NOBODY: std::sync::LazyLock<Persons> = std::sync::LazyLock::new(Persons::default);
        let scores = (1..).zip(amounts).map(|(number, amount)| Score {
            person: PersonKey::Name(PlayerId(number)),
            name: PlayerId(number),
            amount: f64::from(*amount),
            stays: None,
            last: UnixSeconds(0),
        });
        let name = |player: PlayerId| {
            // The seventh player hides, and the later a player came, the earlier the name.
            let name = format!("p{:02}", 99 - player.0);
            (player.0 != 7).then(|| PlayerName::try_from(name.as_str()).unwrap())
        };
        RankedPersons::of(scores.collect(), &NOBODY, name)
    }

    fn shown(board: &Leaderboard) -> Vec<String> {
        let lines = board.standings.iter();
        let lines = lines.map(|one| format!("{}. {} {}", one.place, one.player, one.amount));
        lines.collect()
    }

    const AMOUNTS: [u32; 9] = [5, 9, 5, 2, 5, 1, 8, 2, 9];

    #[test]
    fn equal_amounts_share_a_place_and_whoever_hides_has_none() {
        let after = |offset, limit| {
            let section = Section::After { offset, limit };
            ranked(&AMOUNTS).leaderboard(Span::ALL, section, None)
        };
        let all = after(0, 99);
        assert_eq!((all.players, all.most), (8, 9.0));
        assert_eq!(
            shown(&all),
            [
                "1. p90 9", "1. p97 9", "3. p94 5", "3. p96 5", "3. p98 5", "6. p91 2", "6. p95 2",
                "8. p93 1"
            ]
        );
        for offset in 0..10 {
            for limit in 0..10 {
                let part = after(offset, limit);
                let from = offset.min(8);
                let expected = &shown(&all)[from..(from + limit).min(8)];
                assert_eq!(shown(&part), expected, "{offset} {limit}");
                assert_eq!((part.offset, part.players), (offset, 8));
            }
        }
    }

    #[test]
    fn pages_together_have_everybody_once_and_the_last_one_stands_for_those_that_there_are_not() {
        let page = |number| {
            let section = Section::Page { number, length: 3 };
            ranked(&AMOUNTS).leaderboard(Span::ALL, section, None)
        };
        let pages: Vec<_> = (0..3).flat_map(|number| shown(&page(number))).collect();
        let everybody = Section::After {
            offset: 0,
            limit: 99,
        };
        let all = ranked(&AMOUNTS).leaderboard(Span::ALL, everybody, None);
        assert_eq!(pages, shown(&all));
        assert_eq!(page(99), page(2));
        assert_eq!(page(usize::MAX).offset, 6);

        let section = Section::Page {
            number: 4,
            length: 3,
        };
        let nobody = ranked(&[]).leaderboard(Span::ALL, section, None);
        assert_eq!((nobody.offset, nobody.players), (0, 0));
    }

    #[test]
    fn the_own_page_is_the_one_with_the_own_place() {
        let of = |player| {
            let section = Section::OwnPage { length: 3 };
            let own = Some(PersonKey::Name(PlayerId(player)));
            ranked(&AMOUNTS).leaderboard(Span::ALL, section, own)
        };
        for (player, place) in [(1, 3), (9, 1), (6, 8), (8, 6)] {
            let board = of(player);
            let own = board.own.clone().unwrap();
            assert_eq!(own.place, place);
            assert!(board.standings.contains(&own), "{board:?}");
        }
        for nobody in [7, 50] {
            assert_eq!((of(nobody).own, of(nobody).offset), (None, 0));
        }
    }
}
