//! A run of the server, from its boot to its stop.

use serde::{Deserialize, Serialize};

use super::ReaderState;
use crate::game_event::GameEvent;
use crate::log::family::Family;
use crate::log::grammar::Statement;

/// What was read about the server's current run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Run {
    booted: bool,
    started: bool,
    stopped: bool,
    crashed: bool,
    /// Whether a line may have announced that the server stops.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    stop_announced: bool,
}

impl Run {
    /// Notes that the server is running.
    pub(super) fn note_life(&mut self) {
        self.stopped = false;
        self.crashed = false;
        self.stop_announced = false;
    }
}

impl ReaderState {
    /// Takes in a statement about the server itself. Each of its starts and ends is one event.
    pub(super) fn apply_to_run(&mut self, statement: &Statement) -> Option<GameEvent> {
        match statement {
            Statement::Boot => Some(self.boot()),
            Statement::Listening if !self.run.booted => None,
            Statement::Start | Statement::Listening if self.run.started => None,
            Statement::Start | Statement::Listening => {
                self.run.started = true;
                self.kind.note_start();
                Some(GameEvent::Start)
            }
            Statement::StopAnnounced => {
                self.run.stop_announced = true;
                None
            }
            Statement::OverworldUnloaded if !self.run.stop_announced => None,
            Statement::Stop | Statement::OverworldUnloaded if self.run.stopped => None,
            Statement::Stop | Statement::OverworldUnloaded => {
                self.run.stopped = true;
                self.run.stop_announced = false;
                Some(self.clear_online(GameEvent::Stop))
            }
            Statement::Crash if self.run.crashed => None,
            Statement::Crash => {
                self.run.crashed = true;
                Some(self.clear_online(GameEvent::Crash))
            }
            _ => None,
        }
    }

    fn boot(&mut self) -> GameEvent {
        *self = Self {
            family: self.family,
            has_heads: self.has_heads,
            has_levels_alone: self.has_levels_alone,
            has_levels_alone_for_certain: self.has_levels_alone_for_certain,
            journald: self.journald,
            compose: self.compose,
            recognition: std::mem::take(&mut self.recognition),
            margin: self.margin,
            separator: std::mem::take(&mut self.separator),
            ends: self
                .ends
                .of_next_run(self.is_proxy() && self.run.stopped && !self.leaving.is_empty()),
            knows_everyone: true,
            kind: std::mem::take(&mut self.kind).of_next_run(),
            run: Run {
                booted: true,
                ..Run::default()
            },
            ..Self::default()
        };
        GameEvent::Boot
    }

    fn is_proxy(&self) -> bool {
        matches!(self.family, Some(Family::Velocity | Family::Bungeecord))
    }

    /// Marks everyone as leaving and returns the event. Most of their leaves will still be logged.
    fn clear_online(&mut self, event: GameEvent) -> GameEvent {
        self.knows_everyone = true;
        self.run.started = false;
        let online = std::mem::take(&mut self.online);
        self.leaving.extend(online.into_keys());
        event
    }
}
