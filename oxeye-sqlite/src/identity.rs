//! Whether the store's files are still where they were opened, and hold what was last written.
//!
//! A process keeps writing to a file that was deleted, moved or replaced, and would acknowledge what
//! nobody finds after the next start. So the writer checks before each commit.
//!
//! As long as nobody touches the files, a check costs two system calls before the transaction and
//! three after the commit. It looks more closely only where something has changed.

mod named;

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::connection;
use crate::copy::beside;
use crate::error::{HowLost, LostFile, OpenError, io_error};
use named::{Named, Written};

/// Checks after which we look more closely even if nothing seems to have changed: a write within the
/// same tick of the file system's clock as ours does not change the time of change.
const CLOSER_LOOK_EVERY: u32 = 64;

/// How old a check may be when a commit begins. The files of a longer transaction are checked again.
const CHECK_HOLDS_FOR: Duration = Duration::from_millis(1);

/// The two files of an open store. They are closed after all connections to the store: the system
/// drops SQLite's locks on a file as soon as a process closes any handle to it.
#[derive(Debug)]
pub(crate) struct StoreFiles {
    store: Named,
    log: Named,
}

/// The writer's view of the files.
#[derive(Debug)]
pub(crate) struct FileWatch {
    /// The program's name, for the log.
    program: &'static str,
    files: Option<Arc<StoreFiles>>,
    written: Option<[Written; 2]>,
    /// When the files were last checked.
    checked: Instant,
    /// Checks since the last closer look.
    checks: u32,
    /// Grows when another connection writes with SQLite.
    data_version: i64,
    lost: Option<LostFile>,
}

impl StoreFiles {
    /// The files behind a store that SQLite has opened; `store` is an open handle to it.
    pub(crate) fn of(path: &Path, store: File) -> Result<Self, OpenError> {
        let named = || {
            // As SQLite names the log: beside the real file, whatever links lead to it.
            let log = beside(&path.canonicalize()?, "-wal");
            let log_file = File::open(&log)?;
            // A folder that is renamed takes a relative path along; the next start finds nothing.
            let path = std::path::absolute(path)?;
            Ok(Self {
                store: Named::of(path, store)?,
                log: Named::of(log, log_file)?,
            })
        };
        let files: io::Result<Self> = named();
        let files = files.map_err(|source| io_error(path, source))?;
        match files.check_names() {
            Ok(()) => Ok(files),
            Err(lost) => Err(io_error(path, io::Error::other(lost.to_string()))),
        }
    }

    /// Whether both names still lead to the open files.
    pub(crate) fn check_names(&self) -> Result<(), LostFile> {
        self.each(|file, _| file.check())
    }

    /// Whether both files begin as they did and are as long as they were.
    fn compare(&self, written: &[Written; 2]) -> Result<(), LostFile> {
        self.each(|file, place| file.compare(&written[place]))
    }

    /// Whether both names lead to the open files, and nobody has changed them since.
    fn are_untouched(&self, since: &[Written; 2]) -> bool {
        let [store, log] = since;
        self.store.is_untouched(store) && self.log.is_untouched(log)
    }

    /// How the files are now. A commit always changes the log, and the store only now and then.
    fn written(&self, before: Option<&[Written; 2]>) -> io::Result<[Written; 2]> {
        let store = match before {
            Some([store, log]) => self.store.written_since(store, log.changed_at),
            None => self.store.written(),
        };
        Ok([store?, self.log.written()?])
    }

    fn each(&self, check: impl Fn(&Named, usize) -> Result<(), HowLost>) -> Result<(), LostFile> {
        for (place, file) in [&self.store, &self.log].into_iter().enumerate() {
            let is_log = place == 1;
            check(file, place).map_err(|how| LostFile { is_log, how })?;
        }
        Ok(())
    }
}

impl FileWatch {
    pub(crate) fn of(files: Arc<StoreFiles>, program: &'static str) -> Self {
        Self {
            program,
            files: Some(files),
            ..Self::of_nothing()
        }
    }

    /// The watch over a store that is in no file.
    pub(crate) fn of_nothing() -> Self {
        Self {
            program: "",
            files: None,
            written: None,
            checked: Instant::now(),
            checks: 0,
            data_version: 0,
            lost: None,
        }
    }

    /// Whether what is in the open files can still be trusted.
    fn is_intact(&self) -> bool {
        self.lost.is_none_or(LostFile::is_only_a_name)
    }

    /// Whether SQLite may write the log into the store and remove whatever has the log's name.
    pub(crate) fn may_write_log_back(&self) -> bool {
        let log = self.files.as_ref().map(|files| files.log.check());
        self.is_intact() && log != Some(Err(HowLost::Replaced))
    }

    /// Checks the files before a transaction begins. What was only moved may come back; what was
    /// overwritten may not.
    pub(crate) fn check(&mut self, connection: &Connection) -> Result<(), LostFile> {
        self.checked = Instant::now();
        self.checks += 1;
        if self.lost.is_none() && self.checks < CLOSER_LOOK_EVERY && self.is_untouched() {
            return Ok(());
        }
        self.checks = 0;
        self.look_closer(connection)
    }

    fn is_untouched(&self) -> bool {
        match (&self.files, &self.written) {
            (Some(files), Some(written)) => files.are_untouched(written),
            _ => false,
        }
    }

    /// Finds out what happened to the files, and logs it once.
    pub(crate) fn look_closer(&mut self, connection: &Connection) -> Result<(), LostFile> {
        if let Some(lost) = self.lost.filter(|_| !self.is_intact()) {
            return Err(lost);
        }
        let found = self.find(connection);
        match (found, self.lost) {
            (Err(lost), None) => {
                self.lost = Some(lost);
                self.report(lost, connection);
            }
            (Err(lost), Some(_)) => self.lost = Some(lost),
            (Ok(()), Some(_)) => {
                self.lost = None;
                tracing::info!("the store's files are back: writes are taken again");
            }
            (Ok(()), None) => {}
        }
        found
    }

    /// Checks that the names still lead to the files, right before a commit, unless they were checked
    /// just now. The transaction may have changed the files itself.
    pub(crate) fn check_before_commit(&self) -> Result<(), LostFile> {
        match &self.files {
            Some(files) if self.checked.elapsed() > CHECK_HOLDS_FOR => files.check_names(),
            _ => Ok(()),
        }
    }

    /// Remembers how the files are, for the next check.
    pub(crate) fn remember(&mut self) {
        let before = self.written.as_ref();
        let written = self.files.as_ref().map(|files| files.written(before));
        // If they cannot be read, the next check says so.
        self.written = written.and_then(Result::ok).or(self.written);
    }

    fn find(&mut self, connection: &Connection) -> Result<(), LostFile> {
        let Some(files) = &self.files else {
            return Ok(());
        };
        files.check_names()?;
        let Some(written) = &self.written else {
            self.remember();
            self.data_version = data_version(connection);
            return Ok(());
        };
        let Err(lost) = files.compare(written) else {
            return Ok(());
        };
        // Another connection may have written or truncated the log: SQLite knows of that.
        let data_version = data_version(connection);
        if data_version == self.data_version {
            return Err(lost);
        }
        self.data_version = data_version;
        self.remember();
        Ok(())
    }

    /// One line for the operator. While the open files hold everything, the log is written into the
    /// store, so that nothing is lost with it.
    fn report(&mut self, lost: LostFile, connection: &Connection) {
        let Some(files) = self.files.clone() else {
            return;
        };
        let (program, path) = (self.program, files.store.path.display());
        if lost.is_only_a_name() {
            let saved = connection::truncate_wal(connection).unwrap_or(false);
            self.remember();
            tracing::error!(
                store = %path,
                log_is_in_the_store = saved,
                "{lost}: nothing is taken until the same file is back in its place; if that cannot be, stop {program}, put a backup there, remove the files beside it that end in -wal and -shm, and start it again"
            );
        } else {
            tracing::error!(
                store = %path,
                "{lost}: nothing is taken until {program} is started again; stop it, put a backup in the store's place, remove the files beside it that end in -wal and -shm, and start it again"
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
