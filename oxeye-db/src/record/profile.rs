//! What is known of one player on one server: playtime, first and last seen, number and length of
//! sessions.

use std::time::Duration;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

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
    /// When the player joined, if they are online.
    pub online_since: Option<UnixSeconds>,
    /// When the player's first session began; `None` if no session is known.
    pub first_seen: Option<UnixSeconds>,
    /// The latest evidence that the player was there.
    pub last_seen: Option<UnixSeconds>,
    /// Number of sessions, including an open one.
    pub sessions: usize,
    /// Length of the longest session; an open one counts with its length so far.
    pub longest: Duration,
    /// Average length of the sessions.
    pub average: Duration,
    /// How much the player played.
    pub playtime: Playtime,
    /// Playtime from before Oxeye, imported from the Minecraft server's own statistics; not part of
    /// any other figure.
    pub imported: Duration,
}

/// A player's playtime in total and in recent periods of a time zone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Playtime {
    /// Playtime since the first session.
    pub total: Duration,
    /// Playtime today.
    pub today: Duration,
    /// Playtime this week, which begins on Monday.
    pub week: Duration,
    /// Playtime this month.
    pub month: Duration,
    /// A number of days, of which today is the last, and the playtime in them.
    pub last_days: (u16, Duration),
}

impl Record {
    /// Returns a player's stays in the order in which they were closed, an open one last.
    fn stays_of(&self, player: PlayerId) -> impl Iterator<Item = Span> + '_ {
        let open = self.open.iter().filter(move |open| open.player == player);
        let closed = self.history.of_player(player).map(|session| Span {
            from: session.joined_at,
            to: session.left_at,
        });
        closed.chain(open.map(|open| self.so_far(open)))
    }

    /// Returns how much a player played.
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

    /// Returns when a player's first session began.
    #[must_use]
    pub fn first_seen(&self, player: PlayerId) -> Option<UnixSeconds> {
        self.stays_of(player).map(|stay| stay.from).min()
    }

    /// Returns the latest evidence of a player in any session.
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
    /// Returns what is known of a player on a server; `None` if the player was never there.
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
            // A leave without a session is evidence, too.
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
