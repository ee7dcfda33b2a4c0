//! A log from standard input: `docker logs -f mc | oxeye-agent run --log -`.

use chrono_tz::Tz;
use oxeye_plugin_proto::UnixSeconds;

use super::{
    log_file::without_hole,
    log_time::{LogTime, LogTimeState},
    reading::{Came, Reading},
};
use crate::{
    game_event::TimedEvent,
    log::{LogOptions, LogReader, lines::Lines},
    roster::Roster,
};

/// Reads a log from a pipe. It cannot be read again, so there is no checkpoint; who is on is
/// known once a boot was read.
#[derive(Debug)]
pub struct StreamFollower {
    lines: Lines,
    reading: Reading,
    /// Whether the history has been read: what follows is new, and its times show in
    /// which zone the server prints them.
    is_live: bool,
}

impl StreamFollower {
    /// Returns a follower that has read nothing yet.
    #[must_use]
    pub fn new(options: LogOptions, time_zone: Option<Tz>) -> Self {
        Self {
            lines: Lines::new(),
            reading: Reading {
                reader: LogReader::new(options),
                time: LogTime::resume(time_zone, None, &LogTimeState::default()),
                roster: Roster::default(),
                last_event: None,
            },
            is_live: false,
        }
    }

    /// Adds the events in these bytes to `events`, in order. An incomplete line waits.
    pub fn feed(&mut self, bytes: &[u8], now: UnixSeconds, events: &mut Vec<TimedEvent>) {
        let came = self.came(now);
        let Self { lines, reading, .. } = self;
        let bytes = without_hole(bytes, lines);
        lines.feed(bytes, |line| reading.line(line, came, events));
    }

    /// Ends the history: what follows is new.
    pub fn history_is_over(&mut self) {
        self.is_live = true;
    }

    /// Ends the stream: its last line counts as it is.
    pub fn finish(&mut self, now: UnixSeconds, events: &mut Vec<TimedEvent>) {
        let came = self.came(now);
        let Self { lines, reading, .. } = self;
        lines.finish(|line| reading.line(line, came, events));
    }

    /// Returns who is on so far.
    #[must_use]
    pub fn roster(&self) -> &Roster {
        &self.reading.roster
    }

    /// Whether a boot was read and leaves are recorded, so that nobody else can be on.
    #[must_use]
    pub fn knows_everyone(&self) -> bool {
        self.reading.knows_everyone()
    }

    /// Returns the reader of the lines.
    #[must_use]
    pub fn reader(&self) -> &LogReader {
        &self.reading.reader
    }

    /// Whether anything was understood.
    #[must_use]
    pub fn is_understood(&self) -> bool {
        self.reading.is_understood()
    }

    fn came(&self, now: UnixSeconds) -> Came {
        if self.is_live {
            Came::Live { now, fresh: true }
        } else {
            Came::Before {
                without_time: now,
                now,
            }
        }
    }
}
