//! Reads a log from standard input: `docker logs -f mc | oxeye-agent run --log -`.

use chrono_tz::Tz;
use oxeye_plugin_proto::UnixSeconds;

use super::log_file::without_hole;
use super::reading::{LineAge, Reading};
use crate::game_event::TimedEvent;
use crate::log::LogOptions;
use crate::log::lines::Lines;

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
            reading: Reading::new(options, time_zone),
            is_live: false,
        }
    }

    /// Adds the events in these bytes to `events`, in order. An unfinished line waits for its end.
    pub(crate) fn feed(&mut self, bytes: &[u8], now: UnixSeconds, events: &mut Vec<TimedEvent>) {
        let age = self.line_age(now);
        let Self { lines, reading, .. } = self;
        let bytes = without_hole(bytes, lines);
        reading.look_ahead(bytes, lines.unfinished_bytes() > 0);
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

    /// Returns what the lines read so far say.
    #[must_use]
    pub(crate) fn reading(&self) -> &Reading {
        &self.reading
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
