//! Reads what a log already contains when it is opened: from the checkpoint, or from the last boot.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use chrono::{NaiveDate, NaiveTime};
use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use super::LogFileSettings;
use super::archive::{self, Archive};
use super::checkpoint::{Checkpoint, Position};
use super::days::{Days, plus_days};
use super::log_file::LogFile;
use super::log_time::{LogTime, LogTimeState};
use super::reading::{LineAge, Reading};
use super::survey::{self, BootSearch};
use super::zone::{Evidence, Zone};
use crate::game_event::TimedEvent;
use crate::log::LogReader;
use crate::roster::Roster;

/// How many days back archives are searched for a boot.
const MAX_DAYS_BACK: i64 = 7;

/// A log that was read to its end.
#[derive(Debug)]
pub(super) struct CaughtUp {
    pub(super) reading: Reading,
    pub(super) file: LogFile,
    /// The position at which the previous file was left.
    pub(super) previous: Option<Position>,
    /// The events since the checkpoint or, without one, since the last boot.
    pub(super) events: Vec<TimedEvent>,
    /// Players of the checkpoint about whom the log no longer says anything.
    pub(super) forgotten: Vec<PlayerName>,
    /// Whether reading continued exactly at the checkpoint.
    pub(super) resumed: bool,
}

/// Reads what was written while the agent was not running. If neither the log nor an archive beside it is the
/// file of the checkpoint, everything since the last boot is read, and events before the checkpoint's
/// last one count as reported. Events in the same second as that one are reported again, which does no
/// harm.
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
        // The identity distinguishes a new log from an old one that begins with the same bytes.
        let is_same_file = position.identity.is_none() || position.identity == file.identity();
        if is_same_file && file.continues(position)? {
            return history.continue_in_file(file, checkpoint, position);
        }
        if let Some(archives) = archive::since(&archives, position) {
            return history.continue_in_archive(archives, file, checkpoint, position);
        }
        if !is_same_file && file.continues(position)? {
            return history.continue_in_file(file, checkpoint, position);
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

/// Returns the players of the checkpoint who were not seen again, if no boot was read. It is unknown
/// whether they are still online, so they no longer count.
fn unseen(before: &Roster, reading: &Reading) -> Vec<PlayerName> {
    if reading.reader.knows_everyone() {
        return Vec::new();
    }
    let unseen = before
        .iter()
        .filter(|entry| reading.roster.get(&entry.player).is_none());
    unseen.map(|entry| entry.player.clone()).collect()
}

/// Reads the files that came and went after the one that was read to its end at `left`.
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

/// Reads archives, oldest first, and returns where the newest one ends.
fn read_archives(
    archives: &[Archive],
    reading: &mut Reading,
    now: UnixSeconds,
    events: &mut Vec<TimedEvent>,
) -> Option<Position> {
    let mut end = None;
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
        let age = LineAge::Old { without_time, now };
        end = archive
            .read(0, |line| reading.line(line, age, events))
            .or(end);
    }
    end
}

/// Returns the day of an archive's first line, counted back from the time its last one was written.
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
    /// Continues at the checkpoint, in the log itself.
    fn continue_in_file(
        &self,
        mut file: LogFile,
        checkpoint: &Checkpoint,
        position: &Position,
    ) -> io::Result<CaughtUp> {
        let days = survey::days_after(&mut file.file, position.offset, &self.settings.options)?;
        let mut reading = self.reading_of(checkpoint, &days);
        let zone = reading.time.zone();
        // The file's modification time reveals days on which nothing was written, unless it is that of
        // a copy.
        let first_day = days.first_day(zone.local(self.written));
        let believable = self.evidence(&days).is_some_and(|line| zone.agrees(line));
        if let Some(day) = first_day.filter(|_| believable) {
            reading.time.not_before(day);
        }
        let mut events = Vec::new();
        file.seek_to(position.offset)?;
        file.read(|line| reading.line(line, self.line_age(), &mut events))?;
        Ok(CaughtUp {
            reading,
            file,
            previous: None,
            events,
            forgotten: Vec::new(),
            resumed: true,
        })
    }

    /// Continues at the checkpoint in the last of the archives, which was left at `position`.
    fn continue_in_archive(
        &self,
        archives: &[Archive],
        mut file: LogFile,
        checkpoint: &Checkpoint,
        position: &Position,
    ) -> io::Result<CaughtUp> {
        let days = survey::days_after(&mut file.file, 0, &self.settings.options)?;
        let mut reading = self.reading_of(checkpoint, &days);
        let mut events = Vec::new();
        let mut previous = Some(position.clone());
        if let Some((left, newer)) = archives.split_last() {
            let age = self.line_age();
            previous = left
                .read(position.offset, |line| reading.line(line, age, &mut events))
                .or(previous);
            previous = read_archives(newer, &mut reading, self.now, &mut events).or(previous);
        }
        self.read_file(&mut file, 0, &days, &mut reading, &mut events)?;
        Ok(CaughtUp {
            reading,
            file,
            previous,
            events,
            forgotten: Vec::new(),
            resumed: true,
        })
    }

    /// Reads the log from the last boot.
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
            run: None,
            visited: BTreeSet::new(),
            last_event: checkpoint.and_then(Checkpoint::last_event),
        };
        let mut events = Vec::new();
        let mut previous = None;
        if !survey.has_boot {
            let archives = self.since_boot(archives);
            previous = read_archives(archives, &mut reading, self.now, &mut events);
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
            previous,
            events,
            forgotten: Vec::new(),
            resumed: false,
        })
    }

    /// Returns the archives back to the newest one with a boot in it. If none has a boot, all that are
    /// not too old.
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

    /// Reads the log from the line at `start`, after which `days` pass.
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
        file.seek_to(start)?;
        // The first lines are the server's own. Those in the middle may be anybody's.
        reading.look_ahead(file.head(), false);
        file.read(|line| reading.line(line, self.line_age(), events))
    }

    fn reading_of(&self, checkpoint: &Checkpoint, days: &Days) -> Reading {
        checkpoint.reading(
            self.settings.options.clone(),
            self.settings.time_zone,
            self.evidence(days),
        )
    }

    /// Returns the last line as evidence of the zone: it was written when the file was last modified.
    fn evidence(&self, days: &Days) -> Option<Evidence> {
        let (date, time) = days.last()?;
        Some(Evidence {
            date,
            time,
            at: self.written,
        })
    }

    fn line_age(&self) -> LineAge {
        LineAge::Old {
            without_time: self.written,
            now: self.now,
        }
    }
}
