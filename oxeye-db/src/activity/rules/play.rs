//! When a player was in a guild: sessions and playtime, derived from the stays on the guild's servers.
//!
//! A session begins with the first open stay and ends with the last one. Going on on another server of
//! the guild within [`GAP`] continues it. Stays that overlap count once, and what lies between two stays
//! of a session does not count as playtime.

use oxeye_plugin_proto::UnixSeconds;
use std::time::Duration;

use super::day::UtcDay;
use crate::ids::ServerId;
use crate::record::span::Span;

/// The longest time between two servers that still belongs to one session.
pub const GAP: Duration = Duration::from_secs(30);

/// One stay of a player on a server of a guild. An open stay ends at the time until which we know of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuildStay {
    /// The server.
    pub server: ServerId,
    /// When the player was there.
    pub span: Span,
    /// Whether the player is still there.
    pub is_open: bool,
}

/// A session of a player in a guild.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaySession {
    /// When it began.
    pub begin: UnixSeconds,
    /// When it ended; if it is open, the time until which we know of it.
    pub end: UnixSeconds,
    /// Whether the player is still there.
    pub is_open: bool,
    /// When the player was on any server, in order. No span touches the next.
    spans: Vec<Span>,
}

impl PlaySession {
    /// Returns the seconds that the player was on a server.
    #[must_use]
    pub fn playtime(&self) -> u64 {
        self.playtime_within(Span::ALL)
    }

    /// Returns the seconds within a span that the player was on a server.
    #[must_use]
    pub fn playtime_within(&self, span: Span) -> u64 {
        self.spans
            .iter()
            .map(|own| own.within(span).seconds())
            .sum()
    }
}

/// The sessions and the playtime of some days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Play {
    /// Sessions that began on these days.
    pub sessions: u64,
    /// Seconds on these days that the player was on a server.
    pub playtime: u64,
}

/// Returns a player's sessions, in order, from all stays in a guild.
#[must_use]
pub fn sessions(mut stays: Vec<GuildStay>) -> Vec<PlaySession> {
    stays.sort_unstable_by_key(|stay| (stay.span.from, stay.span.to, stay.server.0));
    let mut sessions: Vec<Growing> = Vec::new();
    for stay in stays {
        match sessions
            .last_mut()
            .filter(|session| session.continues_with(&stay))
        {
            Some(session) => session.add(&stay),
            None => sessions.push(Growing::of(&stay)),
        }
    }
    sessions
        .into_iter()
        .map(|growing| growing.session)
        .collect()
}

/// Returns the sessions and the playtime from the first to the last of some days.
#[must_use]
pub fn on_days(sessions: &[PlaySession], first: UtcDay, last: UtcDay) -> Play {
    let days = UtcDay::span_of(first, last);
    Play {
        sessions: sessions
            .iter()
            .filter(|session| days.contains(session.begin))
            .count() as u64,
        playtime: sessions
            .iter()
            .map(|session| session.playtime_within(days))
            .sum(),
    }
}

/// A session that may still go on.
struct Growing {
    session: PlaySession,
    /// The servers on which the player was last: those whose stays end with the session.
    last_on: Vec<ServerId>,
}

impl Growing {
    fn of(stay: &GuildStay) -> Self {
        Self {
            session: PlaySession {
                begin: stay.span.from,
                end: stay.span.to,
                is_open: stay.is_open,
                spans: vec![stay.span],
            },
            last_on: vec![stay.server],
        }
    }

    /// Whether a stay that does not begin before the last one belongs to the session.
    fn continues_with(&self, stay: &GuildStay) -> bool {
        let (from, end) = (stay.span.from, self.session.end);
        let is_other_server = self.last_on.iter().any(|server| *server != stay.server);
        from < end || (is_other_server && from <= end.plus(GAP))
    }

    fn add(&mut self, stay: &GuildStay) {
        let session = &mut self.session;
        if stay.span.to > session.end {
            self.last_on.clear();
        }
        if stay.span.to >= session.end {
            self.last_on.push(stay.server);
            session.end = stay.span.to;
        }
        session.is_open |= stay.is_open;
        match session.spans.last_mut() {
            Some(last) if stay.span.from <= last.to => last.to = last.to.max(stay.span.to),
            _ => session.spans.push(stay.span),
        }
    }
}

#[cfg(test)]
mod model;

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;

    fn stay(server: i64, from: i64, to: i64) -> GuildStay {
        GuildStay {
            server: ServerId(server),
            span: Span {
                from: UnixSeconds(from),
                to: UnixSeconds(to),
            },
            is_open: false,
        }
    }

    #[track_caller]
    fn check(stays: &[GuildStay], expected: &[(i64, i64, u64)]) {
        let sessions = sessions(stays.to_vec());
        let found: Vec<_> = sessions
            .iter()
            .map(|session| (session.begin.0, session.end.0, session.playtime()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn going_to_another_server_within_thirty_seconds_is_one_session() {
        check(&[stay(1, 0, 100), stay(2, 130, 200)], &[(0, 200, 170)]);
        check(
            &[stay(1, 0, 100), stay(2, 131, 200)],
            &[(0, 100, 100), (131, 200, 69)],
        );
    }

    #[test]
    fn coming_back_to_the_same_server_begins_a_session() {
        check(
            &[stay(1, 0, 100), stay(1, 110, 200)],
            &[(0, 100, 100), (110, 200, 90)],
        );
        check(
            &[stay(1, 0, 100), stay(1, 100, 200)],
            &[(0, 100, 100), (100, 200, 100)],
        );
    }

    #[test]
    fn stays_on_two_servers_at_once_count_once() {
        check(
            &[stay(1, 0, 100), stay(2, 50, 80), stay(2, 90, 150)],
            &[(0, 150, 150)],
        );
        check(&[stay(2, 50, 80), stay(1, 0, 100)], &[(0, 100, 100)]);
    }

    #[test]
    fn a_session_is_open_while_any_stay_is() {
        let open = GuildStay {
            is_open: true,
            ..stay(2, 90, 150)
        };

        assert!(sessions(vec![stay(1, 0, 100), open])[0].is_open);
        assert!(!sessions(vec![stay(1, 0, 100)])[0].is_open);
    }

    #[test]
    fn a_session_counts_on_the_day_it_begins_and_its_time_on_each_day() {
        let sessions = sessions(vec![stay(1, DAY - 60, DAY + 30), stay(1, 3 * DAY, 3 * DAY)]);

        let on = |day| on_days(&sessions, UtcDay(day), UtcDay(day));
        assert_eq!(
            on(0),
            Play {
                sessions: 1,
                playtime: 60
            }
        );
        assert_eq!(
            on(1),
            Play {
                sessions: 0,
                playtime: 30
            }
        );
        assert_eq!(
            on(3),
            Play {
                sessions: 1,
                playtime: 0
            }
        );
        let all = on_days(&sessions, UtcDay(0), UtcDay(3));
        assert_eq!(
            all,
            Play {
                sessions: 2,
                playtime: 90
            }
        );
    }
}
