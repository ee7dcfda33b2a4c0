//! The files of an open store: their state after our last commit, and what may have become of it since.

use std::fs::File;
use std::io;
use std::path::Path;

use super::open_file::{OpenFile, Snapshot};
use super::wal_index::WalIndex;
use crate::error::{FileLoss, LostFile, OpenError, io_error};
use crate::file_names::{INDEX, LOG, beside};

/// The files of an open store. They must be closed after all connections to the store: the system
/// releases SQLite's locks on a file as soon as the process closes any handle to it.
#[derive(Debug)]
pub(crate) struct StoreFiles {
    pub(super) store: OpenFile,
    pub(super) log: OpenFile,
    index: File,
}

/// The state of the files after a commit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Snapshots {
    /// `None` if another connection was writing at that moment.
    pub(super) index: Option<WalIndex>,
    store: Snapshot,
    log: Snapshot,
}

impl Snapshots {
    /// Returns how many transactions were committed between this snapshot and `index`.
    pub(super) fn commits_until(&self, index: Option<WalIndex>) -> u32 {
        match (index, self.index) {
            (Some(now), Some(then)) => now.commits.wrapping_sub(then.commits),
            _ => 0,
        }
    }
}

impl StoreFiles {
    /// Opens the files of a store that SQLite has opened. `store` is an open handle to the main file.
    pub(crate) fn open(path: &Path, store: File) -> Result<Self, OpenError> {
        let open = || {
            // SQLite puts its files beside the real one, whatever links lead to it.
            let real = path.canonicalize()?;
            let log = beside(&real, LOG);
            let log_file = File::open(&log)?;
            // With a relative path we would not notice that a folder above was renamed, and the next
            // start would not find the store.
            let path = std::path::absolute(path)?;
            Ok(Self {
                store: OpenFile::new(path, store)?,
                log: OpenFile::new(log, log_file)?,
                index: File::open(beside(&real, INDEX))?,
            })
        };
        let files: io::Result<Self> = open();
        let files = files.map_err(|source| io_error(path, source))?;
        match files.check_names() {
            Ok(()) => Ok(files),
            Err(lost) => Err(io_error(path, io::Error::other(lost.to_string()))),
        }
    }

    /// Checks that both names still lead to the open files.
    pub(crate) fn check_names(&self) -> Result<(), LostFile> {
        self.store.check().map_err(LostFile::store)?;
        self.log.check().map_err(LostFile::log)
    }

    /// Whether both names lead to the open files and nobody has changed the files since.
    pub(super) fn are_untouched(&self, since: &Snapshots) -> bool {
        self.store.is_untouched(&since.store) && self.log.is_untouched(&since.log)
    }

    /// Checks that both files begin with the same bytes as before and have not become shorter.
    pub(super) fn compare(&self, written: &Snapshots) -> Result<(), LostFile> {
        self.store
            .compare(&written.store)
            .map_err(LostFile::store)?;
        self.log.compare(&written.log).map_err(LostFile::log)
    }

    /// Takes a snapshot of the files. A commit always changes the log, but rarely the store.
    pub(super) fn snapshots(&self, before: Option<&Snapshots>) -> io::Result<Snapshots> {
        // Before the files, so that a checkpoint that changes them meanwhile has changed the index since.
        let index = self.index();
        let store = match before {
            Some(before) => {
                let last_write = before.log.changed_at;
                self.store.snapshot_since(&before.store, last_write)
            }
            None => self.store.snapshot(),
        };
        let (store, log) = (store?, self.log.snapshot()?);
        Ok(Snapshots { index, store, log })
    }

    /// Reads SQLite's index of the log.
    pub(super) fn index(&self) -> Option<WalIndex> {
        WalIndex::read(&self.index)
    }

    /// Checks that only SQLite has changed the files: that the log holds what its index says, and that the
    /// store has changed only if another connection has used it. Requires SQLite's write lock. Without it,
    /// another connection may have written to the log what is not in the index yet.
    pub(super) fn check_contents(&self, written: &Snapshots) -> Result<(), LostFile> {
        // Before the index, for the same reason as above.
        let store = self.store.compare(&written.store);
        let Some(index) = self.index() else {
            return self.compare(written);
        };
        index.check_log(&self.log).map_err(LostFile::log)?;
        let was_used = written.index != Some(index) || index.is_being_written_back();
        let store = match store {
            Err(_) if was_used => self.compare_written_back(&written.store, &index),
            store => store,
        };
        store.map_err(LostFile::store)
    }

    /// Checks a store to which another connection may have written back the log, for example after a
    /// `VACUUM`: it is a store with pages of the same size, not an older one, and not cut short.
    fn compare_written_back(&self, before: &Snapshot, index: &WalIndex) -> Result<(), FileLoss> {
        let now = self.store.snapshot().map_err(|_| FileLoss::Overwritten)?;
        let whole = before.length.min(index.length_of(now.pages()));
        if now.format() != before.format() || now.is_older_than(before) {
            Err(FileLoss::Overwritten)
        } else if now.length < whole && !index.is_being_written_back() {
            Err(FileLoss::Truncated)
        } else {
            Ok(())
        }
    }
}
