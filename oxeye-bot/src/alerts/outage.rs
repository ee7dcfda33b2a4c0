//! When a server counts as down and when as back up; pure.
//!
//! A server is announced as down once it has not been up for [`HYSTERESIS`], and as back up once it has
//! been up again for as long. Times are those of the reports, not those at which we looked, so a restart
//! of ours neither hides an outage nor makes one.

use std::time::Duration;

use oxeye_db::{LinkState, ServerPhase, ServerSummary, UnixSeconds};

/// How long a server is down, or up again, before it is announced.
pub(crate) const HYSTERESIS: Duration = Duration::from_secs(60);
/// How long after our start nothing follows from what was reported before. Whatever reports for a server
/// has reached us by then, or the server is quiet.
const AWAIT_REPORTS: Duration = Duration::from_secs(90);

/// What is known of a server at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// It is up, since then if that is known.
    Up(Option<UnixSeconds>),
    /// It is not up since then.
    Down(UnixSeconds),
    /// Nothing was heard since then, for so long that nobody counts as online any more.
    Silent(UnixSeconds),
    /// It may be up or down.
    Unknown,
    /// It is no longer linked.
    Disconnected,
}

impl Evidence {
    /// Returns what follows from the state of a server, for an Oxeye that has run since `started_at`.
    pub(crate) fn of(server: &ServerSummary, started_at: UnixSeconds, now: UnixSeconds) -> Self {
        let is_new = |at: Option<UnixSeconds>| at.is_some_and(|at| at >= started_at);
        let is_awaited = now.saturating_since(started_at) < AWAIT_REPORTS
            && !is_new(server.heard_at)
            && !is_new(server.state_since);
        let since = server.state_since.unwrap_or(now);
        match server.state {
            LinkState::Disconnected => Self::Disconnected,
            LinkState::AwaitingSync | LinkState::Quiet => Self::Unknown,
            LinkState::Online => Self::Up(server.state_since),
            _ if is_awaited => Self::Unknown,
            // Its address has never answered, so nothing has gone down.
            LinkState::Down if server.state_since.is_none() => Self::Unknown,
            LinkState::Down | LinkState::Starting => Self::Down(since),
            LinkState::Stale => Self::Silent(since),
        }
    }
}

/// What is to be announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Announcement {
    /// The server is down.
    Down {
        since: UnixSeconds,
        /// Whether all that is known is that nothing was heard since then.
        is_silent: bool,
    },
    /// The server is up again.
    Up {
        since: UnixSeconds,
        down_since: UnixSeconds,
    },
}

/// What has changed, to be remembered before it is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Change {
    /// What is to be remembered; `None`: nothing about this server.
    pub(crate) phase: Option<ServerPhase>,
    pub(crate) announcement: Option<Announcement>,
}

/// One server in the eyes of one alert.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Outage {
    /// What is remembered over a restart; `None` before anything is known of the server.
    phase: Option<ServerPhase>,
    /// Since when the server has been the opposite of its phase, which was not announced yet.
    changing: Option<UnixSeconds>,
}

impl Outage {
    /// Goes on from what is remembered.
    pub(crate) fn of(phase: Option<ServerPhase>) -> Self {
        Self {
            phase,
            changing: None,
        }
    }

    /// Returns the time at which to look again even if nothing is reported.
    pub(crate) fn due(self) -> Option<UnixSeconds> {
        self.changing.map(|since| since.plus(HYSTERESIS))
    }

    /// Takes note of what is known now, and returns what has changed.
    pub(crate) fn observe(&mut self, evidence: Evidence, now: UnixSeconds) -> Option<Change> {
        let before = self.phase;
        let announcement = match (before, evidence) {
            (_, Evidence::Disconnected) => {
                *self = Self::default();
                None
            }
            (_, Evidence::Unknown) => {
                // The next report says since when.
                self.changing = None;
                None
            }
            (None, Evidence::Up(_)) => {
                self.phase = Some(ServerPhase::Up);
                None
            }
            (None, Evidence::Down(since) | Evidence::Silent(since)) => {
                self.phase = Some(ServerPhase::Down {
                    since: since.min(now),
                    is_announced: false,
                });
                None
            }
            (Some(ServerPhase::Up), Evidence::Up(_))
            | (Some(ServerPhase::Down { .. }), Evidence::Down(_) | Evidence::Silent(_)) => {
                self.changing = None;
                None
            }
            (Some(ServerPhase::Up), Evidence::Down(since)) => self.fall(since, false, now),
            (Some(ServerPhase::Up), Evidence::Silent(since)) => self.fall(since, true, now),
            (
                Some(ServerPhase::Down {
                    is_announced: false,
                    ..
                }),
                Evidence::Up(_),
            ) => {
                self.phase = Some(ServerPhase::Up);
                None
            }
            (
                Some(ServerPhase::Down {
                    since: down_since, ..
                }),
                Evidence::Up(since),
            ) => self.rise(down_since, since, now),
        };
        (self.phase != before).then_some(Change {
            phase: self.phase,
            announcement,
        })
    }

    /// Takes note that nobody heard of the outage that began then. If it goes on, so is its end not announced; returns what
    /// is to be remembered.
    pub(crate) fn keep_quiet(&mut self, began_at: UnixSeconds) -> Option<ServerPhase> {
        match self.phase {
            Some(ServerPhase::Down {
                since,
                is_announced: true,
            }) if since == began_at => {
                self.phase = Some(ServerPhase::Down {
                    since,
                    is_announced: false,
                });
                self.changing = None;
                self.phase
            }
            _ => None,
        }
    }

    /// The server is not up although the last announcement says that it is. One that tries to start is
    /// not up since its first try.
    fn fall(
        &mut self,
        since: UnixSeconds,
        is_silent: bool,
        now: UnixSeconds,
    ) -> Option<Announcement> {
        let first = self.changing.unwrap_or(since);
        let since = first.min(since).min(now);
        if !self.lasts(since, now) {
            return None;
        }
        self.phase = Some(ServerPhase::Down {
            since,
            is_announced: true,
        });
        Some(Announcement::Down { since, is_silent })
    }

    /// The server is up although the last announcement says that it is down. One that was only silent may
    /// have been up since before that.
    fn rise(
        &mut self,
        down_since: UnixSeconds,
        since: Option<UnixSeconds>,
        now: UnixSeconds,
    ) -> Option<Announcement> {
        let since = since.filter(|since| *since > down_since);
        let since = since.or(self.changing).unwrap_or(now).min(now);
        if !self.lasts(since, now) {
            return None;
        }
        self.phase = Some(ServerPhase::Up);
        Some(Announcement::Up { since, down_since })
    }

    /// Whether a change has lasted long enough. If not, it goes on.
    fn lasts(&mut self, since: UnixSeconds, now: UnixSeconds) -> bool {
        let lasts = now.saturating_since(since) >= HYSTERESIS;
        self.changing = (!lasts).then_some(since);
        lasts
    }
}

#[cfg(test)]
mod tests;
