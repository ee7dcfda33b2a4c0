//! A log that comes on standard input: `docker logs -f mc | oxeye-agent run --log -`.

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

/// Reads a log that is piped in. There is no way back in it, so there is no checkpoint; who is on is
/// known once a boot was read.
#[derive(Debug)]
pub struct StreamFollower {
    lines: Lines,
    reading: Reading,
    /// All that was written before we came has been read: what comes is new, and its times tell in
    /// which zone the server prints them.
    is_live: bool,
}

impl StreamFollower {
    /// Nothing has come yet.
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

    /// Adds what these bytes tell to `seen`, in order. A line that is not complete waits.
    pub fn feed(&mut self, bytes: &[u8], now: UnixSeconds, events: &mut Vec<TimedEvent>) {
        let came = self.came(now);
        let Self { lines, reading, .. } = self;
        let bytes = without_hole(bytes, lines);
        lines.feed(bytes, |line| reading.line(line, came, events));
    }

    /// What comes from now on is new.
    pub fn history_is_over(&mut self) {
        self.is_live = true;
    }

    /// The stream has ended: its last line counts as it is.
    pub fn finish(&mut self, now: UnixSeconds, events: &mut Vec<TimedEvent>) {
        let came = self.came(now);
        let Self { lines, reading, .. } = self;
        lines.finish(|line| reading.line(line, came, events));
    }

    /// Who is on, by what has come.
    #[must_use]
    pub fn roster(&self) -> &Roster {
        &self.reading.roster
    }

    /// A boot has come, so nobody else can be on; and the stream says who goes.
    #[must_use]
    pub fn knows_everyone(&self) -> bool {
        self.reading.knows_everyone()
    }

    /// Returns the reader of the lines.
    #[must_use]
    pub fn reader(&self) -> &LogReader {
        &self.reading.reader
    }

    /// Something in it can be read.
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
