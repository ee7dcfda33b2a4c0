//! The state of a server, in one word.

use std::time::Duration;

use oxeye_plugin_proto::{GameServerState, UnixSeconds};

use super::{ServerState, latest};

/// The state of a server: how much we know about it now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// It has sent its whole roster since Oxeye started, and every change since then. A server that is
    /// watched alone answers, and tells at least how many players are on.
    Online,
    /// Whatever reports for it says that the game server is starting. Nobody is on it yet.
    Starting,
    /// Whatever reports for it says that the game server is not running, or it does not answer at its
    /// address. Nobody is on it. If the address has never answered, it is not known since when.
    Down,
    /// It promised heartbeats and has missed three. The players who were online are still shown.
    Quiet,
    /// It has been silent for so long that its sessions were closed. Nobody is shown as online.
    Stale,
    /// It is linked and has not sent its whole roster since Oxeye started.
    AwaitingSync,
    /// It is no longer linked.
    Disconnected,
}

impl LinkState {
    /// All states.
    pub const ALL: [Self; 7] = [
        Self::Online,
        Self::Starting,
        Self::Down,
        Self::Quiet,
        Self::Stale,
        Self::AwaitingSync,
        Self::Disconnected,
    ];

    /// Returns the word for programs, such as the operator API. People see translated words
    /// instead.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Starting => "starting",
            Self::Down => "down",
            Self::Quiet => "quiet",
            Self::Stale => "stale",
            Self::AwaitingSync => "awaiting_sync",
            Self::Disconnected => "disconnected",
        }
    }

    /// Returns the state that [`LinkState::as_str`] turned into this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// How long lists and menus show a server after it was disconnected.
const DISCONNECTED_SHOWN: Duration = Duration::from_secs(7 * 24 * 3600);

impl ServerState {
    /// Whether lists and menus show the server.
    pub(crate) fn is_listed(&self, now: UnixSeconds) -> bool {
        let is_recent = |at: UnixSeconds| now.saturating_since(at) < DISCONNECTED_SHOWN;
        self.linked || self.disconnected_at.is_some_and(is_recent)
    }

    /// Returns the state of the server. Silence comes before what was last said: a server that was down
    /// when its reporter fell silent may be up by now. Polls of its address say what is so now, whoever
    /// is silent.
    pub(crate) fn link_state(&self, now: UnixSeconds) -> LinkState {
        if !self.linked {
            LinkState::Disconnected
        } else if self.is_down_by_polls(now) {
            LinkState::Down
        } else if self.stale {
            LinkState::Stale
        } else if self.is_quiet(now) {
            LinkState::Quiet
        } else if let Some(game) = self.game_server_if_not_up(now) {
            match game.state {
                GameServerState::Starting => LinkState::Starting,
                GameServerState::Up | GameServerState::Down => LinkState::Down,
            }
        } else if self.synced_since_boot || self.is_counted_by_polls() {
            LinkState::Online
        } else {
            LinkState::AwaitingSync
        }
    }

    /// Returns since when the server has been in this state, as far as we know: a silent one since its
    /// last word. A server whose address has never answered may never have run.
    pub(crate) fn state_since(&self, now: UnixSeconds) -> Option<UnixSeconds> {
        let since = match self.link_state(now) {
            LinkState::Disconnected => self.disconnected_at,
            LinkState::Stale | LinkState::Quiet => self.heard_at,
            LinkState::Down if self.has_never_answered() => None,
            LinkState::Online | LinkState::Starting | LinkState::Down => {
                self.facts.game.map(|game| game.since)
            }
            LinkState::AwaitingSync => None,
        };
        since.map(|since| since.min(latest(now)))
    }

    /// Whether the game server may have players: it is not known to be down or starting.
    pub(crate) fn may_have_players(&self, now: UnixSeconds) -> bool {
        !matches!(self.link_state(now), LinkState::Starting | LinkState::Down)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_word_of_its_own() {
        for state in LinkState::ALL {
            assert_eq!(LinkState::from_word(state.as_str()), Some(state));
        }
        assert_eq!(LinkState::from_word("awaiting sync"), None);
    }
}
