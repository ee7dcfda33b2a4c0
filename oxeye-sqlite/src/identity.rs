//! Checks that the store's files are still where they were opened and hold what was last written.
//!
//! A process can keep writing to a file that was deleted, moved or replaced, and would then acknowledge
//! writes that nobody finds after the next start. So the writer checks the files before each commit.
//!
//! Other programs may use the store through SQLite, for example an operator's `sqlite3`. The files can
//! change at any moment then, so a file that has changed is judged only under SQLite's write lock, by
//! SQLite's own index of the log.
//!
//! While nobody touches the files, the checks cost two system calls before the transaction, one at its
//! beginning, and four after the commit. A full check runs only when something has changed.

mod open_file;
mod store_files;
mod wal_index;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::connection;
use crate::error::{FileLoss, LostFile};
use crate::log_throttle::LogThrottle;
use store_files::Snapshots;
pub(crate) use store_files::StoreFiles;

/// Number of checks after which a full check runs even if nothing seems to have changed: a foreign
/// write within the same tick of the file system's clock as ours leaves the change time as it is.
const FULL_CHECK_EVERY: u32 = 64;

/// How long a check stays valid. In a longer transaction the files are checked again before the commit.
const CHECK_VALID_FOR: Duration = Duration::from_millis(1);

/// The writer's view of the files.
#[derive(Debug)]
pub(crate) struct FileWatch {
    /// The program's name, for the log.
    program: &'static str,
    files: Option<Arc<StoreFiles>>,
    snapshots: Option<Snapshots>,
    checked_at: Instant,
    /// Checks since the last full check.
    checks: u32,
    /// Whether the files have changed since the snapshots, perhaps without SQLite.
    is_in_doubt: bool,
    /// Limits log lines about other programs that write.
    foreign_commits: LogThrottle,
    lost: Option<LostFile>,
}

impl FileWatch {
    pub(crate) fn new(files: Arc<StoreFiles>, program: &'static str) -> Self {
        let mut watch = Self {
            program,
            files: Some(files),
            ..Self::disabled()
        };
        watch.take_snapshots();
        watch
    }

    /// Creates a watch for a store that is not in a file.
    pub(crate) fn disabled() -> Self {
        Self {
            program: "",
            files: None,
            snapshots: None,
            checked_at: Instant::now(),
            checks: 0,
            is_in_doubt: false,
            foreign_commits: LogThrottle::default(),
            lost: None,
        }
    }

    /// Returns the path of the store, for the log; empty for a store that is not in a file.
    pub(crate) fn path(&self) -> &Path {
        let files = self.files.as_ref();
        files.map_or(Path::new(""), |files| &files.store.path)
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

    /// Checks the names of the files, and whether their contents are in doubt. Logs once what has happened
    /// to them.
    pub(crate) fn check_fully(&mut self, connection: &Connection) -> Result<(), LostFile> {
        if let Some(lost) = self.lost.filter(|_| !self.is_intact()) {
            return Err(lost);
        }
        let found = self.find_loss();
        match (found, self.lost) {
            (Err(lost), None) => {
                self.lost = Some(lost);
                self.log_loss(lost, connection);
            }
            (Err(lost), Some(_)) => self.lost = Some(lost),
            (Ok(()), Some(_)) => {
                self.lost = None;
                tracing::info!(
                    store = %self.path().display(),
                    "the store's files are back; writes are accepted again"
                );
            }
            (Ok(()), None) => {}
        }
        found
    }

    /// Checks at the beginning of a transaction whether files that are in doubt can be trusted. SQLite's
    /// write lock keeps other connections from writing to the log meanwhile.
    pub(crate) fn check_in_transaction(&mut self, connection: &Connection) -> Result<(), LostFile> {
        let (Some(files), Some(written)) = (self.files.clone(), self.snapshots) else {
            return Ok(());
        };
        let index = files.index();
        self.report_commits(&files, written.commits_until(index));
        // Another program may have held the lock for seconds.
        let is_late = self.checked_at.elapsed() > CHECK_VALID_FOR;
        if index == written.index && !self.is_in_doubt && !is_late {
            return Ok(());
        }
        let found = files.check_contents(&written);
        match found {
            Ok(()) => {
                self.is_in_doubt = false;
                self.take_snapshots();
            }
            Err(lost) => {
                self.lost = Some(lost);
                self.log_loss(lost, connection);
            }
        }
        found
    }

    /// Logs that other connections have committed this many transactions.
    fn report_commits(&mut self, files: &StoreFiles, commits: u32) {
        if commits == 0 {
            return;
        }
        let (program, path) = (self.program, files.store.path.display());
        if let Some(commits) = self.foreign_commits.count(commits.into(), Instant::now()) {
            tracing::warn!(
                store = %path,
                commits,
                "another program has written to the store; {program} may not see what it changed until {program} is restarted"
            );
        }
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

    fn find_loss(&mut self) -> Result<(), LostFile> {
        let Some(files) = &self.files else {
            return Ok(());
        };
        files.check_names()?;
        let compared = self.snapshots.map(|written| files.compare(&written));
        self.is_in_doubt = !matches!(compared, Some(Ok(())));
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

#[cfg(test)]
#[cfg(unix)]
mod tests;
