//! One open log file, and how far it was read.

use std::{
    fs::{self, File, Metadata},
    io::{self, ErrorKind, Read, Seek, SeekFrom},
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use oxeye_plugin_proto::UnixSeconds;

use super::{
    FollowError,
    checkpoint::Position,
    fingerprint::{Fingerprint, HEAD_BYTES, Identity, Tail, head_of},
};
use crate::log::lines::Lines;

/// Bytes read per call.
pub(super) const CHUNK_BYTES: usize = 64 * 1024;

/// An open file and its unfinished last line. The handle stays valid when the file is renamed or
/// deleted.
#[derive(Debug)]
pub(super) struct LogFile {
    pub(super) file: File,
    identity: Option<Identity>,
    /// What the file begins with, as far as it was read.
    head: Vec<u8>,
    lines: Lines,
    tail: Tail,
    read_to: u64,
    /// The file when it was last looked at.
    look: Look,
}

/// The length of a file and when it was written: if neither changes, nothing in it does.
type Look = (u64, Option<SystemTime>);

/// What became of the file since the last look.
#[derive(Debug)]
pub(super) enum Since {
    /// Nothing, or more of it came.
    Same,
    /// It is empty or another one now and is read from its start. The one before was read to here.
    Replaced(Option<Position>),
}

/// Looks at a path without opening it.
pub(super) fn look(path: &Path) -> Result<Metadata, FollowError> {
    let metadata = fs::metadata(path).map_err(|cause| refused(path, cause))?;
    if metadata.is_dir() {
        return Err(FollowError::Directory { path: path.into() });
    }
    if !metadata.is_file() {
        return Err(FollowError::NotAFile { path: path.into() });
    }
    Ok(metadata)
}

/// The sentence for what the system refused.
pub(super) fn refused(path: &Path, cause: io::Error) -> FollowError {
    let path = path.into();
    match cause.kind() {
        // A folder on the way that is a file is a wrong path, too.
        ErrorKind::NotFound | ErrorKind::NotADirectory => FollowError::Missing { path },
        _ => FollowError::Unreadable { path, cause },
    }
}

impl LogFile {
    /// Opens the file without reading it.
    pub(super) fn open(path: &Path) -> Result<Self, FollowError> {
        // Looked at first, because opening a pipe can block for ever.
        look(path)?;
        let file = File::open(path).map_err(|cause| refused(path, cause))?;
        let metadata = file.metadata().map_err(|cause| refused(path, cause))?;
        Ok(Self {
            file,
            identity: Identity::of(&metadata),
            head: Vec::new(),
            lines: Lines::new(),
            tail: Tail::default(),
            read_to: 0,
            look: look_of(&metadata),
        })
    }

    /// Whether a path with this metadata leads to this file. Where nothing tells files apart, a path
    /// whose metadata changed is opened again, and the first bytes of the file decide.
    pub(super) fn is(&self, metadata: &Metadata) -> bool {
        match self.identity {
            Some(_) => self.identity == Identity::of(metadata),
            None => self.look == look_of(metadata),
        }
    }

    /// By what the system knows the file, if it does.
    pub(super) fn identity(&self) -> Option<Identity> {
        self.identity
    }

    /// When the file was last written, but no later than `now`.
    pub(super) fn written(&self, now: UnixSeconds) -> io::Result<UnixSeconds> {
        let since_epoch = self.file.metadata()?.modified()?.duration_since(UNIX_EPOCH);
        let seconds = since_epoch.map_or(0, |since| since.as_secs());
        Ok(UnixSeconds(i64::try_from(seconds).unwrap_or(i64::MAX)).min(now))
    }

    /// Behind the last complete line.
    pub(super) fn offset(&self) -> u64 {
        self.read_to - self.lines.unfinished_bytes()
    }

    /// Where reading is to go on later; none as long as there is no complete line to know the file
    /// by.
    pub(super) fn position(&self) -> Option<Position> {
        let offset = self.offset();
        let known = usize::try_from(offset).unwrap_or(HEAD_BYTES);
        (offset > 0).then(|| Position {
            fingerprint: Fingerprint::of(&self.head[..known.min(self.head.len())]),
            before: Some(self.tail.fingerprint()),
            offset,
            identity: self.identity,
        })
    }

    /// This is the file that was read up to `position`, or a longer version of it.
    pub(super) fn continues(&mut self, position: &Position) -> io::Result<bool> {
        if self.file.metadata()?.len() < position.offset {
            return Ok(false);
        }
        self.file.rewind()?;
        if !position.fingerprint.fits(&head_of(&mut self.file)) {
            return Ok(false);
        }
        let Some((start, bytes, before)) = position.before() else {
            return Ok(true);
        };
        self.file.seek(SeekFrom::Start(start))?;
        let mut read = Vec::new();
        (&mut self.file).take(bytes).read_to_end(&mut read)?;
        Ok(before.fits(&read))
    }

    /// Reading goes on at `offset`, where a line starts.
    pub(super) fn go_to(&mut self, offset: u64) -> io::Result<()> {
        self.file.rewind()?;
        self.head = head_of(&mut self.file);
        let known = usize::try_from(offset).unwrap_or(HEAD_BYTES);
        self.head.truncate(known);
        let start = offset.saturating_sub(HEAD_BYTES as u64);
        let mut before = Vec::new();
        self.file.seek(SeekFrom::Start(start))?;
        (&mut self.file)
            .take(offset - start)
            .read_to_end(&mut before)?;
        self.tail = Tail::after(before);
        self.file.seek(SeekFrom::Start(offset))?;
        self.lines = Lines::new();
        self.read_to = offset;
        Ok(())
    }

    /// Checks whether the file was truncated or rewritten in place.
    pub(super) fn look_again(&mut self) -> io::Result<Since> {
        let metadata = self.file.metadata()?;
        if self.look == look_of(&metadata) {
            return Ok(Since::Same);
        }
        self.file.rewind()?;
        let head = head_of(&mut self.file);
        let since = if metadata.len() < self.offset() || !head.starts_with(&self.head) {
            let read_before = self.position();
            self.go_to(0)?;
            Since::Replaced(read_before)
        } else if metadata.len() < self.read_to {
            // Only an unfinished line is gone.
            self.go_to(self.offset())?;
            Since::Same
        } else {
            self.file.seek(SeekFrom::Start(self.read_to))?;
            Since::Same
        };
        self.look = look_of(&metadata);
        Ok(since)
    }

    /// This file, opened anew at the path, is a copy of `old` that went on: it is read on where
    /// `old` was left. It is none if `old` is still there under another name.
    pub(super) fn takes_over(&mut self, old: &Self, old_is_kept: bool) -> io::Result<bool> {
        let continues = match old.position() {
            Some(_) if old_is_kept => false,
            Some(position) => self.continues(&position)?,
            // Nothing was read yet. Where files are not told apart it may well be the same one.
            None => cfg!(not(unix)),
        };
        self.go_to(if continues { old.offset() } else { 0 })?;
        Ok(continues)
    }

    /// Reads what there is now and hands each complete line to `each`.
    pub(super) fn read(&mut self, mut each: impl FnMut(&[u8])) -> io::Result<()> {
        // Not further than the file goes now: a server that writes faster than we read must not
        // keep us here.
        let end = self.file.metadata()?.len();
        if self.read_to >= end {
            return Ok(());
        }
        let mut chunk = vec![0; CHUNK_BYTES];
        while self.read_to < end {
            let bytes = match self.file.read(&mut chunk) {
                Ok(0) => break,
                Ok(count) => &chunk[..count],
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let room = HEAD_BYTES - self.head.len();
            if self.read_to < HEAD_BYTES as u64 {
                self.head.extend_from_slice(&bytes[..bytes.len().min(room)]);
            }
            self.read_to += bytes.len() as u64;
            self.lines.feed(without_hole(bytes, &self.lines), &mut each);
            self.tail.read(bytes, self.lines.unfinished_bytes());
        }
        Ok(())
    }

    /// Ends the file: its last line counts as it is.
    pub(super) fn finish(&mut self, each: impl FnMut(&[u8])) {
        self.lines.finish(each);
        self.tail.read(b"", 0);
    }
}

fn look_of(metadata: &Metadata) -> Look {
    (metadata.len(), metadata.modified().ok())
}

/// A server that writes on at its old place after its log was emptied leaves a hole of any length,
/// which reads as NULs. They are no part of the line behind them.
pub(super) fn without_hole<'a>(bytes: &'a [u8], lines: &Lines) -> &'a [u8] {
    if lines.unfinished_bytes() > 0 {
        return bytes;
    }
    let hole = bytes.iter().take_while(|byte| **byte == 0).count();
    &bytes[hole..]
}
