//! A player's sessions on a server, newest first, a page at a time.

use std::fmt;
use std::str::FromStr;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use super::{OpenSession, Record};
use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::persons::{Person, Share};
use crate::players::PlayerId;
use crate::record::span::Span;
use crate::session::{ClosedSession, SessionEnd, SessionId};
use crate::store::StoreError;

/// One of a player's sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlayerSession {
    /// The position of the session among the player's sessions.
    pub cursor: SessionCursor,
    /// The end, and how it is known; `None` while the session is open.
    pub end: Option<(UnixSeconds, SessionEnd)>,
}

/// A position among a player's sessions. Because a page continues after a session and not after a
/// count, pages stay correct when sessions are added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SessionCursor {
    /// When the session began.
    pub joined_at: UnixSeconds,
    /// The number of the session, to order sessions that began in the same second.
    pub id: SessionId,
}

/// A page of a player's sessions, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionPage {
    /// The sessions.
    pub page: Vec<PlayerSession>,
    /// Where the next page begins, if there are more sessions.
    pub next: Option<SessionCursor>,
    /// The time until which an open session is known to have lasted.
    pub known_until: UnixSeconds,
}

/// A text that is not a position among sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a valid position; take it from \"next\" of the previous page")]
pub struct InvalidSessionCursor;

impl Record {
    /// Returns at most `limit` of the sessions of a name, newest first: those before a position, or the newest.
    #[must_use]
    pub fn player_sessions(
        &self,
        player: PlayerId,
        before: Option<SessionCursor>,
        limit: usize,
    ) -> SessionPage {
        let open = self.open.iter().filter(|open| open.player == player);
        let closed = self.history.of_player(player);
        self.page_of(closed, open, before, limit)
    }

    /// Returns a share of the sessions of a name.
    pub(crate) fn sessions_left(&self, player: PlayerId, share: Share) -> Vec<PlayerSession> {
        let open = self.open.iter().filter(|open| open.player == player);
        let open = open.filter(|open| share.has(open.account));
        let closed = self.history.of_player(player);
        let closed = closed.filter(|session| share.has(session.account));
        self.page_of(closed, open, None, usize::MAX).page
    }

    /// The same for the sessions of a person that touch a span, under all names.
    fn sessions_of(
        &self,
        person: &Person<'_>,
        span: Span,
        before: Option<SessionCursor>,
        limit: usize,
    ) -> SessionPage {
        let closed = self.closed_of(person).filter(|session| {
            let stay = Span {
                from: session.joined_at,
                to: session.left_at,
            };
            stay.touches(span)
        });
        let open = self.open_of(person);
        let open = open.filter(|open| self.so_far(open).touches(span));
        self.page_of(closed, open, before, limit)
    }

    fn page_of<'a>(
        &self,
        closed: impl Iterator<Item = ClosedSession>,
        open: impl Iterator<Item = &'a OpenSession>,
        before: Option<SessionCursor>,
        limit: usize,
    ) -> SessionPage {
        let closed = closed.map(|session| PlayerSession {
            cursor: SessionCursor {
                joined_at: session.joined_at,
                id: session.id,
            },
            end: Some((session.left_at, session.end)),
        });
        let open = open.map(|open| PlayerSession {
            cursor: SessionCursor {
                joined_at: open.joined_at,
                id: open.id,
            },
            end: None,
        });
        let is_asked =
            |session: &PlayerSession| before.is_none_or(|before| session.cursor < before);
        let mut page: Vec<PlayerSession> = closed.chain(open).filter(is_asked).collect();
        page.sort_unstable_by_key(|session| std::cmp::Reverse(session.cursor));
        let has_more = page.len() > limit;
        page.truncate(limit);
        SessionPage {
            next: page.last().filter(|_| has_more).map(|last| last.cursor),
            page,
            known_until: self.known_until,
        }
    }
}

impl Database {
    /// Returns a page of the sessions on a server of the person who has a name, as far as they touch a span, newest
    /// first, with the person's newest name; of the one who had the name before if the present one was never there; `None` if nobody of
    /// that name was.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn player_sessions(
        &self,
        server: GuildServer,
        name: PlayerName,
        span: Span,
        before: Option<SessionCursor>,
        limit: usize,
        now: UnixSeconds,
    ) -> Result<Option<(PlayerName, SessionPage)>, StoreError> {
        let persons = self.persons_in(server.guild());
        self.compute(move |database| {
            let player = database.inner.memory.players.id(&name)?;
            let record = database.record(server.id(), now)?;
            let called = persons.called(player);
            let person = called
                .iter()
                .find(|one| record.stays_of(one).next().is_some())?;
            let name = database.name_of(*person.names().first()?)?;
            Some((name, record.sessions_of(person, span, before, limit)))
        })
        .await
    }
}

impl fmt::Display for SessionCursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.joined_at.0, self.id.0)
    }
}

impl FromStr for SessionCursor {
    type Err = InvalidSessionCursor;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let cursor = || {
            let (joined_at, id) = text.split_once('.')?;
            Some(Self {
                joined_at: UnixSeconds(joined_at.parse().ok()?),
                id: SessionId(id.parse().ok()?),
            })
        };
        cursor().ok_or(InvalidSessionCursor)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::naive::{World, cases, worlds};

    proptest! {
        #![proptest_config(cases(128))]

        #[test]
        fn pages_together_hold_every_session_once(world in worlds(0), limit in 1..4_usize) {
            let record = world.record();
            for player in World::players() {
                let mut all = Vec::new();
                let mut page = record.player_sessions(player, None, limit);
                loop {
                    all.extend(page.page);
                    let Some(next) = page.next else { break };
                    prop_assert_eq!(next.to_string().parse(), Ok(next));
                    page = record.player_sessions(player, Some(next), limit);
                    prop_assert!(!page.page.is_empty(), "a page is announced only if there is one");
                }
                prop_assert_eq!(all.len(), world.stays_of(player).len());
                prop_assert!(all.is_sorted_by(|a, b| a.cursor > b.cursor));
            }
        }

        #[test]
        fn a_session_that_is_added_does_not_shift_the_next_page(world in worlds(0)) {
            let before = world.record();
            let mut after = before.clone();
            let player = PlayerId(1);
            let first = before.player_sessions(player, None, 1);
            after.open.retain(|open| open.player != player);
            after.open.push(crate::record::OpenSession {
                id: SessionId(u32::MAX),
                player,
                account: None,
                joined_at: UnixSeconds(i64::MAX),
            });
            if let Some(next) = first.next {
                let page = after.player_sessions(player, Some(next), 100);
                prop_assert_eq!(page, before.player_sessions(player, Some(next), 100));
            }
        }
    }

    #[test]
    fn an_invalid_cursor_is_refused() {
        for text in ["", "1", "1.x", ".1", "1.-1", "1.2.3"] {
            assert_eq!(
                text.parse::<SessionCursor>(),
                Err(InvalidSessionCursor),
                "{text}"
            );
        }
    }
}
