//! Reads a log from standard input: `docker logs -f mc | oxeye-agent run --log -`.

use chrono_tz::Tz;
use oxeye_plugin_proto::UnixSeconds;

use super::log_file::without_hole;
use super::log_time::{LogTime, LogTimeState};
use super::reading::{LineAge, Reading};
use crate::game_event::TimedEvent;
use crate::log::lines::Lines;
use crate::log::{LogOptions, LogReader};
use crate::roster::Roster;

/// Reads a log from a pipe. A pipe cannot be read again, so there is no checkpoint. Who is online is
/// known once a boot has been read.
#[derive(Debug)]
pub(crate) struct StreamFollower {
    lines: Lines,
    reading: Reading,
    /// Whether the history is over. New lines reveal the zone in which the server prints its times.
    is_live: bool,
}

impl StreamFollower {
    /// Returns a follower that has read nothing yet.
    #[must_use]
    pub(crate) fn new(options: LogOptions, time_zone: Option<Tz>) -> Self {
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

    /// Adds the events in these bytes to `events`, in order. An unfinished line waits for its end.
    pub(crate) fn feed(&mut self, bytes: &[u8], now: UnixSeconds, events: &mut Vec<TimedEvent>) {
        let age = self.line_age(now);
        let Self { lines, reading, .. } = self;
        let bytes = without_hole(bytes, lines);
        lines.feed(bytes, |line| reading.line(line, age, events));
    }

    /// Ends the history: the lines that follow are new.
    pub(crate) fn end_history(&mut self) {
        self.is_live = true;
    }

    /// Ends the stream: an unfinished last line counts as complete.
    pub(crate) fn finish(&mut self, now: UnixSeconds, events: &mut Vec<TimedEvent>) {
        let age = self.line_age(now);
        let Self { lines, reading, .. } = self;
        lines.finish(|line| reading.line(line, age, events));
    }

    /// Returns who is online so far.
    #[must_use]
    pub(crate) fn roster(&self) -> &Roster {
        &self.reading.roster
    }

    /// Whether nobody else can be online, because a boot was read and the log records leaves.
    #[must_use]
    pub(crate) fn knows_everyone(&self) -> bool {
        self.reading.knows_everyone()
    }

    /// Returns the reader of the lines.
    #[must_use]
    pub(crate) fn reader(&self) -> &LogReader {
        &self.reading.reader
    }

    /// Whether anything was understood.
    #[must_use]
    pub(crate) fn is_understood(&self) -> bool {
        self.reading.is_understood()
    }

    fn line_age(&self, now: UnixSeconds) -> LineAge {
        if self.is_live {
            LineAge::Live { now, fresh: true }
        } else {
            LineAge::Old {
                without_time: now,
                now,
            }
        }
    }
}
