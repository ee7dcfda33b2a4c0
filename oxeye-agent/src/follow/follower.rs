//! Polls one log: new lines, and another file under the same path.

use std::{io, mem, time::Duration};

use oxeye_plugin_proto::UnixSeconds;

use super::{
    FollowError, LogFileSettings, Opened, archive,
    checkpoint::{Checkpoint, Position},
    history::{CaughtUp, catch_up, read_missed},
    log_file::{LogFile, Since, look, refused},
    log_time::{LogTime, LogTimeState},
    reading::{Came, Reading},
};
use crate::{
    game_event::TimedEvent,
    log::{Family, LogReader},
    roster::Roster,
};

/// How many polls a log may be missing without an error: a rotation takes it away for a moment.
pub(super) const MISSING_POLLS: u32 = 20;

/// The longest pause between polls for new lines to count as just written. After a longer one, such
/// as of a laptop, they say nothing about the zone of the server.
const FRESH_WITHIN: Duration = Duration::from_secs(30);

/// Follows one log file.
///
/// A checkpoint may be stored at any time. Whoever continues from it, even from an old one, sees what
/// came after it again, at the same times.
#[derive(Debug)]
pub struct Follower {
    settings: LogFileSettings,
    source: Source,
    reading: Reading,
    /// Where the file before this one was left: the place to go on from as long as this one holds no
    /// line to know it by.
    behind: Option<Position>,
    missing_polls: u32,
    last_poll: UnixSeconds,
}

#[derive(Debug)]
enum Source {
    /// There has been no file yet. What is known from before waits for it.
    Awaited(Option<Box<Checkpoint>>),
    Open(LogFile),
    /// Reading failed, as on a network drive that went away: the path has to be opened again.
    Failed(LogFile),
}

impl Follower {
    /// Reads the log up to its end: from where the checkpoint was taken, wherever the file is by now,
    /// or else from the last boot, through the `.gz` files beside it. A log that is not there yet is
    /// awaited.
    ///
    /// # Errors
    ///
    /// When the path does not lead to a readable file.
    pub fn open(
        settings: LogFileSettings,
        checkpoint: Option<Checkpoint>,
        now: UnixSeconds,
    ) -> Result<(Self, Opened), FollowError> {
        let had_checkpoint = checkpoint.is_some();
        let mut follower = Self::awaiting(settings, checkpoint, now);
        let mut events = Vec::new();
        let mut opened = match follower.come_to_file(now, &mut events) {
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
    /// When the file is missing for some polls or cannot be read. What was read before the error is in
    /// `events`; the next poll tries again and continues where this one stopped.
    pub fn poll(
        &mut self,
        now: UnixSeconds,
        events: &mut Vec<TimedEvent>,
    ) -> Result<(), FollowError> {
        let fresh = now.saturating_since(self.last_poll) <= FRESH_WITHIN;
        let came = Came::Live { now, fresh };
        self.last_poll = now;
        let metadata = match look(&self.settings.path) {
            Err(missing @ FollowError::Missing { .. }) => {
                // A server may still write to the file that was renamed.
                self.read_on(came, events)?;
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
                self.come_to_file(now, events)?;
                return Ok(());
            }
            Source::Open(file) if file.is(&metadata) => {
                let since = file.look_again();
                if let Since::Replaced(behind) = self.tried(since)? {
                    self.reading.time.start_file(None);
                    self.behind = behind.or(self.behind.take());
                }
            }
            Source::Open(_) | Source::Failed(_) => self.change_over(came, now, events)?,
        }
        self.read_on(came, events)
    }

    /// Returns how far the log was read by the last poll.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        match &self.source {
            Source::Awaited(Some(checkpoint)) => Checkpoint::clone(checkpoint),
            Source::Awaited(None) => Checkpoint::of(&self.reading, None),
            Source::Open(file) | Source::Failed(file) => {
                let position = file.position().or_else(|| self.behind.clone());
                Checkpoint::of(&self.reading, position)
            }
        }
    }

    /// Returns who is on and since when, according to this log.
    #[must_use]
    pub fn roster(&self) -> &Roster {
        &self.reading.roster
    }

    /// Whether the log was read from a boot on and records leaves, so that nobody else can be on.
    #[must_use]
    pub fn knows_everyone(&self) -> bool {
        self.reading.knows_everyone()
    }

    /// Returns the reader of the lines.
    #[must_use]
    pub fn reader(&self) -> &LogReader {
        &self.reading.reader
    }

    /// Whether anything was understood: otherwise it is not a log, or one of an unknown server.
    #[must_use]
    pub fn is_understood(&self) -> bool {
        self.reading.is_understood()
    }

    /// Returns the family of servers, once it is known.
    #[must_use]
    pub fn family(&self) -> Option<Family> {
        self.reading.reader.family()
    }

    fn awaiting(
        settings: LogFileSettings,
        checkpoint: Option<Checkpoint>,
        now: UnixSeconds,
    ) -> Self {
        let (options, time_zone) = (settings.options.clone(), settings.time_zone);
        let reading = match &checkpoint {
            Some(checkpoint) => checkpoint.reading(options, time_zone, None),
            None => Reading {
                reader: LogReader::new(options),
                time: LogTime::resume(time_zone, None, &LogTimeState::default()),
                roster: Roster::default(),
                last_event: None,
            },
        };
        Self {
            settings,
            source: Source::Awaited(checkpoint.map(Box::new)),
            reading,
            behind: None,
            missing_polls: 0,
            last_poll: now,
        }
    }

    /// Reads the file that was awaited, and says what became of the checkpoint.
    fn come_to_file(
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
            .map_err(|cause| refused(&self.settings.path, cause))?;
        let CaughtUp {
            reading,
            file,
            behind,
            events: earlier_events,
            forgotten,
            resumed,
        } = caught_up;
        self.reading = reading;
        self.behind = behind;
        self.source = Source::Open(file);
        events.extend(earlier_events);
        Ok(Opened {
            events_since_checkpoint: Vec::new(),
            forgotten,
            resumed,
        })
    }

    /// Another file is at the path: the old one is read to its end, its last line as it is, and then
    /// the new one from its start. A copy of the old one that went on is no new one, and is read on
    /// from there.
    fn change_over(
        &mut self,
        came: Came,
        now: UnixSeconds,
        events: &mut Vec<TimedEvent>,
    ) -> Result<(), FollowError> {
        let path = &self.settings.path;
        let mut new = LogFile::open(path)?;
        let (Source::Open(old) | Source::Failed(old)) = &mut self.source else {
            return Ok(());
        };
        let reading = &mut self.reading;
        // What cannot be read of the old file any more is lost; the new one counts.
        let is_readable = match old.look_again() {
            Ok(Since::Same) => true,
            // It was emptied before it was renamed. Where files are not told apart it may as well
            // be the new one.
            Ok(Since::Replaced(behind)) => {
                reading.time.start_file(None);
                self.behind = behind.or(self.behind.take());
                cfg!(unix)
            }
            Err(_) => false,
        };
        if is_readable {
            let _: io::Result<()> = old.read(|line| reading.line(line, came, events));
        }
        // The whole of the old file must be read first: it tells a copy from a new log that begins
        // alike.
        let old_is_kept = old.identity() != new.identity() && archive::keeps(path, old.identity());
        let takes_over = new
            .takes_over(old, old_is_kept)
            .map_err(|cause| refused(path, cause))?;
        if !takes_over {
            if is_readable {
                old.finish(|line| reading.line(line, came, events));
            }
            self.behind = old.position().or(self.behind.take());
            if let Some(left) = &self.behind {
                let missed = read_missed(path, left, reading, now, events);
                self.behind = missed.or(self.behind.take());
            }
            reading.time.start_file(None);
        }
        self.source = Source::Open(new);
        Ok(())
    }

    fn read_on(&mut self, came: Came, events: &mut Vec<TimedEvent>) -> Result<(), FollowError> {
        let Source::Open(file) = &mut self.source else {
            return Ok(());
        };
        let reading = &mut self.reading;
        let read = file.read(|line| reading.line(line, came, events));
        self.tried(read)
    }

    /// Notes that the handle failed, so that the next poll opens the path again.
    fn tried<T>(&mut self, result: io::Result<T>) -> Result<T, FollowError> {
        result.map_err(|cause| {
            self.source = match mem::replace(&mut self.source, Source::Awaited(None)) {
                Source::Open(file) => Source::Failed(file),
                other => other,
            };
            refused(&self.settings.path, cause)
        })
    }
}
