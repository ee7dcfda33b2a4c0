//! What reports say about the game server itself.

use oxeye_plugin_proto::GameServerState;

use super::{Oracle, SKEW, clamp};

/// The state, since when, and the latest time about which a report has said so.
pub(in crate::server_state::model) type Game = (GameServerState, i64, i64);

impl Oracle {
    /// Takes a heartbeat. If the game server is not up, nobody is there any more.
    pub(super) fn game_server(
        &mut self,
        state: Option<GameServerState>,
        since: Option<i64>,
        at: i64,
        is_timed: bool,
        now: i64,
    ) {
        let newest = self.newest(now);
        let is_old = is_timed && newest.is_some_and(|newest| at + SKEW < newest);
        let before = self.heard;
        self.hear(at, now);
        let state = state.unwrap_or(GameServerState::Up);
        let is_taken = !is_old && self.observe(state, since, (at, is_timed, true), before, now);
        if !is_taken || state == GameServerState::Up {
            return;
        }
        let evidence = before.map_or(at, |before| before.min(at));
        let said = since.and(self.game).map(|(_, since, _)| since);
        let left = said.map_or(evidence, |said| said.max(evidence).min(at));
        self.replace(&[], true, (at, left), is_timed, now);
    }

    /// Takes a join as a sign of life, unless it may have happened before the server went down.
    pub(super) fn joined(&mut self, at: i64, is_timed: bool, before: Option<i64>, now: i64) {
        let is_unclear = self.game.is_some_and(|(state, _, known)| {
            is_timed && state != GameServerState::Up && at == known
        });
        if !is_unclear {
            self.seen_up(at, is_timed, before, now);
        }
    }

    /// Takes a sign of life that is not a heartbeat.
    pub(super) fn seen_up(&mut self, at: i64, is_timed: bool, before: Option<i64>, now: i64) {
        let how = (at, is_timed, false);
        self.observe(GameServerState::Up, None, how, before, now);
    }

    /// Returns whether the report counts, which it does unless a more recent one is known.
    pub(super) fn observe(
        &mut self,
        state: GameServerState,
        since: Option<i64>,
        (at, is_timed, is_heartbeat): (i64, bool, bool),
        before: Option<i64>,
        now: i64,
    ) -> bool {
        let game = self.game.filter(|(_, _, known)| *known <= now + SKEW);
        match game {
            Some((_, _, known)) if is_timed && at < known => return false,
            Some((same, since, known)) if same == state => {
                self.game = Some((state, since, known.max(at)));
            }
            Some((other, since, known)) if is_heartbeat && self.must_wait(at) => {
                self.game = Some((other, since, known.max(at)));
                return false;
            }
            _ => {
                self.changes.extend(game.map(|_| at));
                let known = game.map_or(at, |(_, _, known)| known.max(at));
                let since = since.map_or(at, |since| clamp(since, now));
                let since = since.max(before.unwrap_or(i64::MIN).min(at)).min(at);
                self.game = Some((state, since, known));
            }
        }
        true
    }

    /// Whether ten changes were within the last ten minutes, the last of them within one.
    fn must_wait(&self, at: i64) -> bool {
        let within = |seconds: i64, change: &i64| (-SKEW..seconds).contains(&(at - change));
        let tenth = self.changes.iter().rev().nth(9);
        tenth.is_some_and(|tenth| within(600, tenth))
            && self.changes.last().is_some_and(|last| within(60, last))
    }
}
