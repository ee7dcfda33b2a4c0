//! Who has most of something: playtime, visits, or what a counter of activity counts.
//!
//! | module        | subject                                            |
//! |---------------|----------------------------------------------------|
//! | `asking`      | answers a question from memory and file            |
//! | `counted`     | how much each person has of a counter of activity  |
//! | `person_sums` | the sums of each person's stays                    |
//! | `ranked`      | persons in their order, with their places          |

mod asking;
mod counted;
mod person_sums;
mod ranked;

use std::time::Duration;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use super::Record;
use crate::guild_server::GuildServers;
use crate::ids::UserId;
use crate::persons::Persons;
use crate::players::PlayerId;
use crate::record::calendar::TimeZone;
use crate::record::range::Range;
use crate::record::span::Span;
pub use asking::LeaderboardError;
use person_sums::PersonSums;
pub(crate) use ranked::Ranking;
use ranked::Score;

/// What persons are ranked by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RankedBy {
    /// How long they played.
    Playtime,
    /// How often they came.
    Visits,
    /// What a counter of activity counts, such as `deaths`.
    Counter(String),
}

/// A part of a leaderboard. An entry's number is how many come before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// At most `limit` entries after this many.
    After {
        /// How many are left out at the beginning.
        offset: usize,
        /// The most entries.
        limit: usize,
    },
    /// A page of some length. If there are fewer pages, it is the last one.
    Page {
        /// The number of the page, from 0.
        number: usize,
        /// How many entries each page has.
        length: usize,
    },
    /// The page that shows the member who asks; the first one if none does.
    OwnPage {
        /// How many entries each page has.
        length: usize,
    },
}

/// What is asked of a leaderboard.
#[derive(Debug, Clone)]
pub struct LeaderboardQuestion {
    /// The servers that count.
    pub servers: GuildServers,
    /// What persons are ranked by.
    pub by: RankedBy,
    /// The time that counts.
    pub range: Range,
    /// The part that is asked for.
    pub section: Section,
    /// The member whose place is asked for as well.
    pub member: Option<UserId>,
    /// The time zone of its days; those of counters are UTC days.
    pub zone: TimeZone,
}

/// A person's place on a leaderboard.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The place, from 1. Those who have equally much share one.
    pub place: usize,
    /// The player, by their newest name.
    pub player: PlayerName,
    /// The other names of the same account, the newest first.
    pub former_names: Vec<PlayerName>,
    /// If another account has the name now: until when this one was there.
    pub until: Option<UnixSeconds>,
    /// What they are ranked by: seconds, visits, or what a counter counts.
    pub amount: f64,
    /// How long they played; `None` on the leaderboard of a counter.
    pub playtime: Option<Duration>,
    /// Number of sessions that count at least in part; `None` on the leaderboard of a counter.
    pub sessions: Option<u32>,
}

/// Who has most of something in a span.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaderboard {
    /// The span that counts.
    pub span: Span,
    /// How many persons come before the first one here.
    pub offset: usize,
    /// The persons, the one who has most first.
    pub standings: Vec<Standing>,
    /// Number of persons who have any and may be shown.
    pub players: usize,
    /// How much the one who has most has; 0 if there is nobody.
    pub most: f64,
    /// The member who asked, if they are linked to a player who has any and may be shown.
    pub own: Option<Standing>,
}

/// What is ranked by, the span that counts, and the part that is wanted.
#[derive(Debug, Clone)]
pub struct Terms {
    /// Playtime or visits.
    pub by: RankedBy,
    /// The span that counts.
    pub span: Span,
    /// The part that is wanted.
    pub section: Section,
}

impl Leaderboard {
    /// Returns the persons of a guild who played most on all servers of the records together, or came most often. A
    /// second on two servers counts once, and each stay is a visit.
    /// Those who have equally much share a place and are sorted by name. Whoever has a name that is not shown,
    /// because they hide it or it was forgotten, is left out and not counted.
    #[must_use]
    pub fn of(
        records: &[Record],
        persons: &Persons,
        terms: &Terms,
        name: impl Fn(PlayerId) -> Option<PlayerName>,
    ) -> Self {
        let scores = scores(records, persons, terms);
        let ranking = Ranking::of(terms.span, scores, persons, &name);
        ranking.leaderboard(terms.section, None, &name)
    }
}

/// Returns how long or how often each person was on the servers of the records.
fn scores(records: &[Record], persons: &Persons, terms: &Terms) -> Vec<Score> {
    let sums = PersonSums::of(records, persons, terms.span).into_iter();
    let score = |sum: person_sums::PersonSum| Score {
        person: sum.person,
        name: sum.name,
        amount: match terms.by {
            RankedBy::Visits => f64::from(sum.sessions),
            RankedBy::Playtime | RankedBy::Counter(_) => sum.seconds as f64,
        },
        stays: Some((Duration::from_secs(sum.seconds), sum.sessions)),
        last: sum.last,
    };
    sums.map(score).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::record::naive::{START, World, cases, worlds};

    proptest! {
        #![proptest_config(cases(128))]

        #[test]
        fn standings_are_each_players_seconds_on_all_servers(
            (here, there) in (worlds(0), worlds(40_000)),
            from in 0..3 * 86_400_i64,
            length in 0..2 * 86_400_i64,
            limit in 0..7_usize,
            by in prop_oneof![Just(RankedBy::Playtime), Just(RankedBy::Visits)],
        ) {
            let span = Span { from: UnixSeconds(START + from), to: UnixSeconds(START + from + length) };
            let records = [here.record(), there.record()];
            for span in [span, Span::ALL] {
                let terms = Terms { by: by.clone(), span, section: Section::After { offset: 0, limit } };
                let found = Leaderboard::of(&records, &Persons::default(), &terms, World::name);
                let stays = |player| [here.stays_of(player), there.stays_of(player)].concat();
                let mut expected: Vec<Standing> = World::players()
                    .filter_map(|player| {
                        let seconds = here.seconds(player).chain(there.seconds(player));
                        let seconds = seconds.filter(|second| span.contains(UnixSeconds(*second)));
                        let seconds = seconds.collect::<BTreeSet<_>>().len() as u64;
                        let visits = stays(player).iter().filter(|stay| stay.touches(span)).count();
                        let amount = if by == RankedBy::Visits { visits as u64 } else { seconds };
                        Some(Standing {
                            place: 0,
                            player: World::name(player)?,
                            former_names: Vec::new(),
                            until: None,
                            amount: amount as f64,
                            playtime: Some(Duration::from_secs(seconds)),
                            sessions: Some(visits as u32),
                        })
                    })
                    .filter(|standing| standing.sessions > Some(0))
                    .collect();
                expected.sort_by(|a, b| b.amount.total_cmp(&a.amount).then(a.player.cmp(&b.player)));
                let amounts: Vec<_> = expected.iter().map(|standing| standing.amount).collect();
                for standing in &mut expected {
                    let more = amounts.iter().filter(|amount| **amount > standing.amount);
                    standing.place = 1 + more.count();
                }
                prop_assert_eq!(found.players, expected.len());
                expected.truncate(limit);
                prop_assert_eq!(found.standings, expected);
            }
        }
    }
}
