//! The words and dots of a server's state.

use oxeye_db::{LinkState, ServerStatus, ServerSummary, UnixSeconds, WatchedAs};

use crate::Text;

/// How many players are on a server, as far as we know.
#[derive(Debug, Clone, Copy)]
pub struct Headcount {
    /// Number of players whose names we know, those who hide included.
    pub named: usize,
    /// Number of players that the server reports without names.
    pub reported: Option<usize>,
    /// How many players may be online at the same time, if the server has said so.
    pub max: Option<u32>,
}

impl Headcount {
    /// Returns how many players are on if none of their names is known.
    #[must_use]
    pub fn reported_without_names(self) -> Option<usize> {
        self.reported.filter(|_| self.named == 0)
    }
}

impl From<&ServerStatus> for Headcount {
    fn from(status: &ServerStatus) -> Self {
        Self {
            named: status.online.len() + status.hidden_count,
            reported: status.reported_count,
            max: status.about.max_players,
        }
    }
}

impl From<&ServerSummary> for Headcount {
    fn from(server: &ServerSummary) -> Self {
        Self {
            named: server.online,
            reported: server.reported_count,
            max: server.about.max_players,
        }
    }
}

/// The state of a server, and since when.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// The state.
    pub state: LinkState,
    /// Since when the server has been in this state, if that is known.
    pub since: Option<UnixSeconds>,
    /// When the server was last heard from.
    pub heard_at: Option<UnixSeconds>,
    /// How many players are on it.
    pub headcount: Headcount,
    /// Whether Oxeye asks it at its address, and nothing else reports for it.
    pub is_watched_alone: bool,
}

impl Standing {
    /// Returns whether the server answers at its address without saying how many players are on.
    pub(crate) fn hides_players(&self) -> bool {
        self.is_watched_alone
            && self.state == LinkState::AwaitingSync
            && self.heard_at.is_some()
            && self.headcount.reported.is_none()
    }

    /// Returns whether the server does not answer at its address and never has.
    #[must_use]
    pub fn has_never_answered(&self) -> bool {
        self.is_watched_alone && self.state == LinkState::Down && self.since.is_none()
    }
}

impl From<&ServerStatus> for Standing {
    fn from(status: &ServerStatus) -> Self {
        Self {
            state: status.state,
            since: status.state_since,
            heard_at: status.heard_at,
            headcount: status.into(),
            is_watched_alone: status.watched == Some(WatchedAs::Alone),
        }
    }
}

impl From<&ServerSummary> for Standing {
    fn from(server: &ServerSummary) -> Self {
        Self {
            state: server.state,
            since: server.state_since,
            heard_at: server.heard_at,
            headcount: server.into(),
            is_watched_alone: server.watched == Some(WatchedAs::Alone),
        }
    }
}

/// Returns the coloured dot of a state. Show it beside the words, never instead of them.
#[must_use]
pub fn dot(state: LinkState) -> &'static str {
    match state {
        LinkState::Online => "🟢",
        LinkState::Quiet => "🟠",
        LinkState::Stale | LinkState::Down => "🔴",
        LinkState::AwaitingSync | LinkState::Starting => "🟡",
        LinkState::Disconnected => "⚫",
    }
}

impl Text {
    /// Returns the state in the words that people read everywhere in Oxeye.
    #[must_use]
    pub fn state(self, state: LinkState) -> String {
        match state {
            LinkState::Online => self.state_online(),
            LinkState::Starting => self.state_starting(),
            LinkState::Down => self.state_down(),
            LinkState::Quiet => self.state_quiet(),
            LinkState::Stale => self.state_stale(),
            LinkState::AwaitingSync => self.state_awaiting_sync(),
            LinkState::Disconnected => self.state_disconnected(),
        }
    }

    /// Returns the state of a server in the words that fit how Oxeye learns of it.
    #[must_use]
    pub fn standing(self, standing: impl Into<Standing>) -> String {
        let standing = standing.into();
        match standing.state {
            LinkState::AwaitingSync if standing.hides_players() => self.state_online(),
            LinkState::AwaitingSync if standing.is_watched_alone => self.state_awaiting_answer(),
            LinkState::Down if standing.has_never_answered() => self.state_never_answered(),
            state => self.state(state),
        }
    }

    /// Explains the state, if its words alone do not.
    #[must_use]
    pub fn meaning(self, standing: impl Into<Standing>) -> Option<String> {
        let standing = standing.into();
        match (standing.state, standing.is_watched_alone) {
            (LinkState::AwaitingSync, _) if standing.headcount.reported.is_some() => None,
            (LinkState::Down, _) if standing.has_never_answered() => {
                Some(self.meaning_never_answered())
            }
            (LinkState::Online | LinkState::Starting | LinkState::Down | LinkState::Stale, _) => {
                None
            }
            (LinkState::Quiet, true) => Some(self.meaning_not_asked()),
            (LinkState::Quiet, false) => Some(self.meaning_quiet()),
            (LinkState::AwaitingSync, true) if standing.hides_players() => None,
            (LinkState::AwaitingSync, true) => Some(self.meaning_awaiting_answer()),
            (LinkState::AwaitingSync, false) => Some(self.meaning_awaiting_sync()),
            (LinkState::Disconnected, _) => Some(self.meaning_disconnected()),
        }
    }

    /// Says how many players are online, or were when we last knew. Returns `None` if we do not know.
    pub(crate) fn headcount(self, state: LinkState, headcount: Headcount) -> Option<String> {
        let known = match (state, headcount) {
            (
                LinkState::Quiet,
                Headcount {
                    named: 0, reported, ..
                },
            ) => reported.unwrap_or(0),
            (_, Headcount { named, .. }) => named,
        };
        match (state, known) {
            (LinkState::Online, _) => Some(self.online_of(known, headcount.max)),
            (LinkState::Quiet | LinkState::AwaitingSync, 1..) => {
                Some(self.players_last_known(known))
            }
            (LinkState::Quiet | LinkState::AwaitingSync, 0)
            | (
                LinkState::Starting | LinkState::Down | LinkState::Stale | LinkState::Disconnected,
                _,
            ) => None,
        }
    }

    /// Says how many players a server reports without names.
    pub(crate) fn reported(self, count: usize, max: Option<u32>) -> Vec<String> {
        let who = (count > 0).then(|| self.names_not_reported());
        std::iter::once(self.online_of(count, max))
            .chain(who)
            .collect()
    }

    /// Says how many players are online, and of how many, if that is known.
    pub(crate) fn online_of(self, count: usize, max: Option<u32>) -> String {
        match max {
            Some(max) => self.players_online_of_max(count, max),
            None => self.players_online(count),
        }
    }
}
