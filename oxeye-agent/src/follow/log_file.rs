//! One open log file, and how far it was read.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use oxeye_plugin_proto::UnixSeconds;

use super::FollowError;
use super::checkpoint::Position;
use super::fingerprint::{Fingerprint, HEAD_BYTES, Identity, Tail, head_of};
use crate::log::lines::Lines;

/// Bytes read per call.
pub(super) const CHUNK_BYTES: usize = 64 * 1024;

/// An open file, and how far it was read. The handle stays valid when the file is renamed or deleted.
#[derive(Debug)]
pub(super) struct LogFile {
    pub(super) file: File,
    identity: Option<Identity>,
    /// The first bytes of the file, as far as they were read.
    head: Vec<u8>,
    lines: Lines,
    tail: Tail,
    read_to: u64,
    /// The file when it was last checked.
    snapshot: Snapshot,
}

/// The length and the modification time of a file. If neither changes, neither does the content.
type Snapshot = (u64, Option<SystemTime>);

/// What has happened to the file since the last check.
#[derive(Debug)]
pub(super) enum Change {
    /// Nothing, or it has grown.
    Same,
    /// It was emptied or overwritten and is read from its start. The old content was read to this
    /// position.
    Replaced(Option<Position>),
}

/// Returns the metadata of a regular file without opening it.
pub(super) fn metadata_of(path: &Path) -> Result<Metadata, FollowError> {
    let metadata = fs::metadata(path).map_err(|cause| follow_error(path, cause))?;
    if metadata.is_dir() {
        return Err(FollowError::Directory { path: path.into() });
    }
    if !metadata.is_file() {
        return Err(FollowError::NotAFile { path: path.into() });
    }
    Ok(metadata)
}

/// Turns an error from the system into ours.
pub(super) fn follow_error(path: &Path, cause: io::Error) -> FollowError {
    let path = path.into();
    match cause.kind() {
        // `NotADirectory` means that a folder in the path is a file, so the path is wrong too.
        ErrorKind::NotFound | ErrorKind::NotADirectory => FollowError::Missing { path },
        _ => FollowError::Unreadable { path, cause },
    }
}

impl LogFile {
    /// Opens the file without reading it.
    pub(super) fn open(path: &Path) -> Result<Self, FollowError> {
        // This is checked first because opening a pipe can block forever.
        metadata_of(path)?;
        let file = File::open(path).map_err(|cause| follow_error(path, cause))?;
        let metadata = file.metadata().map_err(|cause| follow_error(path, cause))?;
        Ok(Self {
            file,
            identity: Identity::of(&metadata),
            head: Vec::new(),
            lines: Lines::new(),
            tail: Tail::default(),
            read_to: 0,
            snapshot: snapshot_of(&metadata),
        })
    }

    /// Whether a path with this metadata leads to this file. On systems that cannot distinguish files,
    /// a path whose metadata has changed is opened again, and the first bytes of the file decide.
    pub(super) fn is(&self, metadata: &Metadata) -> bool {
        match self.identity {
            Some(_) => self.identity == Identity::of(metadata),
            None => self.snapshot == snapshot_of(metadata),
        }
    }

    /// Returns the first bytes of the file, as far as they were read.
    pub(super) fn head(&self) -> &[u8] {
        &self.head
    }

    /// Returns the identity of the file, if the system has one.
    pub(super) fn identity(&self) -> Option<Identity> {
        self.identity
    }

    /// Returns when the file was last written, but no later than `now`.
    pub(super) fn written(&self, now: UnixSeconds) -> io::Result<UnixSeconds> {
        let since_epoch = self.file.metadata()?.modified()?.duration_since(UNIX_EPOCH);
        let seconds = since_epoch.map_or(0, |since| since.as_secs());
        Ok(UnixSeconds(i64::try_from(seconds).unwrap_or(i64::MAX)).min(now))
    }

    /// Returns the end of the last complete line.
    pub(super) fn offset(&self) -> u64 {
        self.read_to - self.lines.unfinished_bytes()
    }

    /// Returns the position from which reading can continue later, or `None` while there is no complete
    /// line by which the file could be recognised.
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

    /// Whether this is the file that was read up to `position`, or a longer version of it.
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

    /// Continues reading at `offset`, where a line starts.
    pub(super) fn seek_to(&mut self, offset: u64) -> io::Result<()> {
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
    pub(super) fn detect_change(&mut self) -> io::Result<Change> {
        let metadata = self.file.metadata()?;
        if self.snapshot == snapshot_of(&metadata) {
            return Ok(Change::Same);
        }
        self.file.rewind()?;
        let head = head_of(&mut self.file);
        let change = if metadata.len() < self.offset() || !head.starts_with(&self.head) {
            let read_before = self.position();
            self.seek_to(0)?;
            Change::Replaced(read_before)
        } else if metadata.len() < self.read_to {
            // Only the unfinished line is gone.
            self.seek_to(self.offset())?;
            Change::Same
        } else {
            self.file.seek(SeekFrom::Start(self.read_to))?;
            Change::Same
        };
        self.snapshot = snapshot_of(&metadata);
        Ok(change)
    }

    /// Continues where `old` was left if this file is a copy of it that has grown, and returns whether
    /// it is. It is not if `old` still exists under another name.
    pub(super) fn take_over(&mut self, old: &Self, old_is_kept: bool) -> io::Result<bool> {
        let continues = match old.position() {
            Some(_) if old_is_kept => false,
            Some(position) => self.continues(&position)?,
            // Nothing was read yet. On systems that cannot distinguish files it may well be the same
            // one.
            None => cfg!(not(unix)),
        };
        self.seek_to(if continues { old.offset() } else { 0 })?;
        Ok(continues)
    }

    /// Reads what the file holds now and passes each complete line to `each`.
    pub(super) fn read(&mut self, mut each: impl FnMut(&[u8])) -> io::Result<()> {
        // Reading stops at the present end of the file, because a server that writes faster than we
        // read must not keep us here.
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

    /// Ends the file: an unfinished last line counts as complete.
    pub(super) fn finish(&mut self, each: impl FnMut(&[u8])) {
        self.lines.finish(each);
        self.tail.read(b"", 0);
    }
}

fn snapshot_of(metadata: &Metadata) -> Snapshot {
    (metadata.len(), metadata.modified().ok())
}

/// Returns the bytes without a hole at their start. A server that goes on writing at its old offset
/// after its log was emptied leaves a hole, which reads as NULs. They are not part of the line that
/// follows.
pub(super) fn without_hole<'a>(bytes: &'a [u8], lines: &Lines) -> &'a [u8] {
    if lines.unfinished_bytes() > 0 {
        return bytes;
    }
    let hole = bytes.iter().take_while(|byte| **byte == 0).count();
    &bytes[hole..]
}
