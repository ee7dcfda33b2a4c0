//! Why a store could not be opened, and why an operation on it failed.

use std::any::Any;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Why a store could not be opened. A program that knows more, such as which setting names the file,
/// may use its own wording.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has the file open.
    #[error("{} is in use by another process", .0.display())]
    InUse(PathBuf),
    /// The file also has another name (a hard link).
    #[error("{} has more than one name (a hard link), and SQLite keeps a log beside each name", .0.display())]
    HardLinked(PathBuf),
    /// A newer version of the program wrote the file.
    #[error("{} was written by a newer version (schema {found}, this one knows {known})", .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Schema version in the file.
        found: i64,
        /// Newest schema version that this program knows.
        known: i64,
    },
    /// The file belongs to another program, or is no database at all.
    #[error("{} is not a store of this program", .0.display())]
    NotOurs(PathBuf),
    /// The file belongs to the program, but its contents are corrupt.
    #[error("{} is damaged ({found})", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The first problem found.
        found: String,
    },
    /// The file is on a file system where SQLite cannot keep a write-ahead log.
    #[error("{} is on a file system where SQLite's WAL mode does not work", .0.display())]
    NoWal(PathBuf),
    /// This build contains an SQLite version with a known corruption bug.
    #[error(
        "this build contains SQLite {0}, which can corrupt its files; build with 3.51.3 or newer"
    )]
    OldSqlite(&'static str),
    /// The file or its folder cannot be used.
    #[error("cannot open {}: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// SQLite reported an error.
    #[error("cannot read or write the store: {0}")]
    Sqlite(#[from] rusqlite::Error),
}

impl OpenError {
    /// Turns an error from reading the file into [`OpenError::Damaged`] if it shows that the contents
    /// are corrupt.
    #[must_use]
    pub fn while_reading(path: &Path, error: rusqlite::Error) -> Self {
        if is_damage(&error) {
            Self::Damaged {
                path: path.to_owned(),
                found: error.to_string(),
            }
        } else {
            Self::Sqlite(error)
        }
    }

    /// Turns SQLite's error about a file that it may read but not write into [`OpenError::Io`], which
    /// names the file.
    pub(crate) fn of_read_only_place(self, path: &Path) -> Self {
        match self {
            Self::Sqlite(error) if error.sqlite_error_code() == Some(ErrorCode::ReadOnly) => {
                let why = "the file or its folder is read-only for this user";
                io_error(path, io::Error::new(io::ErrorKind::PermissionDenied, why))
            }
            other => other,
        }
    }
}

/// Whether the error shows a corrupt file: one that SQLite cannot interpret, or one that holds a value
/// the program never writes.
fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::Error;
    match error {
        Error::FromSqlConversionFailure(..)
        | Error::IntegralValueOutOfRange(..)
        | Error::InvalidColumnType(..)
        | Error::Utf8Error(..) => true,
        error => matches!(
            error.sqlite_error_code(),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
        ),
    }
}

/// Whether SQLite may have failed because the files no longer hold what they should: what it read was
/// corrupt or missing.
pub(crate) fn is_unreadable(error: &rusqlite::Error) -> bool {
    let extended_code = error.sqlite_error().map(|error| error.extended_code);
    is_damage(error) || extended_code == Some(rusqlite::ffi::SQLITE_IOERR_SHORT_READ)
}

/// Why an operation on the store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The writer's queue is full; nothing was done. Try again in a moment.
    #[error("the store is busy; try again in a moment")]
    Busy,
    /// SQLite reported an error; nothing was done.
    #[error("the store failed: {0}")]
    Failed(#[from] rusqlite::Error),
    /// The store's files are no longer what was opened; nothing was done.
    #[error("{0}")]
    Lost(LostFile),
    /// The store has been closed.
    #[error("the store is closed")]
    Closed,
    /// The program's own code panicked. The log has the message.
    #[error("an internal error; it is in the log")]
    Panicked,
}

/// One of the store's files and what happened to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LostFile {
    /// True for the write-ahead log, false for the store itself.
    pub is_log: bool,
    /// What happened to it.
    pub how: FileLoss,
}

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileLoss {
    /// No file has that name any more.
    Missing,
    /// Another file has that name.
    Replaced,
    /// The file is shorter than what was written.
    Truncated,
    /// Another program wrote to the file without using SQLite.
    Overwritten,
}

impl LostFile {
    pub(crate) fn store(how: FileLoss) -> Self {
        let is_log = false;
        Self { is_log, how }
    }

    pub(crate) fn log(how: FileLoss) -> Self {
        let is_log = true;
        Self { is_log, how }
    }

    /// Whether only a name is gone, and the open files still hold everything that was written.
    pub(crate) fn keeps_its_contents(self) -> bool {
        matches!(self.how, FileLoss::Missing | FileLoss::Replaced)
    }
}

impl std::fmt::Display for LostFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let file = if self.is_log {
            "the store's write-ahead log"
        } else {
            "the store's file"
        };
        let how = match self.how {
            FileLoss::Missing => "was deleted or moved",
            FileLoss::Replaced => "was replaced by another file",
            FileLoss::Truncated => "was truncated",
            FileLoss::Overwritten => "was overwritten",
        };
        write!(f, "{file} {how} while it was in use")
    }
}

impl StoreError {
    /// Logs a panic's message and returns the error for the caller. `during` names the operation.
    #[must_use]
    pub fn panicked(during: &str, panic: &(dyn Any + Send)) -> Self {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let said = text.or_else(|| panic.downcast_ref::<&str>().copied());
        tracing::error!(during, said, "the store panicked");
        Self::Panicked
    }

    /// Returns the error for a blocking task that panicked or was cancelled.
    #[must_use]
    pub fn from_join_error(during: &str, error: tokio::task::JoinError) -> Self {
        match error.try_into_panic() {
            Ok(panic) => Self::panicked(during, &*panic),
            Err(_) => Self::Closed,
        }
    }
}

pub(crate) fn io_error(path: &Path, source: std::io::Error) -> OpenError {
    OpenError::Io {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(code: i32) -> OpenError {
        let code = rusqlite::ffi::Error::new(code);
        rusqlite::Error::SqliteFailure(code, None).into()
    }

    #[test]
    fn a_store_in_a_read_only_folder_is_refused_by_its_name() {
        let path = Path::new("data/oxeye.db");
        for code in [
            rusqlite::ffi::SQLITE_READONLY,
            rusqlite::ffi::SQLITE_READONLY_DIRECTORY,
        ] {
            let OpenError::Io { path, source } = failure(code).of_read_only_place(path) else {
                panic!("{code} is about the place");
            };
            assert_eq!(path, Path::new("data/oxeye.db"));
            assert_eq!(source.kind(), io::ErrorKind::PermissionDenied);
        }
        let full = failure(rusqlite::ffi::SQLITE_FULL).of_read_only_place(path);
        assert!(matches!(full, OpenError::Sqlite(_)));
    }
}
