//! An agent that reads the log, checks the port, and is killed now and then; and what people see of its
//! reports.

use oxeye_plugin_proto::{Event, GameServerState, SyncReason, UnixSeconds};

use super::{Chance, Game};
use crate::follow::{Checkpoint, Follower, LogFileSettings};
use crate::game_event::TimedEvent;
use crate::log::LogOptions;
use crate::reconcile::tests::heartbeat;
use crate::reconcile::{Link, PortChange, PortCheck, PortState, Reconciler, Report};
use crate::source_update::{SourceKind, SourceUpdate};

/// The time in which the first check of a port ends, in seconds.
pub(super) const FIRST_CHECK: i64 = 4;

/// Whether the agent reaches the port on which players connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// It checks the port.
    Checked,
    /// It does not know the port.
    Unknown,
    /// It checks the wrong port, where nothing listens.
    Refused,
    /// It is on another network.
    Silent,
}

pub(super) struct Agent {
    reach: Reach,
    running: Option<Running>,
    starts_at: i64,
    // What survives on disk.
    checkpoint: Checkpoint,
    last_alive: Option<UnixSeconds>,
    /// What people see.
    shown: Option<GameServerState>,
}

struct Running {
    reconciler: Reconciler,
    follower: Follower,
    port: PortState,
    /// How many lines the server had written at the last poll of its log.
    lines: u64,
    checked_at: i64,
    saved_at: i64,
    /// When the last heartbeat was sent, and of which state.
    beat: (i64, Option<GameServerState>),
}

impl Agent {
    pub(super) fn beside(game: &Game, reach: Reach) -> Self {
        let now = UnixSeconds(game.now);
        let (follower, _) = Follower::open(settings(game), None, now).expect("a log");
        let mut agent = Self {
            reach,
            running: None,
            starts_at: 0,
            checkpoint: follower.checkpoint(),
            last_alive: None,
            shown: None,
        };
        agent.start(game);
        agent
    }

    pub(super) fn is_running(&self) -> bool {
        self.running.is_some()
    }

    pub(super) fn shown(&self) -> Option<GameServerState> {
        self.shown
    }

    /// Kills the agent or starts it again, if it is time. Returns whether it was started.
    pub(super) fn is_started_or_killed(&mut self, game: &Game, chance: &mut Chance) -> bool {
        if self.running.is_none() && game.now >= self.starts_at {
            self.start(game);
            return true;
        }
        if self.running.is_some() && chance.once_in(3_000) {
            self.running = None;
            self.starts_at = game.now + chance.between(1, 900);
        }
        false
    }

    fn start(&mut self, game: &Game) {
        let now = UnixSeconds(game.now);
        let (checkpoint, run) = (self.checkpoint.clone(), self.checkpoint.run());
        let before = checkpoint.roster();
        let (follower, opened) =
            Follower::open(settings(game), Some(checkpoint), now).expect("a log");
        let mut reconciler = Reconciler::new(vec![Link::Main], heartbeat(), [SourceKind::Log]);
        if self.reach != Reach::Unknown {
            reconciler.await_port();
        }
        let resumed = SourceUpdate::Resumed {
            before,
            is_reported: true,
            run,
            visited: self.checkpoint.visited().clone(),
            last_event: self.checkpoint.last_event(),
            events: opened.events_since_checkpoint,
            forgotten: opened.forgotten,
            visible_until: now,
        };
        let mut reports = reconciler.take(SourceKind::Log, resumed, now);
        let whole = SourceUpdate::Roster {
            roster: follower.reading().roster().clone(),
            knows_everyone: follower.reading().knows_everyone(),
            run: follower.reading().run(),
            events: Vec::new(),
        };
        reports.extend(reconciler.take(SourceKind::Log, whole, now));
        self.running = Some(Running {
            reconciler,
            follower,
            port: PortState::last_alive_at(self.last_alive),
            lines: 0,
            checked_at: 0,
            saved_at: 0,
            beat: (0, None),
        });
        self.show(reports);
    }

    /// Works for one second, like the parts of the agent that do the input and output.
    pub(super) fn work(&mut self, game: &Game) {
        let now = UnixSeconds(game.now);
        let Some(running) = &mut self.running else {
            return;
        };
        let mut events: Vec<TimedEvent> = Vec::new();
        if game.lines != running.lines {
            running.lines = game.lines;
            running.follower.poll(now, &mut events).expect("a log");
        }
        let mut reports = Vec::new();
        if !events.is_empty() || game.now - running.saved_at >= 30 {
            let update = SourceUpdate::Events(events);
            reports.extend(running.reconciler.take(SourceKind::Log, update, now));
            self.checkpoint = running.follower.checkpoint();
            running.saved_at = game.now;
        }
        let pause = if running.port.is_doubtful() { 1 } else { 5 };
        if self.reach != Reach::Unknown && game.now - running.checked_at >= pause {
            running.checked_at = game.now;
            let change = running.port.record(outcome(self.reach, game), now);
            if let Some(change) = change {
                reports.extend(running.reconciler.port(change, now));
            }
            match change {
                Some(PortChange::Dead { last_alive }) => self.last_alive = Some(last_alive),
                _ if running.port.dead_since().is_none()
                    && outcome(self.reach, game) == PortCheck::Answered =>
                {
                    // The agent writes the file every 15 s.
                    let is_old = |at: UnixSeconds| game.now - at.0 >= 15;
                    if self.last_alive.is_none_or(is_old) {
                        self.last_alive = Some(now);
                    }
                }
                _ => {}
            }
        }
        reports.extend(running.reconciler.tick(now));
        self.show(reports);
        self.beat(game.now);
    }

    /// Sends a heartbeat, if one is due or the state has changed.
    fn beat(&mut self, now: i64) {
        let Some(running) = &mut self.running else {
            return;
        };
        let state = running.reconciler.server_run().map(|run| run.state);
        if state != running.beat.1 || now - running.beat.0 >= 15 {
            running.beat = (now, state);
            self.shown = state.or(self.shown);
        }
    }

    /// Shows people what was reported: a state ends with the next one or with a sign of life.
    fn show(&mut self, reports: Vec<Report>) {
        for Report { event, .. } in reports {
            self.shown = match event {
                Event::Heartbeat { server, .. } => server,
                Event::Join { .. } => Some(GameServerState::Up),
                Event::Sync {
                    players, reason, ..
                } if !players.valid.is_empty() || reason == Some(SyncReason::Startup) => {
                    Some(GameServerState::Up)
                }
                _ => self.shown,
            };
        }
    }
}

fn outcome(reach: Reach, game: &Game) -> PortCheck {
    match reach {
        Reach::Refused => PortCheck::Refused,
        Reach::Silent => PortCheck::NoAnswer,
        Reach::Checked | Reach::Unknown => game.port(),
    }
}

fn settings(game: &Game) -> LogFileSettings {
    LogFileSettings {
        path: game.log(),
        options: LogOptions::default(),
        time_zone: Some(chrono_tz::UTC),
    }
}
