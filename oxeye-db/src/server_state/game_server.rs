//! Whether the Minecraft server itself runs. The program beside it says so in its heartbeats; a game
//! server that speaks for itself shows it by speaking.

use oxeye_plugin_proto::{GameServerState, UnixSeconds};

use super::{ServerState, clamp, latest};
use crate::events::{HeartbeatEvent, SyncEvent};

/// What is known of the game server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GameServer {
    pub(crate) state: GameServerState,
    /// Since when it has been in this state, as far as we know.
    pub(crate) since: UnixSeconds,
    /// The latest time about which a report has said this. What a report says about earlier times
    /// does not count.
    pub(crate) known_at: UnixSeconds,
}

/// What one report says about the game server.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sign {
    state: GameServerState,
    since: Option<UnixSeconds>,
    at: UnixSeconds,
    /// Whether the report named its time, so that it may have been delivered late.
    is_timed: bool,
}

/// What a report changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Observed {
    /// Nothing, because more recent reports are known.
    Outdated,
    /// The game server is in the reported state now, and was before.
    Confirmed,
    /// It changed into the reported state.
    Changed,
}

impl Sign {
    /// A player joined.
    pub(super) fn of_join(named: Option<UnixSeconds>, at: UnixSeconds) -> Self {
        let state = GameServerState::Up;
        Self {
            state,
            since: None,
            at,
            is_timed: named.is_some(),
        }
    }

    /// The roster of a server that runs. An empty one is no sign of life: it may be the last word of
    /// a server that stops.
    pub(super) fn of_sync(event: &SyncEvent, at: UnixSeconds) -> Option<Self> {
        let is_sign = event.is_startup || !event.roster.is_empty();
        is_sign.then(|| Self::of_join(event.at, at))
    }

    /// A heartbeat. Without a state it comes from the game server itself.
    pub(super) fn of_heartbeat(event: &HeartbeatEvent, at: UnixSeconds) -> Self {
        Self {
            state: event.server.unwrap_or(GameServerState::Up),
            since: event.since,
            at,
            is_timed: event.at.is_some(),
        }
    }

    pub(super) fn is_up(self) -> bool {
        self.state == GameServerState::Up
    }
}

impl GameServer {
    fn is_up(self) -> bool {
        self.state == GameServerState::Up
    }
}

impl ServerState {
    /// Takes what a report says about the game server. `before` is the time of the latest evidence
    /// before the report: the state cannot have changed earlier.
    pub(super) fn observe(
        &mut self,
        sign: Sign,
        before: Option<UnixSeconds>,
        now: UnixSeconds,
    ) -> Observed {
        let known = self.believed_game_server(now);
        if known.is_some_and(|known| sign.is_timed && sign.at < known.known_at) {
            return Observed::Outdated;
        }
        let known_at = known.map_or(sign.at, |known| known.known_at.max(sign.at));
        if let Some(known) = known.filter(|known| known.state == sign.state) {
            self.facts.game = Some(GameServer { known_at, ..known });
            return Observed::Confirmed;
        }
        let earliest = before.unwrap_or(UnixSeconds(i64::MIN)).min(sign.at);
        let since = sign.since.map_or(sign.at, |since| clamp(Some(since), now));
        self.facts.game = Some(GameServer {
            state: sign.state,
            since: since.clamp(earliest, sign.at),
            known_at,
        });
        Observed::Changed
    }

    /// Takes a join as a sign of life. One that names the second in which the server went down may
    /// have happened before that.
    pub(super) fn observe_join(
        &mut self,
        sign: Sign,
        before: Option<UnixSeconds>,
        now: UnixSeconds,
    ) -> Observed {
        let known = self.believed_game_server(now);
        let is_same_second = |known: GameServer| !known.is_up() && sign.at == known.known_at;
        if sign.is_timed && known.is_some_and(is_same_second) {
            return Observed::Outdated;
        }
        self.observe(sign, before, now)
    }

    /// Returns the time until which the players of a server that has gone down were on it, if the
    /// report says that. `evidence` is the latest evidence of them.
    pub(super) fn stopped_at(&self, sign: Sign, evidence: UnixSeconds) -> UnixSeconds {
        let said = sign.since.and(self.facts.game).map(|game| game.since);
        said.map_or(evidence, |since| since.max(evidence).min(sign.at))
    }

    /// Returns the state of the game server if it is known not to be up.
    pub(super) fn game_server_if_not_up(&self) -> Option<GameServer> {
        self.facts.game.filter(|game| !game.is_up())
    }

    /// What is known, unless it was recorded by a clock that ran fast.
    fn believed_game_server(&self, now: UnixSeconds) -> Option<GameServer> {
        self.facts.game.filter(|game| game.known_at <= latest(now))
    }
}

#[cfg(test)]
mod tests;
