//! Turns lines into events with times, and into a roster.

use oxeye_plugin_proto::UnixSeconds;

use super::log_time::LogTime;
use crate::{game_event::TimedEvent, log::LogReader, roster::Roster};

/// How a line was read, which decides how its time is interpreted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Came {
    /// It was written some time ago; if nothing tells when, take `without_time`.
    Before {
        without_time: UnixSeconds,
        now: UnixSeconds,
    },
    /// It came just now; `fresh` if it cannot have waited for us.
    Live { now: UnixSeconds, fresh: bool },
}

/// The state that lines change. It is the same whether they are read as they come or years later.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) reader: LogReader,
    pub(super) time: LogTime,
    pub(super) roster: Roster,
    /// When the last thing happened.
    pub(super) last_event: Option<UnixSeconds>,
}

impl Reading {
    /// Reads the next line.
    pub(super) fn line(&mut self, line: &[u8], came: Came, events: &mut Vec<TimedEvent>) {
        // Lines without an event count too: days pass in them.
        match self.reader.read_line(line) {
            Some(event) => {
                let at = self.time_of(event.time.as_ref(), came);
                self.roster.apply(&event.what, at);
                self.last_event = self.last_event.max(Some(at));
                events.push(TimedEvent {
                    what: event.what,
                    at,
                });
            }
            None => {
                if let Some(printed) = self.reader.time_of(line) {
                    self.time_of(Some(&printed), came);
                }
            }
        }
    }

    /// Whether nobody else can be on.
    pub(super) fn knows_everyone(&self) -> bool {
        self.reader.knows_everyone() && !self.reader.records_no_ends()
    }

    /// Whether its lines are understood: the family was detected or patterns were given.
    pub(super) fn is_understood(&self) -> bool {
        self.reader.is_understood()
    }

    fn time_of(&mut self, printed: Option<&crate::log::PrintedTime>, came: Came) -> UnixSeconds {
        match came {
            Came::Before { without_time, now } => self.time.past(printed, without_time, now),
            Came::Live { now, fresh } => self.time.live(printed, now, fresh),
        }
    }
}
