//! Why a store cannot be opened, and why it cannot do something.

use std::any::Any;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Why a store could not be opened. A program that knows more, such as which setting names the file,
/// may say it in its own words.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has the file.
    #[error("{} is in use by another process", .0.display())]
    InUse(PathBuf),
    /// The file has another name elsewhere.
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
    /// The file is a database of another program, or none.
    #[error("{} is not a store of this program", .0.display())]
    NotOurs(PathBuf),
    /// The file is the program's, but what is in it cannot be right.
    #[error("{} is damaged ({found})", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        found: String,
    },
    /// The file is where SQLite cannot keep a write-ahead log.
    #[error("{} is on a file system where SQLite's WAL mode does not work", .0.display())]
    NoWal(PathBuf),
    /// This build has a SQLite with a known corruption bug.
    #[error(
        "this build contains SQLite {0}, which can corrupt its files; build with 3.51.3 or newer"
    )]
    OldSqlite(&'static str),
    /// The file or its folder cannot be used.
    #[error("cannot open {}: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// SQLite refused.
    #[error("cannot read or write the store: {0}")]
    Sqlite(#[from] rusqlite::Error),
}

impl OpenError {
    /// The error of a program that could not make sense of its own file while it read it.
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
}

/// Whether the file is not what was written: SQLite cannot make sense of it, or it holds a value that
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

/// Why the store could not do something.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The writer's queue is full; nothing was done. Try again in a moment.
    #[error("the store is busy; try again in a moment")]
    Busy,
    /// SQLite refused; nothing was done.
    #[error("the store failed: {0}")]
    Failed(#[from] rusqlite::Error),
    /// The files of the store are not those that were opened; nothing was done.
    #[error("{0}")]
    Lost(LostFile),
    /// The store has been closed.
    #[error("the store is closed")]
    Closed,
    /// The program's own code panicked. The message is in the log.
    #[error("an internal error; it is in the log")]
    Panicked,
}

/// What happened to the store's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LostFile {
    /// It is the write-ahead log beside the store, not the store itself.
    pub is_log: bool,
    /// What happened to it.
    pub how: HowLost,
}

/// What happened to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HowLost {
    /// No file has its name any more.
    Missing,
    /// Another file has its name.
    Replaced,
    /// It is shorter than what was written.
    Truncated,
    /// Somebody else wrote into it, and not with SQLite.
    Overwritten,
}

impl LostFile {
    /// Whether what was written is still in the open files: only a name is gone.
    pub(crate) fn is_only_a_name(self) -> bool {
        matches!(self.how, HowLost::Missing | HowLost::Replaced)
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
            HowLost::Missing => "was deleted or moved",
            HowLost::Replaced => "was replaced by another file",
            HowLost::Truncated => "was truncated",
            HowLost::Overwritten => "was overwritten",
        };
        write!(f, "{file} {how} while it was in use")
    }
}

impl StoreError {
    /// Logs the message of a panic. `during` names what was being done.
    #[must_use]
    pub fn panicked(during: &str, panic: &(dyn Any + Send)) -> Self {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let said = text.or_else(|| panic.downcast_ref::<&str>().copied());
        tracing::error!(during, said, "the store panicked");
        Self::Panicked
    }

    /// The error of a blocking task that panicked or was cancelled.
    #[must_use]
    pub fn of_task(during: &str, error: tokio::task::JoinError) -> Self {
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
