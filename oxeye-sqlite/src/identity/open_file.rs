//! An open file: the name under which it was opened, and its state after our last write.

use std::fs::{File, Metadata};
use std::io;
use std::path::PathBuf;

use super::FileLoss;

/// Bytes compared at the beginning of a file: enough for the header of the store and of the log.
pub(super) const HEAD: usize = 100;

/// Identifies a file whatever its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileId {
    device: u64,
    inode: u64,
}

/// An open file and the name under which it was opened.
#[derive(Debug)]
pub(super) struct OpenFile {
    pub(super) path: PathBuf,
    file: File,
    id: FileId,
}

/// Time of a file's last change, by the file system's clock: seconds and nanoseconds.
pub(super) type ChangedAt = (i64, i64);

/// The state of a file after the last commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Snapshot {
    length: u64,
    pub(super) changed_at: ChangedAt,
    head: [u8; HEAD],
}

impl OpenFile {
    pub(super) fn new(path: PathBuf, file: File) -> io::Result<Self> {
        let id = id_of(&file.metadata()?);
        Ok(Self { path, file, id })
    }

    /// Checks that the name still leads to the file.
    pub(super) fn check(&self) -> Result<(), FileLoss> {
        match std::fs::metadata(&self.path) {
            Ok(found) if id_of(&found) == self.id => Ok(()),
            Ok(_) => Err(FileLoss::Replaced),
            Err(_) => Err(FileLoss::Missing),
        }
    }

    /// Whether the name still leads to the file and nobody has changed the file since.
    pub(super) fn is_untouched(&self, since: &Snapshot) -> bool {
        std::fs::metadata(&self.path).is_ok_and(|found| {
            id_of(&found) == self.id
                && found.len() == since.length
                && changed_at(&found) == since.changed_at
        })
    }

    /// Takes a snapshot of the file.
    pub(super) fn snapshot(&self) -> io::Result<Snapshot> {
        let mut head = [0; HEAD];
        read_at_start(&self.file, &mut head)?;
        let found = self.file.metadata()?;
        Ok(Snapshot {
            length: found.len(),
            changed_at: changed_at(&found),
            head,
        })
    }

    /// Like [`OpenFile::snapshot`], but does not read the head of a file that cannot have changed: one
    /// with the same length and change time as `before`, where that time is earlier than `last_write`,
    /// our last write to a file on the same file system.
    pub(super) fn snapshot_since(
        &self,
        before: &Snapshot,
        last_write: ChangedAt,
    ) -> io::Result<Snapshot> {
        let found = self.file.metadata()?;
        let is_unchanged = found.len() == before.length && changed_at(&found) == before.changed_at;
        if is_unchanged && before.changed_at < last_write {
            return Ok(*before);
        }
        self.snapshot()
    }

    /// Checks that the file begins with the same bytes as before and has not become shorter.
    pub(super) fn compare(&self, before: &Snapshot) -> Result<(), FileLoss> {
        let now = self.snapshot().map_err(|_| FileLoss::Overwritten)?;
        if now.length < before.length {
            Err(FileLoss::Truncated)
        } else if now.head != before.head {
            Err(FileLoss::Overwritten)
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

/// On other systems only the length is compared.
#[cfg(not(unix))]
fn changed_at(_: &Metadata) -> ChangedAt {
    (0, 0)
}

/// On systems without inode numbers we notice only a missing name.
#[cfg(not(unix))]
fn id_of(_: &Metadata) -> FileId {
    FileId {
        device: 0,
        inode: 0,
    }
}

/// Reads the first bytes of the file. Bytes beyond its end stay zero.
#[cfg(unix)]
fn read_at_start(file: &File, head: &mut [u8; HEAD]) -> io::Result<()> {
    use std::os::unix::fs::FileExt;
    file.read_at(head, 0).map(|_| ())
}

#[cfg(not(unix))]
fn read_at_start(_: &File, _: &mut [u8; HEAD]) -> io::Result<()> {
    Ok(())
}
