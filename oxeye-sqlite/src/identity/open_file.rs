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
    pub(super) length: u64,
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
        self.read_at(&mut head, 0)?;
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

    /// Returns the length of the file, in bytes.
    pub(super) fn length(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    /// Reads bytes at this offset. Bytes beyond the end of the file stay as they are.
    pub(super) fn read_at(&self, found: &mut [u8], offset: u64) -> io::Result<()> {
        read_at(&self.file, found, offset)
    }
}

/// What the header of a store says. <https://www.sqlite.org/fileformat2.html#the_database_header>
impl Snapshot {
    /// Returns what stays the same as long as the store exists, such as the size of its pages.
    pub(super) fn format(&self) -> [u8; 24] {
        bytes(&self.head, 0)
    }

    /// Returns the number of pages.
    pub(super) fn pages(&self) -> u32 {
        u32::from_be_bytes(bytes(&self.head, 28))
    }

    /// Whether a store has this header that was written before `other`. SQLite counts its changes of the
    /// first page, and a count that wraps around is still newer.
    pub(super) fn is_older_than(&self, other: &Self) -> bool {
        let changes = |of: &Self| u32::from_be_bytes(bytes(&of.head, 24));
        changes(self).wrapping_sub(changes(other)) > u32::MAX / 2
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

/// Returns the bytes of a number at this offset.
pub(super) fn bytes<const N: usize>(from: &[u8], at: usize) -> [u8; N] {
    std::array::from_fn(|place| from[at + place])
}

/// Reads bytes at this offset. Bytes beyond the end of the file stay as they are.
#[cfg(unix)]
pub(super) fn read_at(file: &File, found: &mut [u8], offset: u64) -> io::Result<()> {
    use std::os::unix::fs::FileExt;
    file.read_at(found, offset).map(|_| ())
}

#[cfg(not(unix))]
pub(super) fn read_at(_: &File, _: &mut [u8], _: u64) -> io::Result<()> {
    Ok(())
}
