//! Turns lines into events with times and into a roster.

use std::collections::BTreeSet;

use chrono_tz::Tz;
use oxeye_plugin_proto::{ServerName, UnixSeconds};

use super::log_time::{LogTime, LogTimeState};
use crate::game_event::{GameEvent, TimedEvent};
use crate::log::{LogOptions, LogReader};
use crate::roster::Roster;
use crate::server_run::ServerRun;

/// The most servers behind a proxy that are remembered. No proxy has more.
const MAX_VISITED: usize = 1_000;

/// Whether a line is old or new, which decides how its time is interpreted.
#[derive(Debug, Clone, Copy)]
pub(super) enum LineAge {
    /// It was written some time ago: at `without_time` if nothing else shows when.
    Old {
        without_time: UnixSeconds,
        now: UnixSeconds,
    },
    /// It was found by a poll. `fresh` means that it was written just now.
    Live { now: UnixSeconds, fresh: bool },
}

/// The state that lines change. The result is the same whether they are read live or years later.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(super) reader: LogReader,
    pub(super) time: LogTime,
    pub(super) roster: Roster,
    /// The state of the server, once an event has shown it.
    pub(super) run: Option<ServerRun>,
    /// At a proxy, the servers behind it that have accepted a player.
    pub(super) visited: BTreeSet<ServerName>,
    /// The time of the last event.
    pub(super) last_event: Option<UnixSeconds>,
}

impl Reading {
    /// Returns the state before the first line.
    #[must_use]
    pub(super) fn new(options: LogOptions, time_zone: Option<Tz>) -> Self {
        Self {
            reader: LogReader::new(options),
            time: LogTime::resume(time_zone, None, &LogTimeState::default()),
            roster: Roster::default(),
            run: None,
            visited: BTreeSet::new(),
            last_event: None,
        }
    }

    /// Looks at whole lines before they are read; see [`LogReader::look_ahead`].
    pub(super) fn look_ahead(&mut self, bytes: &[u8], is_within_line: bool) {
        self.reader.look_ahead(bytes, is_within_line);
    }

    /// Reads the next line.
    pub(super) fn line(&mut self, line: &[u8], age: LineAge, events: &mut Vec<TimedEvent>) {
        // Lines without an event matter too, because days pass in them.
        match self.reader.read_line(line) {
            Some(event) => {
                let at = self.time_of(event.time.as_ref(), age);
                // A file that is read again repeats its events. Joins and leaves are the same the second
                // time, but activity would be counted twice.
                let is_activity = matches!(event.what, GameEvent::Activity(_));
                if is_activity && self.last_event.is_some_and(|last| at < last) {
                    return;
                }
                self.roster.apply(&event.what, at);
                self.visit(&event.what);
                self.run = ServerRun::after(self.run, &event.what, at);
                self.last_event = self.last_event.max(Some(at));
                events.push(TimedEvent {
                    what: event.what,
                    at,
                });
            }
            None => {
                if let Some(printed) = self.reader.time_of(line) {
                    self.time_of(Some(&printed), age);
                }
            }
        }
    }

    fn visit(&mut self, what: &GameEvent) {
        if let GameEvent::Join {
            server: Some(server),
            ..
        }
        | GameEvent::Switch { server, .. } = what
            && self.visited.len() < MAX_VISITED
        {
            self.visited.insert(server.clone());
        }
    }

    /// Returns who is online and since when, according to the log.
    #[must_use]
    pub(crate) fn roster(&self) -> &Roster {
        &self.roster
    }

    /// Returns the state of the server, if the log shows it.
    #[must_use]
    pub(crate) fn run(&self) -> Option<ServerRun> {
        self.run
    }

    /// Returns the reader of the lines.
    #[must_use]
    pub(crate) fn reader(&self) -> &LogReader {
        &self.reader
    }

    /// Whether nobody else can be online, because the log was read from a boot on and records leaves.
    #[must_use]
    pub(crate) fn knows_everyone(&self) -> bool {
        self.reader.knows_everyone() && !self.reader.records_no_leaves()
    }

    fn time_of(&mut self, printed: Option<&crate::log::PrintedTime>, age: LineAge) -> UnixSeconds {
        match age {
            LineAge::Old { without_time, now } => self.time.past(printed, without_time, now),
            LineAge::Live { now, fresh } => self.time.live(printed, now, fresh),
        }
    }
}
