//! Who played most.

use std::cmp::Reverse;
use std::time::Duration;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use super::Record;
use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::ids::GuildId;
use crate::players::PlayerId;
use crate::record::calendar::TimeZone;
use crate::record::range::Range;
use crate::record::span::Span;
use crate::store::StoreError;

/// A player's place on the leaderboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The player.
    pub player: PlayerName,
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

/// Sums indexed by the player's number. Numbers are allocated consecutively, so an array is hardly
/// larger than its contents and much faster than a map.
#[derive(Debug, Default)]
pub(super) struct Sums(Vec<Sum>);

/// The sum of one player's stays.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    pub(super) seconds: u64,
    pub(super) sessions: u32,
}

impl Sums {
    /// Sums the stays of a span; of each stay, only the part within the span counts.
    pub(super) fn of(records: &[Record], span: Span) -> Self {
        let mut sums = Self::default();
        for record in records {
            record.stays_in(span).for_each(|(player, stay)| {
                let sum = sums.of_player(player);
                sum.seconds += stay.within(span).seconds();
                sum.sessions += 1;
            });
        }
        sums
    }

    fn of_player(&mut self, player: PlayerId) -> &mut Sum {
        let place = player.0 as usize;
        if place >= self.0.len() {
            self.0.resize(place + 1, Sum::default());
        }
        &mut self.0[place]
    }

    /// Returns the players who were there.
    pub(super) fn iter(&self) -> impl Iterator<Item = (PlayerId, Sum)> + '_ {
        let numbered = (0..).map(PlayerId).zip(self.0.iter().copied());
        numbered.filter(|(_, sum)| sum.sessions > 0)
    }
}

impl Leaderboard {
    /// Returns the `limit` players who played most on all servers of the records together. Players
    /// with equal playtime are sorted by name; players without a name, who hide or were forgotten, are left
    /// out.
    #[must_use]
    pub fn of(
        records: &[Record],
        span: Span,
        limit: usize,
        name: impl Fn(PlayerId) -> Option<PlayerName>,
    ) -> Self {
        let mut sums: Vec<_> = Sums::of(records, span).iter().collect();
        sums.sort_unstable_by_key(|(_, sum)| Reverse(sum.seconds));
        let mut standings = Vec::new();
        for equal in sums.chunk_by(|(_, a), (_, b)| a.seconds == b.seconds) {
            if standings.len() >= limit {
                break;
            }
            let named = equal.iter().filter_map(|(player, sum)| {
                Some(Standing {
                    player: name(*player)?,
                    playtime: Duration::from_secs(sum.seconds),
                    sessions: sum.sessions,
                })
            });
            let first = standings.len();
            standings.extend(named);
            standings[first..].sort_unstable_by(|a, b| a.player.cmp(&b.player));
        }
        standings.truncate(limit);
        Self {
            span,
            standings,
            players: sums.len(),
        }
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
        self.compute(move |database| {
            let record = database.record(server.id(), now)?;
            let name = |player| database.shown_name_of(server.guild(), player);
            Some(Leaderboard::of(
                &[record],
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
        self.compute(move |database| {
            let servers = database.inner.memory.cache.ids(Some(guild)).into_iter();
            let records: Vec<_> = servers.filter_map(|id| database.record(id, now)).collect();
            let name = |player| database.shown_name_of(guild, player);
            Leaderboard::of(&records, range.span(zone, now), limit, name)
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
                let found = Leaderboard::of(&records, span, limit, World::name);
                let stays = |player| [here.stays_of(player), there.stays_of(player)].concat();
                let mut expected: Vec<Standing> = World::players()
                    .filter_map(|player| Some(Standing {
                        player: World::name(player)?,
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
