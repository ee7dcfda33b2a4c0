//! One file: under which name it was opened, and how it was when we last wrote to it.

use std::fs::{File, Metadata};
use std::io;
use std::path::PathBuf;

use super::HowLost;

/// Bytes at the beginning of a file that are compared. The headers of both files fit in.
pub(super) const HEAD: usize = 100;

/// Which file it is, whatever its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileId {
    device: u64,
    inode: u64,
}

/// An open file and the name under which it was opened.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) path: PathBuf,
    file: File,
    id: FileId,
}

/// When a file was last changed, in ticks of the file system's clock: seconds and nanoseconds.
pub(super) type ChangedAt = (i64, i64);

/// How a file was after the last commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written {
    length: u64,
    pub(super) changed_at: ChangedAt,
    head: [u8; HEAD],
}

impl Named {
    pub(super) fn of(path: PathBuf, file: File) -> io::Result<Self> {
        let id = id_of(&file.metadata()?);
        Ok(Self { path, file, id })
    }

    /// Whether the name still leads to the file.
    pub(super) fn check(&self) -> Result<(), HowLost> {
        match std::fs::metadata(&self.path) {
            Ok(found) if id_of(&found) == self.id => Ok(()),
            Ok(_) => Err(HowLost::Replaced),
            Err(_) => Err(HowLost::Missing),
        }
    }

    /// Whether the name still leads to the file, and nobody has changed it since.
    pub(super) fn is_untouched(&self, since: &Written) -> bool {
        std::fs::metadata(&self.path).is_ok_and(|found| {
            id_of(&found) == self.id
                && found.len() == since.length
                && changed_at(&found) == since.changed_at
        })
    }

    /// How the file is now.
    pub(super) fn written(&self) -> io::Result<Written> {
        let mut head = [0; HEAD];
        read_at_start(&self.file, &mut head)?;
        let found = self.file.metadata()?;
        Ok(Written {
            length: found.len(),
            changed_at: changed_at(&found),
            head,
        })
    }

    /// As [`Named::written`], without reading the head of a file that cannot have changed: its length
    /// and time are as they were `before`, and that time is of an earlier tick than `last_write`, our
    /// last write to a file of the same file system.
    pub(super) fn written_since(
        &self,
        before: &Written,
        last_write: ChangedAt,
    ) -> io::Result<Written> {
        let found = self.file.metadata()?;
        let is_unchanged = found.len() == before.length && changed_at(&found) == before.changed_at;
        if is_unchanged && before.changed_at < last_write {
            return Ok(*before);
        }
        self.written()
    }

    /// Whether the file begins as it did and is as long as it was.
    pub(super) fn compare(&self, before: &Written) -> Result<(), HowLost> {
        let now = self.written().map_err(|_| HowLost::Overwritten)?;
        if now.length < before.length {
            Err(HowLost::Truncated)
        } else if now.head != before.head {
            Err(HowLost::Overwritten)
        } else {
            Ok(())
        }
    }
}

#[cfg(unix)]
fn id_of(found: &Metadata) -> FileId {
    use std::os::unix::fs::MetadataExt;
    FileId {
        device: found.dev(),
        inode: found.ino(),
    }
}

#[cfg(unix)]
fn changed_at(found: &Metadata) -> ChangedAt {
    use std::os::unix::fs::MetadataExt;
    (found.ctime(), found.ctime_nsec())
}

/// Elsewhere only the length is compared.
#[cfg(not(unix))]
fn changed_at(_: &Metadata) -> ChangedAt {
    (0, 0)
}

/// Where files have no number, only a missing name is noticed.
#[cfg(not(unix))]
fn id_of(_: &Metadata) -> FileId {
    FileId {
        device: 0,
        inode: 0,
    }
}

/// Bytes beyond the end of the file stay zero.
#[cfg(unix)]
fn read_at_start(file: &File, head: &mut [u8; HEAD]) -> io::Result<()> {
    use std::os::unix::fs::FileExt;
    file.read_at(head, 0).map(|_| ())
}

#[cfg(not(unix))]
fn read_at_start(_: &File, _: &mut [u8; HEAD]) -> io::Result<()> {
    Ok(())
}
