//! Surveys a log before it is read: finds its last boot and counts the days in it.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

use super::days::Days;
use super::fingerprint::head_of;
use super::log_file::{CHUNK_BYTES, without_hole};
use crate::game_event::GameEvent;
use crate::log::lines::Lines;
use crate::log::{LogOptions, LogReader};

/// Bytes searched at a time, from the end of the file backwards. A log that was never rotated is
/// searched no further than to its last boot.
const PIECE_BYTES: u64 = 4 * 1024 * 1024;

/// The result of surveying a file.
#[derive(Debug)]
pub(super) struct Survey {
    /// The offset to read from: the start of a line not far before the last boot, or 0.
    pub(super) start: u64,
    /// Whether there is a boot after `start`.
    pub(super) has_boot: bool,
    /// The days that pass after `start`.
    pub(super) days: Days,
}

/// Finds out whether lines contain a boot.
pub(super) struct BootSearch {
    reader: LogReader,
    pub(super) found: bool,
}

impl BootSearch {
    pub(super) fn new(options: &LogOptions) -> Self {
        Self {
            reader: LogReader::new(options.clone()),
            found: false,
        }
    }

    pub(super) fn line(&mut self, line: &[u8]) {
        let event = self.reader.read_line(line);
        self.found |= event.is_some_and(|event| event.what == GameEvent::Boot);
    }
}

/// Searches for the last boot, backwards from the end.
pub(super) fn to_last_boot(file: &mut File, options: &LogOptions) -> io::Result<Survey> {
    let mut end = file.metadata()?.len();
    file.rewind()?;
    let head = head_of(file);
    let mut days = Days::default();
    loop {
        let mut boot = BootSearch::new(options);
        boot.reader.look_ahead(&head, false);
        let mut piece = Days::default();
        let start = piece_start(file, end)?;
        lines_between(file, start, end, |line| {
            boot.line(line);
            note_days(&mut piece, &boot.reader, line);
        })?;
        days = days.after(piece);
        if boot.found || start == 0 {
            return Ok(Survey {
                start,
                has_boot: boot.found,
                days,
            });
        }
        end = start;
    }
}

/// Counts the days in the lines after `start`.
pub(super) fn days_after(file: &mut File, start: u64, options: &LogOptions) -> io::Result<Days> {
    let reader = LogReader::new(options.clone());
    let end = file.metadata()?.len();
    let mut days = Days::default();
    lines_between(file, start, end, |line| {
        note_days(&mut days, &reader, line);
    })?;
    Ok(days)
}

/// Takes in the time printed in a line.
pub(super) fn note_days(days: &mut Days, reader: &LogReader, line: &[u8]) {
    if let Some(printed) = reader.time_of(line) {
        days.line(&printed);
    }
}

/// Returns the start of the first line that begins at most a piece before `end`, or 0 if there is none.
fn piece_start(file: &mut File, end: u64) -> io::Result<u64> {
    let mut piece = PIECE_BYTES;
    while let Some(before) = end.checked_sub(piece).and_then(|at| at.checked_sub(1)) {
        if let Some(start) = line_start(file, before, end)? {
            return Ok(start);
        }
        // A line is longer than the piece.
        piece *= 2;
    }
    Ok(0)
}

/// Returns the start of the first line after the byte at `before`, if it is before `end`.
fn line_start(file: &mut File, before: u64, end: u64) -> io::Result<Option<u64>> {
    let mut position = before;
    let mut start = None;
    chunks_between(file, before, end, |bytes| {
        start = memchr::memchr(b'\n', bytes).map(|index| position + index as u64 + 1);
        position += bytes.len() as u64;
        match start {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    })?;
    Ok(start.filter(|start| *start < end))
}

/// Passes each line that ends before `end` to `each`.
fn lines_between(
    file: &mut File,
    start: u64,
    end: u64,
    mut each: impl FnMut(&[u8]),
) -> io::Result<()> {
    let mut lines = Lines::new();
    chunks_between(file, start, end, |bytes| {
        lines.feed(without_hole(bytes, &lines), &mut each);
        ControlFlow::Continue(())
    })
}

fn chunks_between(
    file: &mut File,
    start: u64,
    end: u64,
    mut each: impl FnMut(&[u8]) -> ControlFlow<()>,
) -> io::Result<()> {
    file.seek(SeekFrom::Start(start))?;
    let mut piece = file.take(end.saturating_sub(start));
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        match piece.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(count) => {
                if each(&chunk[..count]).is_break() {
                    return Ok(());
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
