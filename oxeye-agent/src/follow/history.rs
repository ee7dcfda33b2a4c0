//! Reads a log back when it is opened: from where we left it, or from the last boot.

use std::{io, path::Path};

use chrono::{NaiveDate, NaiveTime};
use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use super::{
    LogFileSettings,
    archive::{self, Archive},
    checkpoint::{Checkpoint, Position},
    days::{Days, plus_days},
    log_file::LogFile,
    log_time::{LogTime, LogTimeState},
    reading::{Came, Reading},
    survey::{self, BootSearch},
    zone::{Evidence, Zone},
};
use crate::{game_event::TimedEvent, log::LogReader, roster::Roster};

/// A boot is not looked for in older archives.
const MAX_DAYS_BACK: i64 = 7;

/// The log is read up to its end.
#[derive(Debug)]
pub(super) struct CaughtUp {
    pub(super) reading: Reading,
    pub(super) file: LogFile,
    /// Where the file before this one was left.
    pub(super) behind: Option<Position>,
    /// What happened since the checkpoint; without one, since the last boot.
    pub(super) events: Vec<TimedEvent>,
    /// Those of the checkpoint of whom the log has nothing to tell any more.
    pub(super) forgotten: Vec<PlayerName>,
    /// It went on exactly where the checkpoint was taken.
    pub(super) resumed: bool,
}

/// Reads what was written while we were away. If neither the log nor an archive beside it is the one
/// that the checkpoint knows, everything is read back to the last boot, and what lies before the
/// checkpoint's last event is taken as reported. What is of the same second is reported again: twice
/// does no harm.
pub(super) fn catch_up(
    settings: &LogFileSettings,
    mut file: LogFile,
    checkpoint: Option<&Checkpoint>,
    now: UnixSeconds,
) -> io::Result<CaughtUp> {
    let written = file.written(now)?;
    let archives = archive::beside(&settings.path);
    let history = History {
        settings,
        written,
        now,
    };
    if let Some((checkpoint, position)) =
        checkpoint.and_then(|checkpoint| Some((checkpoint, checkpoint.position.as_ref()?)))
    {
        // A new log that begins like the old one is told from it by what the system says of them.
        let is_same_file = position.identity.is_none() || position.identity == file.identity();
        if is_same_file && file.continues(position)? {
            return history.go_on_in_file(file, checkpoint, position);
        }
        if let Some(archives) = archive::since(&archives, position) {
            return history.go_on_in_archive(archives, file, checkpoint, position);
        }
        if !is_same_file && file.continues(position)? {
            return history.go_on_in_file(file, checkpoint, position);
        }
    }
    let archives = archives.first().map_or(&[][..], Vec::as_slice);
    let mut caught_up = history.read_back(archives, file, checkpoint)?;
    if let Some(reported) = checkpoint.and_then(Checkpoint::last_event) {
        caught_up.events.retain(|event| event.at >= reported);
    }
    caught_up.forgotten = checkpoint.map_or_else(Vec::new, |checkpoint| {
        unseen(&checkpoint.roster(), &caught_up.reading)
    });
    Ok(caught_up)
}

/// Where nothing leads on from the checkpoint and no boot was read, nobody knows whether those of
/// before are still on: they are not any more, unless they were seen again.
fn unseen(before: &Roster, reading: &Reading) -> Vec<PlayerName> {
    if reading.reader.knows_everyone() {
        return Vec::new();
    }
    let unseen = before
        .iter()
        .filter(|entry| reading.roster.get(&entry.player).is_none());
    unseen.map(|entry| entry.player.clone()).collect()
}

/// Reads what was written to files that came and went since `left`, a file that was read to its end.
pub(super) fn read_missed(
    path: &Path,
    left: &Position,
    reading: &mut Reading,
    now: UnixSeconds,
    events: &mut Vec<TimedEvent>,
) -> Option<Position> {
    let archives = archive::beside(path);
    let (_, newer) = archive::since(&archives, left)?.split_last()?;
    read_archives(newer, reading, now, events)
}

/// Reads archives, the last one first, and says where the newest ends.
fn read_archives(
    archives: &[Archive],
    reading: &mut Reading,
    now: UnixSeconds,
    events: &mut Vec<TimedEvent>,
) -> Option<Position> {
    let mut behind = None;
    for archive in archives.iter().rev() {
        let day = archive.day();
        let without_time = match day {
            Some(day) => {
                let midnight = day.and_time(NaiveTime::MIN);
                reading.time.zone().instants(midnight).0
            }
            None => archive.written(now),
        };
        let first_day = day.or_else(|| first_day_by_end(archive, reading, without_time));
        reading.time.start_file(first_day);
        let came = Came::Before { without_time, now };
        behind = archive
            .read(0, |line| reading.line(line, came, events))
            .or(behind);
    }
    behind
}

/// The day of an archive's first line, by when its last one was written.
fn first_day_by_end(
    archive: &Archive,
    reading: &Reading,
    written: UnixSeconds,
) -> Option<NaiveDate> {
    let mut days = Days::default();
    archive.read(0, |line| {
        survey::note_days(&mut days, &reading.reader, line);
    });
    days.first_day(reading.time.zone().local(written))
}

struct History<'a> {
    settings: &'a LogFileSettings,
    /// When the log was last written.
    written: UnixSeconds,
    now: UnixSeconds,
}

impl History<'_> {
    fn go_on_in_file(
        &self,
        mut file: LogFile,
        checkpoint: &Checkpoint,
        position: &Position,
    ) -> io::Result<CaughtUp> {
        let days = survey::days_behind(&mut file.file, position.offset, &self.settings.options)?;
        let mut reading = self.reading_of(checkpoint, &days);
        let zone = reading.time.zone();
        // The file's time tells of days on which nothing was written, unless it is that of a copy.
        let first_day = days.first_day(zone.local(self.written));
        let believable = self.evidence(&days).is_some_and(|line| zone.agrees(line));
        if let Some(day) = first_day.filter(|_| believable) {
            reading.time.not_before(day);
        }
        let mut events = Vec::new();
        file.go_to(position.offset)?;
        file.read(|line| reading.line(line, self.came(), &mut events))?;
        Ok(CaughtUp {
            reading,
            file,
            behind: None,
            events,
            forgotten: Vec::new(),
            resumed: true,
        })
    }

    /// `archives` ends with the one that was left at `position`.
    fn go_on_in_archive(
        &self,
        archives: &[Archive],
        mut file: LogFile,
        checkpoint: &Checkpoint,
        position: &Position,
    ) -> io::Result<CaughtUp> {
        let days = survey::days_behind(&mut file.file, 0, &self.settings.options)?;
        let mut reading = self.reading_of(checkpoint, &days);
        let mut events = Vec::new();
        let mut behind = Some(position.clone());
        if let Some((left, newer)) = archives.split_last() {
            let came = self.came();
            behind = left
                .read(position.offset, |line| {
                    reading.line(line, came, &mut events)
                })
                .or(behind);
            behind = read_archives(newer, &mut reading, self.now, &mut events).or(behind);
        }
        self.read_file(&mut file, 0, &days, &mut reading, &mut events)?;
        Ok(CaughtUp {
            reading,
            file,
            behind,
            events,
            forgotten: Vec::new(),
            resumed: true,
        })
    }

    fn read_back(
        &self,
        archives: &[Archive],
        mut file: LogFile,
        checkpoint: Option<&Checkpoint>,
    ) -> io::Result<CaughtUp> {
        let survey = survey::to_last_boot(&mut file.file, &self.settings.options)?;
        let time = checkpoint.map_or_else(LogTimeState::default, Checkpoint::time_in_any_file);
        let evidence = self.evidence(&survey.days);
        let mut reading = Reading {
            reader: LogReader::new(self.settings.options.clone()),
            time: LogTime::resume(self.settings.time_zone, evidence, &time),
            roster: Roster::default(),
            last_event: checkpoint.and_then(Checkpoint::last_event),
        };
        let mut events = Vec::new();
        let mut behind = None;
        if !survey.boots {
            let archives = self.since_boot(archives);
            behind = read_archives(archives, &mut reading, self.now, &mut events);
        }
        self.read_file(
            &mut file,
            survey.start,
            &survey.days,
            &mut reading,
            &mut events,
        )?;
        Ok(CaughtUp {
            reading,
            file,
            behind,
            events,
            forgotten: Vec::new(),
            resumed: false,
        })
    }

    /// The archives from the newest one with a boot in it; all that are not too old, if none has.
    fn since_boot<'a>(&self, archives: &'a [Archive]) -> &'a [Archive] {
        let today = Zone::UTC.local(self.now).date();
        let oldest = plus_days(today, -MAX_DAYS_BACK);
        let recent = archives.partition_point(|archive| {
            let written = || Zone::UTC.local(archive.written(self.now)).date();
            archive.day().unwrap_or_else(written) >= oldest
        });
        let boot = archives[..recent].iter().position(|archive| {
            let mut boot = BootSearch::new(&self.settings.options);
            archive.read(0, |line| boot.line(line));
            boot.found
        });
        &archives[..boot.map_or(recent, |boot| boot + 1)]
    }

    /// Reads the log from `start`, a line's, behind which these days pass.
    fn read_file(
        &self,
        file: &mut LogFile,
        start: u64,
        days: &Days,
        reading: &mut Reading,
        events: &mut Vec<TimedEvent>,
    ) -> io::Result<()> {
        let written = reading.time.zone().local(self.written);
        reading.time.start_file(days.first_day(written));
        file.go_to(start)?;
        file.read(|line| reading.line(line, self.came(), events))
    }

    fn reading_of(&self, checkpoint: &Checkpoint, days: &Days) -> Reading {
        checkpoint.reading(
            self.settings.options.clone(),
            self.settings.time_zone,
            self.evidence(days),
        )
    }

    /// The last line was written when the file was.
    fn evidence(&self, days: &Days) -> Option<Evidence> {
        let (date, time) = days.last()?;
        Some(Evidence {
            date,
            time,
            at: self.written,
        })
    }

    fn came(&self) -> Came {
        Came::Before {
            without_time: self.written,
            now: self.now,
        }
    }
}
