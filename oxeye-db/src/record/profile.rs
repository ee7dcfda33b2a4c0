//! One player on one server: playtime, first and last seen, number and length of stays.

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use std::time::Duration;

use super::Record;
use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::players::PlayerId;
use crate::record::calendar::TimeZone;
use crate::record::range::Range;
use crate::record::span::Span;
use crate::server_state::latest;
use crate::store::StoreError;

/// What is known of a player on a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The player.
    pub player: PlayerName,
    /// Since when they have been online, if they are.
    pub online_since: Option<UnixSeconds>,
    /// When their first session began; `None` when no session is known.
    pub first_seen: Option<UnixSeconds>,
    /// The latest evidence that they were there.
    pub last_seen: Option<UnixSeconds>,
    /// How many sessions, the open one included.
    pub sessions: usize,
    /// The longest of them, an open one as long as it is so far.
    pub longest: Duration,
    /// Their average length.
    pub average: Duration,
    /// How much they played.
    pub playtime: Playtime,
    /// Playtime from before Oxeye, brought in from the Minecraft server's own statistics; part of
    /// no other figure.
    pub imported: Duration,
}

/// Sums of a player's sessions, cut at midnight of a time zone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Playtime {
    /// Since the first session.
    pub total: Duration,
    /// Today.
    pub today: Duration,
    /// This week, from Monday on.
    pub week: Duration,
    /// This month.
    pub month: Duration,
    /// So many days, today being the last, and what was played in them.
    pub last_days: (u16, Duration),
}

impl Record {
    /// A player's stays, in the order in which they were closed, an open one last.
    fn stays_of(&self, player: PlayerId) -> impl Iterator<Item = Span> + '_ {
        let open = self.open.iter().filter(move |open| open.player == player);
        let closed = self.history.of_player(player).map(|session| Span {
            from: session.joined_at,
            to: session.left_at,
        });
        closed.chain(open.map(|open| self.so_far(open)))
    }

    /// How much a player played.
    #[must_use]
    pub fn playtime(
        &self,
        player: PlayerId,
        days: u16,
        zone: TimeZone,
        now: UnixSeconds,
    ) -> Playtime {
        let stays: Vec<Span> = self.stays_of(player).collect();
        let sum = |range: Range| {
            let span = range.span(zone, now);
            let seconds = stays.iter().map(|stay| stay.within(span).seconds());
            Duration::from_secs(seconds.sum())
        };
        Playtime {
            total: sum(Range::All),
            today: sum(Range::Today),
            week: sum(Range::Week),
            month: sum(Range::Month),
            last_days: (days, sum(Range::Days(days))),
        }
    }

    /// When a player's first session began.
    #[must_use]
    pub fn first_seen(&self, player: PlayerId) -> Option<UnixSeconds> {
        self.stays_of(player).map(|stay| stay.from).min()
    }

    /// The latest evidence of a player in any session.
    #[must_use]
    pub fn last_seen(&self, player: PlayerId) -> Option<UnixSeconds> {
        let mut open = self.open.iter().filter(|open| open.player == player);
        let open = open.next().map(|open| self.so_far(open).to);
        let closed = self.history.of_player(player);
        closed.map(|session| session.seen_at).max().max(open)
    }

    fn profile(&self, player: PlayerId, name: PlayerName, playtime: Playtime) -> Profile {
        let mut open = self.open.iter().filter(|open| open.player == player);
        let sessions = self.stays_of(player).count();
        let longest = self.stays_of(player).map(Span::seconds).max();
        let average = playtime
            .total
            .as_secs()
            .checked_div(sessions as u64)
            .unwrap_or_default();
        Profile {
            player: name,
            online_since: open.next().map(|open| open.joined_at),
            first_seen: self.first_seen(player),
            last_seen: self.last_seen(player),
            sessions,
            longest: Duration::from_secs(longest.unwrap_or_default()),
            average: Duration::from_secs(average),
            playtime,
            imported: Duration::ZERO,
        }
    }
}

impl Database {
    /// What is known of a player on a server; `None` when the player was never there.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn player_profile(
        &self,
        server: GuildServer,
        name: PlayerName,
        days: u16,
        zone: TimeZone,
        now: UnixSeconds,
    ) -> Result<Option<Profile>, StoreError> {
        let server = server.id();
        let Some(player) = self.inner.memory.players.id(&name) else {
            return Ok(None);
        };
        let imported = self.imported_playtime_of(server, player).await?;
        let profile_of = move |database: &Self| {
            let look = |state: &crate::server_state::ServerState| {
                (Record::of(state, now), state.last_seen().get(&name))
            };
            let (record, lately) = database.inner.memory.cache.read(server, look)?;
            let playtime = record.playtime(player, days, zone, now);
            let mut profile = record.profile(player, name, playtime);
            // A leave without a session is evidence too.
            let seen = profile.last_seen.max(lately);
            profile.last_seen = seen.map(|at| at.min(latest(now)));
            profile.imported = imported.unwrap_or_default();
            (profile.last_seen.is_some() || imported.is_some()).then_some(profile)
        };
        self.compute(profile_of).await
    }
}

#[cfg(test)]
mod tests;
