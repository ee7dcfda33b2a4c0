//! Whether the Minecraft server itself runs. The program beside it says so in its heartbeats; a game
//! server that speaks for itself shows it by speaking.

use oxeye_plugin_proto::{GameServerState, UnixSeconds};

use super::{Ledger, ServerState, clamp, latest};
use crate::events::{HeartbeatEvent, SyncEvent};
use crate::period::{GameServer, KnownBy};

/// What one report says about the game server.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sign {
    state: GameServerState,
    since: Option<UnixSeconds>,
    at: UnixSeconds,
    /// Whether the report is a heartbeat. A player or a roster is a sign that cannot be wrong.
    is_heartbeat: bool,
    /// Whether the report named its time, so that it may have been delivered late.
    is_timed: bool,
    known_by: KnownBy,
}

/// What a report changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Observed {
    /// Nothing, because more recent reports are known.
    Outdated,
    /// Nothing yet, because the server changes all the time. If this lasts, a later heartbeat says so.
    Held,
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
            is_heartbeat: false,
            is_timed: named.is_some(),
            known_by: KnownBy::Report,
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
            is_heartbeat: true,
            is_timed: event.at.is_some(),
            known_by: KnownBy::Report,
        }
    }

    /// An answer of the server at its address.
    pub(super) fn of_answer(now: UnixSeconds) -> Self {
        Self {
            state: GameServerState::Up,
            since: None,
            at: now,
            is_heartbeat: true,
            is_timed: false,
            known_by: KnownBy::Probe,
        }
    }

    /// The server has not answered at its address for some time.
    pub(super) fn of_no_answer(since: UnixSeconds, now: UnixSeconds) -> Self {
        Self {
            state: GameServerState::Down,
            since: Some(since),
            ..Self::of_answer(now)
        }
    }

    pub(super) fn is_up(self) -> bool {
        self.state == GameServerState::Up
    }

    pub(super) fn state(self) -> GameServerState {
        self.state
    }

    pub(super) fn known_by(self) -> KnownBy {
        self.known_by
    }

    /// The time about which the report says this.
    pub(super) fn at(self) -> UnixSeconds {
        self.at
    }

    /// Returns since when the server has been in the state, as reported, but not before the latest
    /// evidence of another state.
    fn since(self, before: Option<UnixSeconds>, now: UnixSeconds) -> UnixSeconds {
        let earliest = before.unwrap_or(UnixSeconds(i64::MIN)).min(self.at);
        let since = self.since.map_or(self.at, |since| clamp(Some(since), now));
        since.clamp(earliest, self.at)
    }
}

impl Observed {
    /// Whether the game server is now in the reported state.
    pub(super) fn is_taken(self) -> bool {
        matches!(self, Self::Confirmed | Self::Changed)
    }
}

impl GameServer {
    pub(super) fn is_up(self) -> bool {
        self.state == GameServerState::Up
    }

    /// Returns the same, said again. A poll that confirms what a plugin said leaves it the plugin's.
    fn confirmed(self, sign: Sign, known_at: UnixSeconds) -> Self {
        let is_only_polled = sign.known_by == KnownBy::Probe && self.known_by == KnownBy::Report;
        if is_only_polled && self.is_up() {
            return self;
        }
        Self {
            known_at,
            known_by: sign.known_by,
            ..self
        }
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
        ledger: &mut Ledger<'_>,
    ) -> Observed {
        let before = self.or_last_poll(before, now);
        let known = self.believed_game_server(now);
        if known.is_some_and(|known| sign.is_timed && sign.at < known.known_at) {
            return Observed::Outdated;
        }
        let known_at = known.map_or(sign.at, |known| known.known_at.max(sign.at));
        let since = sign.since(before, now);
        let was_up = known.map(GameServer::is_up);
        let observed = match known {
            Some(known) if known.state == sign.state => {
                self.facts.game = Some(known.confirmed(sign, known_at));
                Observed::Confirmed
            }
            Some(known) if sign.is_heartbeat && self.flapping.must_wait(sign.at) => {
                self.facts.game = Some(GameServer { known_at, ..known });
                Observed::Held
            }
            _ => {
                let state = sign.state;
                self.facts.game = Some(GameServer {
                    state,
                    since,
                    known_at,
                    known_by: sign.known_by,
                });
                if known.is_some() {
                    self.flapping.note(sign.at);
                }
                Observed::Changed
            }
        };
        if observed.is_taken() {
            self.record_state(sign, since, (before, was_up), now, ledger);
        } else if was_up != Some(sign.is_up()) {
            self.record_unknown(sign.at, KnownBy::TooManyChanges, now, ledger);
        }
        observed
    }

    /// Takes a join as a sign of life. One that names the second in which the server went down may
    /// have happened before that.
    pub(super) fn observe_join(
        &mut self,
        sign: Sign,
        before: Option<UnixSeconds>,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) -> Observed {
        let known = self.believed_game_server(now);
        let is_same_second = |known: GameServer| !known.is_up() && sign.at == known.known_at;
        if sign.is_timed && known.is_some_and(is_same_second) {
            return Observed::Outdated;
        }
        self.observe(sign, before, now, ledger)
    }

    /// Returns the time until which the players of a server that has gone down were on it, if the
    /// report says that. `evidence` is the latest evidence of them.
    pub(super) fn stopped_at(&self, sign: Sign, evidence: UnixSeconds) -> UnixSeconds {
        let said = sign.since.and(self.facts.game).map(|game| game.since);
        said.map_or(evidence, |since| since.max(evidence).min(sign.at))
    }

    /// Returns the state of the game server if it is known not to be up. What polls have shown is known
    /// for as long as they go on.
    pub(super) fn game_server_if_not_up(&self, now: UnixSeconds) -> Option<GameServer> {
        let is_known =
            |game: &GameServer| game.known_by == KnownBy::Report || self.may_be_polled(now);
        self.facts
            .game
            .filter(|game| !game.is_up())
            .filter(is_known)
    }

    /// Whether the server is down and does not answer at its address, which is asked again and again.
    pub(super) fn is_down_by_polls(&self, now: UnixSeconds) -> bool {
        let game = self.facts.game.filter(|game| !game.is_up());
        game.is_some_and(|game| game.known_by == KnownBy::Probe) && self.is_polled(now)
    }

    /// Whether all that is known is that the server's address has never answered.
    pub(super) fn has_never_answered(&self) -> bool {
        let known_by = self.facts.game.map(|game| game.known_by);
        let watch = self.watch.as_ref();
        known_by == Some(KnownBy::Probe) && watch.is_some_and(|watch| watch.answered_at.is_none())
    }

    /// What is known, unless it was recorded by a clock that ran fast.
    fn believed_game_server(&self, now: UnixSeconds) -> Option<GameServer> {
        self.facts.game.filter(|game| game.known_at <= latest(now))
    }
}

#[cfg(test)]
mod tests;
