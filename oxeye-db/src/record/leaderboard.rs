//! Who played most.

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use std::cmp::Reverse;
use std::time::Duration;

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
    /// Sessions of which at least a part counts.
    pub sessions: u32,
}

/// Who played most in a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaderboard {
    /// What counts.
    pub span: Span,
    /// Who played most comes first.
    pub standings: Vec<Standing>,
    /// How many players there would be without a limit.
    pub players: usize,
}

/// Sums by the number of the player. Numbers are given in turn, so an array is little larger than
/// what it holds, and much faster than a map.
#[derive(Debug, Default)]
pub(super) struct Sums(Vec<Sum>);

/// What one player's stays come to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    pub(super) seconds: u64,
    pub(super) sessions: u32,
}

impl Sums {
    /// What the stays in a span come to, each cut to what lies in it.
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

    /// Those who have been there.
    pub(super) fn iter(&self) -> impl Iterator<Item = (PlayerId, Sum)> + '_ {
        let numbered = (0..).map(PlayerId).zip(self.0.iter().copied());
        numbered.filter(|(_, sum)| sum.sessions > 0)
    }
}

impl Leaderboard {
    /// The `limit` players who played most on all servers of the records together. Who played
    /// equally long stands in the order of their names; who has no name any more does not stand.
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
    /// Who played most on a server; `None` when it was removed.
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
        let server = server.id();
        self.compute(move |database| {
            let record = database.record(server, now)?;
            let name = |player| database.name_of(player);
            Some(Leaderboard::of(
                &[record],
                range.span(zone, now),
                limit,
                name,
            ))
        })
        .await
    }

    /// Who played most on all servers of a guild together.
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
            let name = |player| database.name_of(player);
            Leaderboard::of(&records, range.span(zone, now), limit, name)
        })
        .await
    }
}

#[cfg(test)]
mod tests;
