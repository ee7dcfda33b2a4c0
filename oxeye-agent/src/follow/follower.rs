//! Polls one log for new lines and for another file at the same path.

use std::time::Duration;
use std::{io, mem};

use oxeye_plugin_proto::UnixSeconds;

use super::checkpoint::{Checkpoint, Position};
use super::history::{CaughtUp, catch_up, read_missed};
use super::log_file::{Change, LogFile, follow_error, metadata_of};
use super::reading::{LineAge, Reading};
use super::{FollowError, LogFileSettings, Opened, archive};
use crate::game_event::TimedEvent;

/// For how many polls a log may be missing without an error, because a rotation removes it for a
/// moment.
pub(super) const MISSING_POLLS: u32 = 20;

/// The longest pause between polls after which new lines count as just written. After a longer one,
/// such as that of a laptop asleep, they say nothing about the server's time zone.
const FRESH_WITHIN: Duration = Duration::from_secs(30);

/// Follows one log file.
///
/// A checkpoint may be stored at any time. Continuing from it, even from an old one, gives everything
/// after it again, with the same times.
#[derive(Debug)]
pub(crate) struct Follower {
    settings: LogFileSettings,
    source: Source,
    reading: Reading,
    /// The position at which the previous file was left. The checkpoint uses it until this file holds a
    /// line by which it can be recognised.
    previous: Option<Position>,
    missing_polls: u32,
    last_poll: UnixSeconds,
}

#[derive(Debug)]
enum Source {
    /// There has been no file yet. The checkpoint is kept until there is one.
    Awaited(Option<Box<Checkpoint>>),
    Open(LogFile),
    /// Reading failed, for instance because a network drive went away. The path has to be opened again.
    Failed(LogFile),
}

impl Follower {
    /// Reads the log to its end: from the checkpoint, wherever that file is by now, or else from the
    /// last boot, through the archives beside the log. A log that does not exist yet is awaited.
    ///
    /// # Errors
    ///
    /// When the path does not lead to a readable file.
    pub(crate) fn open(
        settings: LogFileSettings,
        checkpoint: Option<Checkpoint>,
        now: UnixSeconds,
    ) -> Result<(Self, Opened), FollowError> {
        let had_checkpoint = checkpoint.is_some();
        let mut follower = Self::awaiting(settings, checkpoint, now);
        let mut events = Vec::new();
        let mut opened = match follower.open_awaited(now, &mut events) {
            Ok(opened) => opened,
            Err(FollowError::Missing { .. }) => Opened {
                events_since_checkpoint: Vec::new(),
                forgotten: Vec::new(),
                resumed: had_checkpoint,
            },
            Err(error) => return Err(error),
        };
        if had_checkpoint {
            opened.events_since_checkpoint = events;
        }
        Ok((follower, opened))
    }

    /// Adds all events since the last poll to `events`, in order.
    ///
    /// # Errors
    ///
    /// When the file has been missing for several polls or cannot be read. What was read before the
    /// error is in `events`; the next poll continues where this one stopped.
    pub(crate) fn poll(
        &mut self,
        now: UnixSeconds,
        events: &mut Vec<TimedEvent>,
    ) -> Result<(), FollowError> {
        let fresh = now.saturating_since(self.last_poll) <= FRESH_WITHIN;
        let age = LineAge::Live { now, fresh };
        self.last_poll = now;
        let metadata = match metadata_of(&self.settings.path) {
            Err(missing @ FollowError::Missing { .. }) => {
                // The server may still write to the renamed file.
                self.read_new_lines(age, events)?;
                self.missing_polls = self.missing_polls.saturating_add(1);
                return if self.missing_polls > MISSING_POLLS {
                    Err(missing)
                } else {
                    Ok(())
                };
            }
            metadata => metadata?,
        };
        self.missing_polls = 0;
        match &mut self.source {
            Source::Awaited(_) => {
                self.open_awaited(now, events)?;
                return Ok(());
            }
            Source::Open(file) if file.is(&metadata) => {
                let change = file.detect_change();
                if let Change::Replaced(previous) = self.note_failure(change)? {
                    self.reading.time.start_file(None);
                    self.previous = previous.or(self.previous.take());
                }
            }
            Source::Open(_) | Source::Failed(_) => self.switch_file(age, now, events)?,
        }
        self.read_new_lines(age, events)
    }

    /// Returns how far the log has been read.
    #[must_use]
    pub(crate) fn checkpoint(&self) -> Checkpoint {
        match &self.source {
            Source::Awaited(Some(checkpoint)) => Checkpoint::clone(checkpoint),
            Source::Awaited(None) => Checkpoint::of(&self.reading, None),
            Source::Open(file) | Source::Failed(file) => {
                let position = file.position().or_else(|| self.previous.clone());
                Checkpoint::of(&self.reading, position)
            }
        }
    }

    /// Returns what the lines read so far say.
    #[must_use]
    pub(crate) fn reading(&self) -> &Reading {
        &self.reading
    }

    fn awaiting(
        settings: LogFileSettings,
        checkpoint: Option<Checkpoint>,
        now: UnixSeconds,
    ) -> Self {
        let (options, time_zone) = (settings.options.clone(), settings.time_zone);
        let reading = match &checkpoint {
            Some(checkpoint) => checkpoint.reading(options, time_zone, None),
            None => Reading::new(options, time_zone),
        };
        Self {
            settings,
            source: Source::Awaited(checkpoint.map(Box::new)),
            reading,
            previous: None,
            missing_polls: 0,
            last_poll: now,
        }
    }

    /// Opens and reads the file that was awaited. The result says whether reading continued at the
    /// checkpoint.
    fn open_awaited(
        &mut self,
        now: UnixSeconds,
        events: &mut Vec<TimedEvent>,
    ) -> Result<Opened, FollowError> {
        let checkpoint = match &self.source {
            Source::Awaited(checkpoint) => checkpoint.as_deref(),
            Source::Open(_) | Source::Failed(_) => None,
        };
        let file = LogFile::open(&self.settings.path)?;
        let caught_up = catch_up(&self.settings, file, checkpoint, now)
            .map_err(|cause| follow_error(&self.settings.path, cause))?;
        let CaughtUp {
            reading,
            file,
            previous,
            events: earlier_events,
            forgotten,
            resumed,
        } = caught_up;
        self.reading = reading;
        self.previous = previous;
        self.source = Source::Open(file);
        events.extend(earlier_events);
        Ok(Opened {
            events_since_checkpoint: Vec::new(),
            forgotten,
            resumed,
        })
    }

    /// Switches to another file that is at the path now. The old one is read to its end, even if its
    /// last line is unfinished, and then the new one from its start. If the new one is a copy of the
    /// old one that has grown, it is read on from where the old one was left.
    fn switch_file(
        &mut self,
        age: LineAge,
        now: UnixSeconds,
        events: &mut Vec<TimedEvent>,
    ) -> Result<(), FollowError> {
        let path = &self.settings.path;
        let mut new = LogFile::open(path)?;
        let (Source::Open(old) | Source::Failed(old)) = &mut self.source else {
            return Ok(());
        };
        let reading = &mut self.reading;
        // What can no longer be read of the old file is lost.
        let is_readable = match old.detect_change() {
            Ok(Change::Same) => true,
            // The old file was emptied before it was renamed. On systems that cannot distinguish files
            // it may just as well be the new one.
            Ok(Change::Replaced(previous)) => {
                reading.time.start_file(None);
                self.previous = previous.or(self.previous.take());
                cfg!(unix)
            }
            Err(_) => false,
        };
        if is_readable {
            let _: io::Result<()> = old.read(|line| reading.line(line, age, events));
        }
        // The old file must be read completely first, to distinguish a copy from a new log that begins
        // with the same bytes.
        let old_is_kept =
            old.identity() != new.identity() && archive::was_renamed(path, old.identity());
        let takes_over = new
            .take_over(old, old_is_kept)
            .map_err(|cause| follow_error(path, cause))?;
        if !takes_over {
            if is_readable {
                old.finish(|line| reading.line(line, age, events));
            }
            self.previous = old.position().or(self.previous.take());
            if let Some(left) = &self.previous {
                let missed = read_missed(path, left, reading, now, events);
                self.previous = missed.or(self.previous.take());
            }
            reading.time.start_file(None);
        }
        self.source = Source::Open(new);
        Ok(())
    }

    fn read_new_lines(
        &mut self,
        age: LineAge,
        events: &mut Vec<TimedEvent>,
    ) -> Result<(), FollowError> {
        let Source::Open(file) = &mut self.source else {
            return Ok(());
        };
        let reading = &mut self.reading;
        let read = file.read(|line| reading.line(line, age, events));
        self.note_failure(read)
    }

    /// Marks the file as failed if the result is an error, so that the next poll opens the path again.
    fn note_failure<T>(&mut self, result: io::Result<T>) -> Result<T, FollowError> {
        result.map_err(|cause| {
            self.source = match mem::replace(&mut self.source, Source::Awaited(None)) {
                Source::Open(file) => Source::Failed(file),
                other => other,
            };
            follow_error(&self.settings.path, cause)
        })
    }
}
