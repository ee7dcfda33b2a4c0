//! Persons in the order of what they have, with their places.

use std::cmp::Ordering;
use std::ops::Deref;
use std::sync::Arc;
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

/// Persons who may be shown, the one who has most first. Those who have equally much are sorted by name.
#[derive(Debug)]
pub(crate) struct Ranking<P = Arc<Persons>> {
    span: Span,
    scores: Vec<Score>,
    persons: P,
}

impl<P: Deref<Target = Persons>> Ranking<P> {
    /// Ranks persons by what they have in a span. Whoever has a name that `name` does not know is left out.
    pub(super) fn of(
        span: Span,
        mut scores: Vec<Score>,
        persons: P,
        name: &impl Fn(PlayerId) -> Option<PlayerName>,
    ) -> Self {
        retain_named(&mut scores, &persons, name);
        scores.sort_unstable_by(most_first);
        for tie in scores.chunk_by_mut(|one, other| most_first(one, other).is_eq()) {
            if tie.len() > 1 {
                tie.sort_by_cached_key(|score| {
                    let newest = names(score, &persons)[0];
                    (name(newest), until(score, newest, &persons), score.person)
                });
            }
        }
        Self {
            span,
            scores,
            persons,
        }
    }

    /// Returns how much it holds: places, and uses of names.
    pub(super) fn entries(&self) -> usize {
        self.scores.len() + self.persons.use_count()
    }

    /// Returns a section, and the place of one person.
    pub(super) fn leaderboard(
        &self,
        section: Section,
        own: Option<PersonKey>,
        name: &impl Fn(PlayerId) -> Option<PlayerName>,
    ) -> Leaderboard {
        let own = own.and_then(|person| {
            let mut scores = self.scores.iter();
            let before = scores.position(|score| score.person == person)?;
            Some((before, self.standing(before, name)?))
        });
        let (offset, limit) = match section {
            Section::After { offset, limit } => (offset, limit),
            Section::Page { number, length } => (self.page(number, length), length),
            Section::OwnPage { length } => {
                let before = own.as_ref().map_or(0, |(before, _)| *before);
                (self.page(before / length.max(1), length), length)
            }
        };
        let shown = (offset..self.scores.len()).take(limit);
        Leaderboard {
            span: self.span,
            offset,
            standings: shown
                .filter_map(|before| self.standing(before, name))
                .collect(),
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

    /// Returns the standing of the one after this many.
    fn standing(
        &self,
        before: usize,
        name: &impl Fn(PlayerId) -> Option<PlayerName>,
    ) -> Option<Standing> {
        let score = &self.scores[before];
        let more = |other: &Score| most_first(other, score).is_lt();
        let names = names(score, &self.persons);
        let until = until(score, names[0], &self.persons);
        let shown: Option<Vec<_>> = names.into_iter().map(name).collect();
        let mut shown = shown?;
        Some(Standing {
            place: self.scores.partition_point(more) + 1,
            player: shown.remove(0),
            former_names: shown,
            until,
            amount: score.amount,
            playtime: score.stays.map(|(playtime, _)| playtime),
            sessions: score.stays.map(|(_, sessions)| sessions),
        })
    }
}

/// Leaves out whoever has a name that `name` does not know.
pub(super) fn retain_named(
    scores: &mut Vec<Score>,
    persons: &Persons,
    name: &impl Fn(PlayerId) -> Option<PlayerName>,
) {
    scores.retain(|score| {
        let mut names = names(score, persons).into_iter();
        names.all(|of_person| name(of_person).is_some())
    });
}

/// Returns until when a person had their newest name, if another has it now.
fn until(score: &Score, newest: PlayerId, persons: &Persons) -> Option<UnixSeconds> {
    let has_the_name = persons.holder(newest) == score.person;
    (!has_the_name).then_some(score.last)
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
    use crate::accounts::AccountId;
    use crate::persons::NameUse;

    fn name(player: PlayerId) -> Option<PlayerName> {
        // The seventh player hides, and the later a player came, the earlier the name.
        let name = format!("p{:02}", 99 - player.0);
        (player.0 != 7).then(|| PlayerName::try_from(name.as_str()).unwrap())
    }

    /// Returns a section of those who have these amounts, and the place of one of them.
    fn section(amounts: &[u32], section: Section, own: Option<u32>) -> Leaderboard {
        let scores = (1..).zip(amounts).map(|(number, amount)| Score {
            person: PersonKey::Name(PlayerId(number)),
            name: PlayerId(number),
            amount: f64::from(*amount),
            stays: None,
            last: UnixSeconds(0),
        });
        let nobody = Persons::default();
        let ranking = Ranking::of(Span::ALL, scores.collect(), &nobody, &name);
        let own = own.map(|player| PersonKey::Name(PlayerId(player)));
        ranking.leaderboard(section, own, &name)
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
            let after = Section::After { offset, limit };
            section(&AMOUNTS, after, None)
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
            let page = Section::Page { number, length: 3 };
            section(&AMOUNTS, page, None)
        };
        let pages: Vec<_> = (0..3).flat_map(|number| shown(&page(number))).collect();
        let everybody = Section::After {
            offset: 0,
            limit: 99,
        };
        let all = section(&AMOUNTS, everybody, None);
        assert_eq!(pages, shown(&all));
        assert_eq!(page(99), page(2));
        assert_eq!(page(usize::MAX).offset, 6);

        let fifth = Section::Page {
            number: 4,
            length: 3,
        };
        let nobody = section(&[], fifth, None);
        assert_eq!((nobody.offset, nobody.players), (0, 0));
    }

    #[test]
    fn the_own_page_is_the_one_with_the_own_place() {
        let of = |player| {
            let own_page = Section::OwnPage { length: 3 };
            section(&AMOUNTS, own_page, Some(player))
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

    #[test]
    fn a_ranking_is_as_large_as_its_places_and_the_uses_of_names_that_it_holds() {
        let score = |player| Score {
            person: PersonKey::Name(player),
            name: player,
            amount: 1.0,
            stays: None,
            last: UnixSeconds(0),
        };
        let uses = (1..=5).map(|number| NameUse {
            name: PlayerId(1),
            account: AccountId::from_number(Some(number)).unwrap(),
            last: UnixSeconds(0),
        });
        let persons = Persons::of(uses.collect());
        let scores = vec![score(PlayerId(1)), score(PlayerId(2)), score(PlayerId(3))];

        let ranking = Ranking::of(Span::ALL, scores, &persons, &name);

        assert_eq!(ranking.entries(), 8, "three places and five uses");
    }
}
