//! What is known of a server's past at one moment, and the questions answered from it.
//!
//! | module          | question                                                  |
//! |-----------------|-----------------------------------------------------------|
//! | [`profile`]     | one player: playtime, first and last seen, how many stays |
//! | [`player_sessions`]| one player's sessions, newest first                       |
//! | [`known_players`]| everyone who has been on a server                         |
//! | [`leaderboard`] | who played most                                           |
//! | [`moment`]      | who was on at a moment                                    |
//! | [`headcount`]   | how many were on, step by step                            |
//! | [`busiest`]     | how many are on at each hour of the week                  |
//! | `uuids`         | which accounts went under a name                          |
//!
//! | module          | what they are asked in                                    |
//! |-----------------|-----------------------------------------------------------|
//! | [`span`]        | a stretch of time                                         |
//! | [`range`]       | what people call one: today, this week                    |
//! | [`steps`]       | one cut into the steps of a chart                         |
//! | [`calendar`]    | days, weeks and months of a time zone                     |
//! | `imported`      | playtime from before Oxeye, from SQLite                   |
//! | `other_case`    | a player whose name was written in another case           |
//!
//! A server is locked only while its record is taken, which copies nothing but the list of blocks
//! and who is on. Counting is done on a blocking thread, and by pure functions.

pub mod busiest;
pub mod calendar;
pub mod headcount;
mod imported;
pub mod known_players;
pub mod leaderboard;
pub mod moment;
mod other_case;
pub mod player_sessions;
pub mod profile;
pub mod range;
pub mod span;
pub mod steps;
mod uuids;

#[cfg(test)]
pub(crate) mod naive;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use crate::database::Database;
use crate::history::History;
use crate::ids::ServerId;
use crate::players::PlayerId;
use crate::record::span::Span;
use crate::server_state::ServerState;
use crate::session::SessionId;
use crate::store::StoreError;

/// Closed and open sessions of one server, as of one moment.
#[derive(Debug, Clone)]
pub struct Record {
    history: History,
    open: Vec<OpenSession>,
    known_until: UnixSeconds,
}

/// A session that is not over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenSession {
    /// Its number.
    pub id: SessionId,
    /// Whose stay it is.
    pub player: PlayerId,
    /// Its first second.
    pub joined_at: UnixSeconds,
}

impl Record {
    /// Open sessions count until `known_until`.
    #[must_use]
    pub fn new(history: History, open: Vec<OpenSession>, known_until: UnixSeconds) -> Self {
        Self {
            history,
            open,
            known_until,
        }
    }

    /// What a server's memory holds now.
    pub(crate) fn of(state: &ServerState, now: UnixSeconds) -> Self {
        let open = state.players().values().map(|stay| OpenSession {
            id: stay.session,
            player: stay.player,
            joined_at: stay.joined_at,
        });
        Self::new(
            state.history().clone(),
            open.collect(),
            state.known_until(now),
        )
    }

    /// Until when it is known who was on: the present, or the last evidence of a server that is
    /// not heard. An open session counts until then.
    #[must_use]
    pub fn known_until(&self) -> UnixSeconds {
        self.known_until
    }

    /// When the first session began.
    #[must_use]
    pub fn begins_at(&self) -> Option<UnixSeconds> {
        let open = self.open.iter().map(|session| session.joined_at);
        open.chain(self.history.earliest()).min()
    }

    /// How long an open session is so far.
    fn so_far(&self, session: &OpenSession) -> Span {
        Span {
            from: session.joined_at,
            to: self.known_until.max(session.joined_at),
        }
    }

    /// Who stayed and from when to when, of all stays that touch a span.
    fn stays_in(&self, span: Span) -> impl Iterator<Item = (PlayerId, Span)> + '_ {
        let open = self
            .open
            .iter()
            .map(|session| (session.player, self.so_far(session)));
        let all = self.history.stays_in(span).chain(open);
        all.filter(move |(_, stay)| stay.touches(span))
    }
}

impl Database {
    /// A server's record as of now; `None` when there is no such server.
    pub(crate) fn record(&self, server: ServerId, now: UnixSeconds) -> Option<Record> {
        let cache = &self.inner.memory.cache;
        cache.read(server, |state| Record::of(state, now))
    }

    /// Counts on a blocking thread what may take many milliseconds, or waits for many servers.
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

    /// The name behind a number, unless the player was forgotten.
    pub(crate) fn name_of(&self, player: PlayerId) -> Option<PlayerName> {
        self.inner.memory.players.name(player)
    }
}
