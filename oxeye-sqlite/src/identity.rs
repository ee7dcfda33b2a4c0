//! Checks that the store's files are still where they were opened and hold what was last written.
//!
//! A process can keep writing to a file that was deleted, moved or replaced, and would then acknowledge
//! writes that nobody finds after the next start. So the writer checks the files before each commit.
//!
//! While nobody touches the files, the checks cost two system calls before the transaction and three
//! after the commit. A full check runs only when something has changed.

mod open_file;

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::connection;
use crate::copy::beside;
use crate::error::{FileLoss, LostFile, OpenError, io_error};
use open_file::{OpenFile, Snapshot};

/// Number of checks after which a full check runs even if nothing seems to have changed: a foreign
/// write within the same tick of the file system's clock as ours leaves the change time as it is.
const FULL_CHECK_EVERY: u32 = 64;

/// How long a check stays valid. In a longer transaction the files are checked again before the commit.
const CHECK_VALID_FOR: Duration = Duration::from_millis(1);

/// The two files of an open store. They must be closed after all connections to the store: the system
/// releases SQLite's locks on a file as soon as the process closes any handle to it.
#[derive(Debug)]
pub(crate) struct StoreFiles {
    store: OpenFile,
    log: OpenFile,
}

/// The writer's view of the files.
#[derive(Debug)]
pub(crate) struct FileWatch {
    /// The program's name, for the log.
    program: &'static str,
    files: Option<Arc<StoreFiles>>,
    snapshots: Option<[Snapshot; 2]>,
    checked_at: Instant,
    /// Checks since the last full check.
    checks: u32,
    /// SQLite's `data_version`, which changes when another connection writes.
    data_version: i64,
    lost: Option<LostFile>,
}

impl StoreFiles {
    /// Opens the files of a store that SQLite has opened. `store` is an open handle to the main file.
    pub(crate) fn open(path: &Path, store: File) -> Result<Self, OpenError> {
        let open = || {
            // SQLite puts the log beside the real file, whatever links lead to it.
            let log = beside(&path.canonicalize()?, "-wal");
            let log_file = File::open(&log)?;
            // With a relative path we would not notice that a folder above was renamed, and the next
            // start would not find the store.
            let path = std::path::absolute(path)?;
            Ok(Self {
                store: OpenFile::new(path, store)?,
                log: OpenFile::new(log, log_file)?,
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
        self.each(|file, _| file.check())
    }

    /// Checks that both files begin with the same bytes as before and have not become shorter.
    fn compare(&self, written: &[Snapshot; 2]) -> Result<(), LostFile> {
        self.each(|file, place| file.compare(&written[place]))
    }

    /// Whether both names lead to the open files and nobody has changed the files since.
    fn are_untouched(&self, since: &[Snapshot; 2]) -> bool {
        let [store, log] = since;
        self.store.is_untouched(store) && self.log.is_untouched(log)
    }

    /// Takes a snapshot of both files. A commit always changes the log, but rarely the store.
    fn snapshots(&self, before: Option<&[Snapshot; 2]>) -> io::Result<[Snapshot; 2]> {
        let store = match before {
            Some([store, log]) => self.store.snapshot_since(store, log.changed_at),
            None => self.store.snapshot(),
        };
        Ok([store?, self.log.snapshot()?])
    }

    fn each(
        &self,
        check: impl Fn(&OpenFile, usize) -> Result<(), FileLoss>,
    ) -> Result<(), LostFile> {
        for (place, file) in [&self.store, &self.log].into_iter().enumerate() {
            let is_log = place == 1;
            check(file, place).map_err(|how| LostFile { is_log, how })?;
        }
        Ok(())
    }
}

impl FileWatch {
    pub(crate) fn new(files: Arc<StoreFiles>, program: &'static str) -> Self {
        Self {
            program,
            files: Some(files),
            ..Self::disabled()
        }
    }

    /// Creates a watch for a store that is not in a file.
    pub(crate) fn disabled() -> Self {
        Self {
            program: "",
            files: None,
            snapshots: None,
            checked_at: Instant::now(),
            checks: 0,
            data_version: 0,
            lost: None,
        }
    }

    /// Whether the contents of the open files can still be trusted.
    fn is_intact(&self) -> bool {
        self.lost.is_none_or(LostFile::keeps_its_contents)
    }

    /// Whether SQLite may write the log into the store and remove the file that has the log's name.
    pub(crate) fn may_checkpoint(&self) -> bool {
        let log = self.files.as_ref().map(|files| files.log.check());
        self.is_intact() && log != Some(Err(FileLoss::Replaced))
    }

    /// Checks the files before a transaction begins. A file that was only moved is accepted again when
    /// it is back; one that was overwritten never is.
    pub(crate) fn check(&mut self, connection: &Connection) -> Result<(), LostFile> {
        self.checked_at = Instant::now();
        self.checks += 1;
        if self.lost.is_none() && self.checks < FULL_CHECK_EVERY && self.is_untouched() {
            return Ok(());
        }
        self.checks = 0;
        self.check_fully(connection)
    }

    fn is_untouched(&self) -> bool {
        match (&self.files, &self.snapshots) {
            (Some(files), Some(written)) => files.are_untouched(written),
            _ => false,
        }
    }

    /// Checks names and contents of the files. Logs once what has happened to them.
    pub(crate) fn check_fully(&mut self, connection: &Connection) -> Result<(), LostFile> {
        if let Some(lost) = self.lost.filter(|_| !self.is_intact()) {
            return Err(lost);
        }
        let found = self.find_loss(connection);
        match (found, self.lost) {
            (Err(lost), None) => {
                self.lost = Some(lost);
                self.log_loss(lost, connection);
            }
            (Err(lost), Some(_)) => self.lost = Some(lost),
            (Ok(()), Some(_)) => {
                self.lost = None;
                tracing::info!("the store's files are back; writes are accepted again");
            }
            (Ok(()), None) => {}
        }
        found
    }

    /// Checks right before a commit that the names still lead to the files, unless that was checked just
    /// now. Contents are not compared, since the transaction itself may have changed them.
    pub(crate) fn check_before_commit(&self) -> Result<(), LostFile> {
        match &self.files {
            Some(files) if self.checked_at.elapsed() > CHECK_VALID_FOR => files.check_names(),
            _ => Ok(()),
        }
    }

    /// Takes the snapshots that the next check compares with.
    pub(crate) fn take_snapshots(&mut self) {
        let before = self.snapshots.as_ref();
        let written = self.files.as_ref().map(|files| files.snapshots(before));
        // If a file cannot be read, the next check reports it.
        self.snapshots = written.and_then(Result::ok).or(self.snapshots);
    }

    fn find_loss(&mut self, connection: &Connection) -> Result<(), LostFile> {
        let Some(files) = &self.files else {
            return Ok(());
        };
        files.check_names()?;
        let Some(written) = &self.snapshots else {
            self.take_snapshots();
            self.data_version = data_version(connection);
            return Ok(());
        };
        let Err(lost) = files.compare(written) else {
            return Ok(());
        };
        // Another SQLite connection may have written to the log or truncated it; that is allowed.
        let data_version = data_version(connection);
        if data_version == self.data_version {
            return Err(lost);
        }
        self.data_version = data_version;
        self.take_snapshots();
        Ok(())
    }

    /// Logs one line for the operator. If the open files still hold everything, also writes the log
    /// into the store, so that nothing is lost with the log.
    fn log_loss(&mut self, lost: LostFile, connection: &Connection) {
        let Some(files) = self.files.clone() else {
            return;
        };
        let (program, path) = (self.program, files.store.path.display());
        if lost.keeps_its_contents() {
            let saved = connection::truncate_wal(connection).unwrap_or(false);
            self.take_snapshots();
            tracing::error!(
                store = %path,
                log_is_in_the_store = saved,
                "{lost}: no write is accepted until the same file is back in its place; if that is impossible, stop {program}, put a backup there, remove the files beside it whose names end in -wal or -shm, and start {program} again"
            );
        } else {
            tracing::error!(
                store = %path,
                "{lost}: no write is accepted until {program} is restarted; stop it, put a backup in the store's place, remove the files beside it whose names end in -wal or -shm, and start {program} again"
            );
        }
    }
}

fn data_version(connection: &Connection) -> i64 {
    let version = connection.pragma_query_value(None, "data_version", |row| row.get(0));
    version.unwrap_or_default()
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
