//! Who played most.

mod person_sums;

use std::cmp::Reverse;
use std::time::Duration;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use super::Record;
use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::ids::GuildId;
use crate::persons::Persons;
use crate::players::PlayerId;
use crate::record::calendar::TimeZone;
use crate::record::range::Range;
use crate::record::span::Span;
use crate::store::StoreError;
use person_sums::{PersonSum, PersonSums};

/// A person's place on the leaderboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The player, by their newest name.
    pub player: PlayerName,
    /// The other names of the same account, the newest first.
    pub former_names: Vec<PlayerName>,
    /// If another account has the name now: until when this one was there.
    pub until: Option<UnixSeconds>,
    /// How long they played.
    pub playtime: Duration,
    /// Number of sessions that count at least in part.
    pub sessions: u32,
}

/// Who played most in a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaderboard {
    /// The span that counts.
    pub span: Span,
    /// The players, the one who played most first.
    pub standings: Vec<Standing>,
    /// Number of players there would be without a limit.
    pub players: usize,
}

impl Leaderboard {
    /// Returns the `limit` persons of a guild who played most on all servers of the records together. Those
    /// with equal playtime are sorted by name. Whoever has a name that is not shown, because they hide it or it
    /// was forgotten, is left out.
    #[must_use]
    pub fn of(
        records: &[Record],
        persons: &Persons,
        span: Span,
        limit: usize,
        name: impl Fn(PlayerId) -> Option<PlayerName>,
    ) -> Self {
        let mut sums = PersonSums::of(records, persons, span);
        sums.sort_unstable_by_key(|sum| (Reverse(sum.seconds), sum.person));
        let mut standings = Vec::new();
        for equal in sums.chunk_by(|a, b| a.seconds == b.seconds) {
            if standings.len() >= limit {
                break;
            }
            let first = standings.len();
            let named = equal.iter();
            standings.extend(named.filter_map(|sum| Standing::of(sum, persons, &name)));
            standings[first..].sort_by(|a, b| (&a.player, a.until).cmp(&(&b.player, b.until)));
        }
        standings.truncate(limit);
        Self {
            span,
            standings,
            players: sums.len(),
        }
    }
}

impl Standing {
    fn of(
        sum: &PersonSum,
        persons: &Persons,
        name: impl Fn(PlayerId) -> Option<PlayerName>,
    ) -> Option<Self> {
        let mut names = persons.names(sum.person);
        if names.is_empty() {
            // The account was reported a moment ago.
            names.push(sum.name);
        }
        let has_the_name = persons.holder(names[0]) == sum.person;
        let mut shown: Vec<_> = names.into_iter().map(name).collect::<Option<_>>()?;
        Some(Self {
            player: shown.remove(0),
            former_names: shown,
            until: (!has_the_name).then_some(sum.last),
            playtime: Duration::from_secs(sum.seconds),
            sessions: sum.sessions,
        })
    }
}

impl Database {
    /// Returns who played most on a server, without naming who hides; `None` if it was removed.
    ///
    /// # Errors
    /// When the store is closed.
    pub async fn leaderboard(
        &self,
        server: GuildServer,
        range: Range,
        limit: usize,
        zone: TimeZone,
        now: UnixSeconds,
    ) -> Result<Option<Leaderboard>, StoreError> {
        let persons = self.persons_in(server.guild());
        self.compute(move |database| {
            let record = database.record(server.id(), now)?;
            let name = |player| database.shown_name_of(server.guild(), player);
            Some(Leaderboard::of(
                &[record],
                &persons,
                range.span(zone, now),
                limit,
                name,
            ))
        })
        .await
    }

    /// Returns who played most on all servers of a guild together, without naming who hides.
    ///
    /// # Errors
    /// When the store is closed.
    pub async fn guild_leaderboard(
        &self,
        guild: GuildId,
        range: Range,
        limit: usize,
        zone: TimeZone,
        now: UnixSeconds,
    ) -> Result<Leaderboard, StoreError> {
        let persons = self.persons_in(guild);
        self.compute(move |database| {
            let servers = database.inner.memory.cache.ids(Some(guild)).into_iter();
            let records: Vec<_> = servers.filter_map(|id| database.record(id, now)).collect();
            let name = |player| database.shown_name_of(guild, player);
            let span = range.span(zone, now);
            Leaderboard::of(&records, &persons, span, limit, name)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
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
        ) {
            let span = Span { from: UnixSeconds(START + from), to: UnixSeconds(START + from + length) };
            let records = [here.record(), there.record()];
            for span in [span, Span::ALL] {
                let found = Leaderboard::of(&records, &Persons::default(), span, limit, World::name);
                let stays = |player| [here.stays_of(player), there.stays_of(player)].concat();
                let mut expected: Vec<Standing> = World::players()
                    .filter_map(|player| Some(Standing {
                        player: World::name(player)?,
                        former_names: Vec::new(),
                        until: None,
                        playtime: Duration::from_secs(
                            here.seconds_of(player, span) + there.seconds_of(player, span),
                        ),
                        sessions: stays(player).iter().filter(|stay| stay.touches(span)).count() as u32,
                    }))
                    .filter(|standing| standing.sessions > 0)
                    .collect();
                expected.sort_by(|a, b| (b.playtime, &a.player).cmp(&(a.playtime, &b.player)));
                expected.truncate(limit);
                prop_assert_eq!(found.standings, expected);
            }
        }
    }
}
