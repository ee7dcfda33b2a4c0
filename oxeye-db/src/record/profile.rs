//! What is known of one player on one server: playtime, first and last seen, number and length of
//! sessions.

use std::collections::BTreeSet;
use std::time::Duration;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use super::{ImportedPlaytime, OpenSession, Record};
use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::persons::Person;
use crate::record::calendar::TimeZone;
use crate::record::range::Range;
use crate::record::span::Span;
use crate::server_state::{ServerState, latest};
use crate::session::ClosedSession;
use crate::store::StoreError;

/// What is known of a player on a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The player, by their newest name.
    pub player: PlayerName,
    /// The other names of the same account, the newest first.
    pub former_names: Vec<PlayerName>,
    /// Whether another account has the newest name now.
    pub is_succeeded: bool,
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

/// What is asked about any player.
struct Question {
    server: GuildServer,
    days: u16,
    zone: TimeZone,
    now: UnixSeconds,
}

impl Record {
    /// Returns a person's closed sessions, in the order in which those of each name were closed.
    pub(super) fn closed_of(&self, person: &Person<'_>) -> impl Iterator<Item = ClosedSession> {
        let names = person.names().iter();
        let sessions = names.flat_map(|name| self.history.of_player(*name));
        sessions.filter(|session| person.has(session.player, session.account))
    }

    /// Returns a person's open sessions.
    pub(super) fn open_of(&self, person: &Person<'_>) -> impl Iterator<Item = &OpenSession> {
        let open = self.open.iter();
        open.filter(|open| person.has(open.player, open.account))
    }

    /// Returns a person's stays, an open one last.
    pub(super) fn stays_of(&self, person: &Person<'_>) -> impl Iterator<Item = Span> {
        let closed = self.closed_of(person).map(|session| Span {
            from: session.joined_at,
            to: session.left_at,
        });
        closed.chain(self.open_of(person).map(|open| self.so_far(open)))
    }

    /// Returns how much a person played.
    #[must_use]
    pub fn playtime(
        &self,
        person: &Person<'_>,
        days: u16,
        zone: TimeZone,
        now: UnixSeconds,
    ) -> Playtime {
        let stays: Vec<Span> = self.stays_of(person).collect();
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

    /// Returns the latest evidence of a person in any session.
    pub(super) fn last_seen(&self, person: &Person<'_>) -> Option<UnixSeconds> {
        let open = self.open_of(person).map(|open| self.so_far(open).to);
        let closed = self.closed_of(person).map(|session| session.seen_at);
        closed.chain(open).max()
    }

    fn profile(&self, person: &Person<'_>, name: PlayerName, playtime: Playtime) -> Profile {
        let sessions = self.stays_of(person).count();
        let longest = self.stays_of(person).map(Span::seconds).max();
        let average = playtime
            .total
            .as_secs()
            .checked_div(sessions as u64)
            .unwrap_or_default();
        Profile {
            player: name,
            former_names: Vec::new(),
            is_succeeded: !person.has_newest_name(),
            online_since: self.open_of(person).map(|open| open.joined_at).min(),
            first_seen: self.stays_of(person).map(|stay| stay.from).min(),
            last_seen: self.last_seen(person),
            sessions,
            longest: Duration::from_secs(longest.unwrap_or_default()),
            average: Duration::from_secs(average),
            playtime,
            imported: Duration::ZERO,
        }
    }
}

impl Database {
    /// Returns what is known on a server of the person who has a name; of the one who had it before if the
    /// present one was never there; `None` if nobody of that name was.
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
        let Some(player) = self.inner.memory.players.id(&name) else {
            return Ok(None);
        };
        let persons = self.persons_in(server.guild());
        let known = persons.called(player);
        let names: BTreeSet<_> = known.iter().flat_map(Person::names).copied().collect();
        let names: Vec<_> = names.into_iter().collect();
        let keys: Vec<_> = known.iter().map(Person::key).collect();
        let imported = self.imported_playtime_of(server.id(), &keys, &names);
        let imported = imported.await?;
        self.compute(move |database| {
            let question = Question {
                server,
                days,
                zone,
                now,
            };
            let mut called = persons.called(player).into_iter();
            called.find_map(|person| database.profile_of(&person, &imported, &question))
        })
        .await
    }

    fn profile_of(
        &self,
        person: &Person<'_>,
        imported: &[ImportedPlaytime],
        question: &Question,
    ) -> Option<Profile> {
        let mut names = person.names().iter().filter_map(|name| self.name_of(*name));
        let name = names.next()?;
        let alone: Vec<_> = person.names_alone().collect();
        let look = |state: &ServerState| {
            let named = alone.iter().filter_map(|name| self.name_of(*name));
            let lately = named.filter_map(|name| state.last_seen().get(&name)).max();
            (Record::of(state, question.now), lately)
        };
        let (record, lately) = self.inner.memory.cache.read(question.server.id(), look)?;
        let playtime = record.playtime(person, question.days, question.zone, question.now);
        let mut profile = record.profile(person, name, playtime);
        profile.former_names = names.collect();
        // A leave without a session is evidence, too.
        let seen = profile.last_seen.max(lately);
        profile.last_seen = seen.map(|at| at.min(latest(question.now)));
        // A world counts by account, so what was imported under a later name includes the earlier one's.
        let own = imported.iter();
        let own = own.filter(|one| person.has(one.player, one.account));
        let before = own.map(|one| one.playtime).max();
        profile.imported = before.unwrap_or_default();
        (profile.last_seen.is_some() || before.is_some()).then_some(profile)
    }
}

#[cfg(test)]
mod tests;
