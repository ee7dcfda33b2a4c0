//! Works out whether the game server runs, from what each source shows.
//!
//! The log and the management protocol say when a server starts and stops. A list that answers and a
//! port that accepts connections show that it is up; a port that no longer does, that it was killed.
//! Nothing else counts as down: not a source that fails, not a silent log, not a slow answer.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use oxeye_plugin_proto::{GameServerState, ServerName, UnixSeconds};

use super::{Link, PortChange};
use crate::game_event::GameEvent;
use crate::server_run::ServerRun;

/// How long a server may take to start; some with many mods take a quarter of an hour. After that, one
/// whose port is dead has died, and any other is up, although nothing said so.
const STARTS_WITHIN: Duration = Duration::from_secs(30 * 60);

/// How long a list may go on answering after a stop, while the server saves its worlds.
const STOPS_WITHIN: Duration = Duration::from_secs(5 * 60);

/// How soon after its port opens again a server that had stopped has logged its boot. One that has not
/// logs elsewhere.
const BOOT_LOGGED_WITHIN: Duration = Duration::from_secs(5 * 60);

/// The most servers behind a proxy that are remembered. No proxy has more.
const MAX_VISITED: usize = 1_000;

/// What is known about the game server itself.
#[derive(Debug, Default)]
pub(super) struct GameServer {
    pub(super) run: Option<ServerRun>,
    /// The time of the latest evidence for that.
    shown_at: Option<UnixSeconds>,
    /// When it came into this state, by our clock if we were there. The server's clock may be wrong.
    noted_at: Option<UnixSeconds>,
    /// Whether it is down only because its port is dead.
    is_killed: bool,
    pub(super) port: Port,
    /// The servers behind a proxy that have accepted a player.
    pub(super) visited: BTreeSet<ServerName>,
    /// What was last reported for each linked server.
    pub(super) reported: BTreeMap<Link, ServerRun>,
}

/// What is known about the port on which players connect.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) enum Port {
    /// No port is checked, or the checks prove nothing.
    #[default]
    Unclear,
    /// The first check has not ended.
    Awaited,
    Alive {
        /// When it came back, if it was dead before.
        again_since: Option<UnixSeconds>,
    },
    Dead,
}

impl GameServer {
    fn set(&mut self, run: ServerRun, shown_at: UnixSeconds) {
        if self.run != Some(run) {
            self.noted_at = Some(shown_at);
        }
        self.run = Some(run);
        self.shown_at = Some(shown_at);
        self.is_killed = false;
    }

    fn is(&self, state: GameServerState) -> bool {
        self.run.is_some_and(|run| run.state == state)
    }

    /// Takes in an event, of which we have learned at `noted_at`.
    pub(super) fn happened(&mut self, what: &GameEvent, at: UnixSeconds, noted_at: UnixSeconds) {
        if let GameEvent::Join {
            server: Some(server),
            ..
        }
        | GameEvent::Switch { server, .. } = what
        {
            self.visit(server.clone());
        }
        if let Some(run) = ServerRun::after(self.run, what, at) {
            let shown_at = self.shown_at.map_or(at, |shown_at| shown_at.max(at));
            // A stop after the port died is the better evidence of the two.
            let is_new = self.run != Some(run);
            let is_killed = self.is_killed && !is_new;
            self.set(run, shown_at);
            self.is_killed = is_killed;
            if is_new {
                self.noted_at = Some(noted_at);
            }
        }
    }

    pub(super) fn visit(&mut self, server: ServerName) {
        if self.visited.len() < MAX_VISITED {
            self.visited.insert(server);
        }
    }

    /// Takes in what the log says as a whole, unless something newer is known.
    pub(super) fn note_log(&mut self, run: Option<ServerRun>) {
        let Some(run) = run else { return };
        let said_at = run.since.unwrap_or(UnixSeconds(0));
        if self.shown_at.is_none_or(|shown_at| said_at >= shown_at) {
            self.set(run, said_at);
        }
    }

    /// Takes in an answer of a list, which shows that the server is up. `had_failed` says whether the
    /// list did not answer before.
    pub(super) fn note_answer(
        &mut self,
        run: Option<ServerRun>,
        had_failed: bool,
        now: UnixSeconds,
    ) {
        if let Some(run) = run {
            if !self.is(run.state) {
                self.set(run, now);
            }
            return;
        }
        let may_linger = match self.run.map(|run| run.state) {
            Some(GameServerState::Down) => STOPS_WITHIN,
            Some(GameServerState::Starting) => STARTS_WITHIN,
            Some(GameServerState::Up) | None => Duration::ZERO,
        };
        let age = self.noted_at.map(|at| now.saturating_since(at));
        if had_failed || self.is_killed || age.is_none_or(|age| age >= may_linger) {
            self.set(ServerRun::after_life(self.run, now), now);
        }
    }

    /// Notes that the port has been dead since then and that no list contradicts this.
    pub(super) fn note_death(&mut self, dead_since: UnixSeconds, latest_event: UnixSeconds) {
        let shown_at = self.shown_at.unwrap_or(dead_since);
        match self.run {
            Some(run) if run.state == GameServerState::Down => {}
            // The port of a server that has begun to start is not open yet.
            Some(run)
                if run.state == GameServerState::Starting && run.since >= Some(dead_since) => {}
            _ => {
                let since = dead_since.max(latest_event).max(shown_at);
                self.set(ServerRun::since(GameServerState::Down, since), since);
                self.is_killed = true;
            }
        }
    }

    pub(super) fn note_port(&mut self, change: PortChange, now: UnixSeconds) {
        self.port = match change {
            PortChange::Alive => Port::Alive {
                again_since: (self.port == Port::Dead).then_some(now),
            },
            PortChange::Dead { .. } => Port::Dead,
            PortChange::Unclear => Port::Unclear,
        };
    }

    /// Notes that the port has accepted connections again since then, for long enough without a boot. The
    /// port of a server that is starting may open long before it lets players in.
    pub(super) fn note_recovery(&mut self, alive_since: UnixSeconds) {
        if self.is_killed {
            self.set(
                ServerRun::since(GameServerState::Up, alive_since),
                alive_since,
            );
        }
    }

    pub(super) fn note_time(&mut self, now: UnixSeconds) {
        let Some(run) = self.run else { return };
        let age = |since: Option<UnixSeconds>| since.map(|since| now.saturating_since(since));
        match (run.state, self.port) {
            (_, Port::Awaited) => {}
            (GameServerState::Starting, port) if age(self.noted_at) >= Some(STARTS_WITHIN) => {
                if port == Port::Dead {
                    let since = run.since.unwrap_or(now);
                    self.set(ServerRun::since(GameServerState::Down, since), since);
                    self.is_killed = true;
                } else {
                    self.set(ServerRun::after_life(None, now), now);
                }
            }
            (GameServerState::Down, Port::Alive { again_since })
                if again_since > run.since && age(again_since) >= Some(BOOT_LOGGED_WITHIN) =>
            {
                let since = again_since.unwrap_or(now);
                self.set(ServerRun::since(GameServerState::Up, since), now);
            }
            _ => {}
        }
    }

    pub(super) fn clock_was_set_back(&mut self, now: UnixSeconds) {
        self.run = self.run.map(|run| run.not_after(now));
        self.shown_at = self.shown_at.map(|at| at.min(now));
        self.noted_at = self.noted_at.map(|at| at.min(now));
        if let Port::Alive { again_since } = &mut self.port {
            *again_since = again_since.map(|since| since.min(now));
        }
    }

    /// Whether the first check of the port has not ended.
    pub(super) fn awaits_port(&self) -> bool {
        self.port == Port::Awaited
    }

    /// Returns the state now. That a server was up when the log was last written means nothing until
    /// the first check of its port has ended.
    pub(super) fn now(&self) -> Option<ServerRun> {
        match (self.run, self.port) {
            (Some(run), Port::Awaited) if run.state == GameServerState::Up => None,
            (None, Port::Alive { .. }) => Some(ServerRun {
                state: GameServerState::Up,
                since: None,
            }),
            (run, _) => run,
        }
    }
}
