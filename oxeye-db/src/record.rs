//! What is known of a server's past at one moment, and the questions answered from it.
//!
//! | module              | question                                                        |
//! |---------------------|-----------------------------------------------------------------|
//! | [`profile`]         | What is known of a player: playtime, first and last seen, ...?  |
//! | [`person_figures`]  | What is known of a person on all servers of a guild together?   |
//! | [`player_sessions`] | Which sessions did a player have?                               |
//! | [`known_players`]   | Who has ever been on the server?                                |
//! | [`leaderboard`]     | Who played most?                                                |
//! | [`moment`]          | Who was online at a given moment?                               |
//! | [`past`]            | The same of all servers of a guild, as its members may see it   |
//! | [`headcount`]       | How many players were online, step by step?                     |
//! | [`busiest`]         | How many players are online at each hour of the week?           |
//! | [`broken`]          | Were there more players at once than ever before?               |
//! | [`chart`]           | What does a chart of the players over time say?                 |
//! | [`usual`]           | How many are usually online, and when is it best to come on?    |
//! | `newcomers`         | Who of these players was never there before?                    |
//! | [`uptime`]          | How much of the time was the server up?                         |
//! | [`namesakes`]       | Who had a name last that another account has now?               |
//! | `names`             | Who is meant by a name in another case? Which UUIDs had a name? |
//! | `kept`              | What was answered a moment ago?                                 |
//! | `turns`             | Whose question is computed next?                                |
//!
//! | module              | terms of the questions                                          |
//! |---------------------|-----------------------------------------------------------------|
//! | [`span`]            | a span of time                                                  |
//! | [`range`]           | a span as people name it: today, this week                      |
//! | [`steps`]           | a span cut into the steps of a chart                            |
//! | [`calendar`]        | days, weeks and months of a time zone                           |
//! | `known`             | the times about which it is known how many players were online  |
//! | `crowd`             | the players of some servers together, while something is known  |
//!
//! A server is locked only while its record is taken, which copies nothing but the list of blocks
//! and the roster. The answer is then computed by pure functions on a blocking thread.

pub mod broken;
pub mod busiest;
pub mod calendar;
pub mod chart;
mod crowd;
pub mod headcount;
pub(crate) mod kept;
mod known;
pub mod known_players;
pub mod leaderboard;
pub mod moment;
mod names;
pub mod namesakes;
mod newcomers;
pub mod past;
pub mod person_figures;
pub mod player_sessions;
pub mod profile;
pub mod range;
pub mod span;
pub mod steps;
pub(crate) mod turns;
pub mod uptime;
pub mod usual;

#[cfg(test)]
pub(crate) mod naive;

use std::sync::Arc;
use std::time::Duration;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use crate::accounts::AccountId;
use crate::database::Database;
use crate::history::History;
use crate::ids::{GuildId, ServerId};
use crate::period::Period;
use crate::persons::{PersonKey, Persons};
use crate::players::PlayerId;
use crate::record::span::Span;
use crate::server_state::ServerState;
use crate::session::SessionId;
use crate::store::{StoreError, keeping};

/// The closed and open sessions of one server at one moment.
#[derive(Debug, Clone)]
pub struct Record {
    history: History,
    open: Vec<OpenSession>,
    known_until: UnixSeconds,
}

/// An open session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenSession {
    /// The number of the session.
    pub id: SessionId,
    /// The player whose session it is.
    pub player: PlayerId,
    /// The account whose session it is, if a report of it said so.
    pub account: Option<AccountId>,
    /// When the player joined.
    pub joined_at: UnixSeconds,
}

/// Playtime from before Oxeye on a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportedPlaytime {
    /// The name under which it was imported.
    pub player: PlayerId,
    /// The account whose playtime it is, if that is known.
    pub account: Option<AccountId>,
    /// How long the player had played.
    pub playtime: Duration,
}

impl Record {
    /// Returns a record in which open sessions count until `known_until`.
    #[must_use]
    pub fn new(history: History, open: Vec<OpenSession>, known_until: UnixSeconds) -> Self {
        Self {
            history,
            open,
            known_until,
        }
    }

    /// Returns the record of a server as its memory holds it now.
    pub(crate) fn of(state: &ServerState, now: UnixSeconds) -> Self {
        let known_until = state.known_until(now);
        let open = state.players().values().map(|stay| OpenSession {
            id: stay.session,
            player: stay.player,
            account: stay.account,
            joined_at: state.counts_from(stay, known_until),
        });
        Self::new(state.history().clone(), open.collect(), known_until)
    }

    /// The time until which we know who was online: the present, or the last evidence of a server
    /// that does not report. Open sessions count until then.
    #[must_use]
    pub fn known_until(&self) -> UnixSeconds {
        self.known_until
    }

    /// Returns when the first session began.
    #[must_use]
    pub fn begins_at(&self) -> Option<UnixSeconds> {
        let open = self.open.iter().map(|session| session.joined_at);
        open.chain(self.history.earliest()).min()
    }

    /// Returns the span of an open session so far.
    fn so_far(&self, session: &OpenSession) -> Span {
        Span {
            from: session.joined_at,
            to: self.known_until.max(session.joined_at),
        }
    }

    /// Returns player, account and span of all sessions that touch a span, and whether each is open.
    pub(crate) fn each_in(
        &self,
        span: Span,
    ) -> impl Iterator<Item = (PlayerId, Option<AccountId>, Span, bool)> + '_ {
        let closed = self.history.owned_stays_in(span);
        let closed = closed.map(|(player, account, stay)| (player, account, stay, false));
        let open = self.open.iter().map(|session| {
            let stay = self.so_far(session);
            (session.player, session.account, stay, true)
        });
        closed
            .chain(open)
            .filter(move |(_, _, stay, _)| stay.touches(span))
    }

    /// Returns player, account and span of all sessions that touch a span.
    fn owned_stays_in(
        &self,
        span: Span,
    ) -> impl Iterator<Item = (PlayerId, Option<AccountId>, Span)> + '_ {
        let all = self.each_in(span);
        all.map(|(player, account, stay, _)| (player, account, stay))
    }

    /// Returns player and span of all sessions that touch a span.
    fn stays_in(&self, span: Span) -> impl Iterator<Item = (PlayerId, Span)> + '_ {
        let open = self.open.iter();
        let open = open.map(|session| (session.player, self.so_far(session)));
        let all = self.history.stays_in(span).chain(open);
        all.filter(move |(_, stay)| stay.touches(span))
    }
}

impl Database {
    /// Returns a server's record as of now; `None` if there is no such server.
    pub(crate) fn record(&self, server: ServerId, now: UnixSeconds) -> Option<Record> {
        let cache = &self.inner.memory.cache;
        cache.read(server, |state| Record::of(state, now))
    }

    /// Returns a server's record as of now, and the periods in which it was up; `None` if there is no
    /// such server.
    pub(crate) fn record_and_periods(
        &self,
        server: ServerId,
        now: UnixSeconds,
    ) -> Option<(Record, Vec<Period>)> {
        let cache = &self.inner.memory.cache;
        cache.read(server, |state| {
            (Record::of(state, now), state.all_periods())
        })
    }

    /// Computes something on a blocking thread that may take many milliseconds or has to lock many
    /// servers.
    pub(crate) async fn compute<T: Send + 'static>(
        &self,
        compute: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let database = self.clone();
        let computing = tokio::task::spawn_blocking(move || compute(&database)).await;
        computing.map_err(|error| match error.try_into_panic() {
            Ok(panic) => StoreError::panicked("computing", &*panic),
            Err(_) => StoreError::Closed,
        })
    }

    /// Returns the persons of a guild.
    pub(crate) fn persons_in(&self, guild: GuildId) -> Arc<Persons> {
        self.inner.memory.persons.of(guild)
    }

    /// Returns the name of a player, unless the player was forgotten.
    pub(crate) fn name_of(&self, player: PlayerId) -> Option<PlayerName> {
        self.inner.memory.players.name(player)
    }

    /// Reads the playtime from before Oxeye that was imported for a server.
    pub(crate) async fn imported_playtime(
        &self,
        server: ServerId,
    ) -> Result<Vec<ImportedPlaytime>, StoreError> {
        keeping::imported_playtime(&self.inner.store, server).await
    }

    /// Reads the playtime from before Oxeye that was imported under names of persons or for their accounts, also under names
    /// that the account is not known to have used; the caller filters out what belongs to others.
    pub(crate) async fn imported_playtime_of(
        &self,
        server: ServerId,
        persons: &[PersonKey],
        names: &[PlayerId],
    ) -> Result<Vec<ImportedPlaytime>, StoreError> {
        let accounts = persons.iter().filter_map(|person| person.account());
        let (names, accounts) = (names.to_vec(), accounts.collect());
        keeping::imported_playtime_of(&self.inner.store, server, names, accounts).await
    }
}
