//! Reports whether the game server runs: each change at once, with its time, in order with joins, leaves
//! and syncs.

use std::collections::BTreeSet;

use oxeye_plugin_proto::{Event, GameServerState, ServerName, UnixSeconds};

use super::game_server::Port;
use super::{Link, Liveness, Reconciler, Report};
use crate::game_event::TimedEvent;
use crate::server_run::ServerRun;
use crate::source_update::{SourceKind, SourceUpdate};

impl Reconciler {
    /// Notes that the port on which players connect is checked, so that the first outcome is worth
    /// waiting for. Must be called before anything else.
    pub(crate) fn await_port(&mut self) {
        self.game.port = Port::Awaited;
    }

    /// Returns the state of the game server, if it is known.
    #[must_use]
    pub(crate) fn server_run(&self) -> Option<ServerRun> {
        self.game.now()
    }

    /// Returns the state of this linked server, if it is known. A server behind a proxy has been up
    /// since a player was on it, as long as the proxy is up: the proxy's log does not show that such a
    /// server stops. While the proxy is down, nothing is known about it.
    #[must_use]
    pub(crate) fn server_run_at(&self, link: &Link) -> Option<ServerRun> {
        self.run_at(link, self.server_run())
    }

    fn run_at(&self, link: &Link, run: Option<ServerRun>) -> Option<ServerRun> {
        let Link::Behind(server) = link else {
            return run;
        };
        let is_up = run.is_some_and(|run| run.state == GameServerState::Up);
        if !self.knows_servers() {
            return None;
        }
        let is_visited = self.game.visited.contains(server) || self.online_at(link) > 0;
        (is_up && is_visited).then_some(ServerRun {
            state: GameServerState::Up,
            since: None,
        })
    }

    /// Sets the state in which an earlier run of the agent left the server.
    pub(super) fn resume_server(&mut self, run: Option<ServerRun>, visited: BTreeSet<ServerName>) {
        self.game.note_log(run);
        for server in visited {
            self.game.visit(server);
        }
    }

    /// Takes in an event, which may have happened some time ago, and reports the change.
    pub(super) fn server_happened(&mut self, event: &TimedEvent, noted_at: UnixSeconds) {
        self.game.happened(&event.what, event.at, noted_at);
        self.report_run(self.game.run, event.at);
    }

    /// Takes in what an update shows about the game server.
    pub(super) fn note_source(
        &mut self,
        from: SourceKind,
        update: &SourceUpdate,
        now: UnixSeconds,
    ) {
        let had_failed = self.views.failure(from).is_some();
        match update {
            SourceUpdate::Roster { run, .. } if from == SourceKind::Log => self.game.note_log(*run),
            SourceUpdate::Roster { run, .. } => self.game.note_answer(*run, had_failed, now),
            SourceUpdate::Count(_) => self.game.note_answer(None, had_failed, now),
            _ => {}
        }
    }

    /// Does what time alone changes.
    pub(super) fn server_tick(&mut self, now: UnixSeconds) {
        self.game.note_time(now);
        self.report_server(now);
    }

    /// Returns the reports so far. A sync promises heartbeats only if there will be any.
    pub(super) fn take_reports(&mut self) -> Vec<Report> {
        let mut reports = self.reporter.take_reports();
        for Report { link, event } in &mut reports {
            if let Event::Sync { heartbeat_secs, .. } = event
                && self.server_run_at(link).is_none()
            {
                *heartbeat_secs = None;
            }
        }
        reports
    }

    /// Reports the state of each linked server that has changed.
    pub(super) fn report_server(&mut self, now: UnixSeconds) {
        let answers = |kind: &SourceKind| *kind != SourceKind::Log && self.views.works(*kind);
        let is_contradicted = SourceKind::ALL.iter().any(answers);
        if let Some(dead_since) = self.dead_since().filter(|_| !is_contradicted) {
            self.game.note_death(dead_since, self.reporter.latest());
        }
        self.report_run(self.server_run(), now);
    }

    /// Reports this state, unless it has been reported. That a server is up is not reported while it is
    /// unknown who is online, because it would be evidence that the earlier players still are.
    fn report_run(&mut self, run: Option<ServerRun>, at: UnixSeconds) {
        let knows_roster = self.liveness() != Liveness::Unknown;
        for link in self.reporter.links().to_vec() {
            let Some(run) = self.run_at(&link, run) else {
                continue;
            };
            let may_be_said = run.state != GameServerState::Up || knows_roster;
            if may_be_said && self.game.reported.get(&link) != Some(&run) {
                self.game.reported.insert(link.clone(), run);
                self.reporter.report_run(link, run, at);
            }
        }
    }
}
