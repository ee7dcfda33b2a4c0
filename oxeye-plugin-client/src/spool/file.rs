//! The file of a spool. It is locked while it is open. It is longer than [`SpoolFile::len`] only by the
//! remains of a failed write.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use oxeye_process::private_file;

use super::SpoolError;

#[derive(Debug)]
pub(super) struct SpoolFile {
    path: PathBuf,
    file: File,
    len: u64,
    unsynced: bool,
}

impl SpoolFile {
    /// Opens a file and reads it. Returns `None` if it is missing or empty.
    pub(super) fn open(path: &Path) -> Result<Option<(Self, Vec<u8>)>, SpoolError> {
        let mut file = match options().open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(disk(path, error)),
        };
        lock(path, &file)?;
        let mut bytes = Vec::new();
        private_file::make_private(&file)
            .and_then(|()| file.read_to_end(&mut bytes))
            .map_err(|error| disk(path, error))?;
        let opened = Self {
            path: path.to_owned(),
            file,
            len: bytes.len() as u64,
            // An earlier process may not have synced its writes.
            unsynced: true,
        };
        Ok((!bytes.is_empty()).then_some((opened, bytes)))
    }

    /// Creates a file with this first line, which replaces any existing file.
    pub(super) fn create(path: &Path, header: &str) -> Result<Self, SpoolError> {
        let (file, len) = replace(path, header, None)?;
        Ok(Self {
            path: path.to_owned(),
            file,
            len,
            unsynced: false,
        })
    }

    /// Returns the number of valid bytes.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Truncates the file to this length.
    pub(super) fn cut_after(&mut self, len: usize) -> Result<(), SpoolError> {
        let len = len as u64;
        if len < self.len {
            self.file
                .set_len(len)
                .map_err(|error| disk(&self.path, error))?;
            self.len = len;
        }
        Ok(())
    }

    pub(super) fn append(&mut self, line: &str) -> Result<(), SpoolError> {
        self.write_at(self.len, line)?;
        self.len += line.len() as u64;
        Ok(())
    }

    /// Overwrites the last line with one of the same length.
    pub(super) fn overwrite_last(&mut self, line: &str) -> Result<(), SpoolError> {
        self.write_at(self.len - line.len() as u64, line)
    }

    /// Writes a line. The remains of a failed write have no line break, so they are a torn line until
    /// the next write overwrites them.
    fn write_at(&mut self, place: u64, line: &str) -> Result<(), SpoolError> {
        self.unsynced = true;
        self.file
            .seek(SeekFrom::Start(place))
            .and_then(|_| self.file.write_all(line.as_bytes()))
            .map_err(|error| {
                let _ = self.file.set_len(self.len);
                disk(&self.path, error)
            })
    }

    pub(super) fn sync(&mut self) -> Result<(), SpoolError> {
        if self.unsynced {
            self.file
                .sync_data()
                .map_err(|error| disk(&self.path, error))?;
            self.unsynced = false;
        }
        Ok(())
    }

    /// Replaces the file with one that has this first line and the last `kept` bytes. After a crash
    /// there is either the old file or the new one.
    pub(super) fn rewrite(&mut self, header: &str, kept: u64) -> Result<(), SpoolError> {
        self.file
            .seek(SeekFrom::Start(self.len - kept))
            .map_err(|error| disk(&self.path, error))?;
        let kept = (&self.file).take(kept);
        (self.file, self.len) = replace(&self.path, header, Some(kept))?;
        self.unsynced = false;
        Ok(())
    }

    /// Lets a test simulate a failing disk.
    #[cfg(all(test, target_os = "linux"))]
    pub(super) fn swap(&mut self, file: File) -> File {
        std::mem::replace(&mut self.file, file)
    }

    /// Renames the file, replacing any earlier file of that name, and returns the new path.
    pub(super) fn move_aside(self) -> Result<PathBuf, SpoolError> {
        let aside = with_ending(&self.path, ".damaged");
        fs::rename(&self.path, &aside).map_err(|error| disk(&self.path, error))?;
        Ok(aside)
    }
}

/// Writes a complete file under another name, syncs it and renames it. The new file is locked before
/// anyone else can open it.
fn replace(
    path: &Path,
    header: &str,
    kept: Option<io::Take<&File>>,
) -> Result<(File, u64), SpoolError> {
    let new = with_ending(path, ".new");
    let written = (|| {
        remove_if_there(&new)?;
        let mut file = options().create_new(true).open(&new)?;
        file.write_all(header.as_bytes())?;
        let kept = kept.map_or(Ok(0), |mut kept| io::copy(&mut kept, &mut file))?;
        file.sync_all()?;
        let _ = file.try_lock();
        Ok((file, header.len() as u64 + kept))
    })();
    let written = written.and_then(|written| fs::rename(&new, path).map(|()| written));
    if written.is_err() {
        let _ = fs::remove_file(&new);
    }
    sync_folder(path);
    written.map_err(|error| disk(path, error))
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Locks the file. File systems without locks are used unlocked.
fn lock(path: &Path, file: &File) -> Result<(), SpoolError> {
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(SpoolError::InUse {
            path: path.to_owned(),
        }),
        Ok(()) | Err(TryLockError::Error(_)) => Ok(()),
    }
}

/// Makes a changed name survive a power failure. Windows cannot sync a folder, but it keeps names in a
/// journal.
fn sync_folder(path: &Path) {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
        let _ = folder.sync_all();
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Returns options for reading and writing. A new file is private.
fn options() -> fs::OpenOptions {
    let mut options = private_file::options();
    options.read(true).write(true);
    options
}

fn disk(path: &Path, source: io::Error) -> SpoolError {
    SpoolError::Disk {
        path: path.to_owned(),
        source,
    }
}
