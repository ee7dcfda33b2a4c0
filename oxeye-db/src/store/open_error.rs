//! Why the store could not be opened, in words for the person who starts Oxeye.

use std::path::{Path, PathBuf};

use oxeye_sqlite as sqlite;

/// Why the store could not be opened. Each is one sentence for the person who starts Oxeye.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has the file open.
    #[error("{} is in use by another oxeye process; stop that one first, or set DATABASE_PATH to another file", .0.display())]
    InUse(PathBuf),
    /// The file also has another name (a hard link).
    #[error("{} has more than one name (a hard link), and SQLite keeps a log beside each name; remove the other name, or set DATABASE_PATH to a copy", .0.display())]
    HardLinked(PathBuf),
    /// A newer version of Oxeye wrote the file.
    #[error("{} was written by a newer version of oxeye (schema {found}, this one knows {known}); run that version, or restore a copy made before the upgrade", .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Schema version in the file.
        found: i64,
        /// Newest schema version that this program knows.
        known: i64,
    },
    /// The file is not an Oxeye store.
    #[error("{} is not an oxeye store; set DATABASE_PATH to another file, or restore a backup if this one was a store (it has been left as it is)", .0.display())]
    NotOurs(PathBuf),
    /// The file is ours, but its contents are corrupt.
    #[error("{} is damaged ({found}); restore a backup in its place, or move it away to start with an empty store (it has been left as it is)", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The first problem found.
        found: String,
    },
    /// The file is on a file system where SQLite cannot keep a write-ahead log.
    #[error("{} is on a file system that cannot hold an oxeye store (SQLite's WAL mode does not work there, as on network shares); set DATABASE_PATH to a local disk", .0.display())]
    NoWal(PathBuf),
    /// The file or its folder cannot be used.
    #[error("cannot open {}: {source}; the user who runs oxeye must be able to write it and its folder, or set DATABASE_PATH to another file", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: std::io::Error,
    },
    /// SQLite reported an error, or is a version that must not be used.
    #[error(transparent)]
    Sqlite(sqlite::OpenError),
}

impl OpenError {
    /// Whether the file cannot be where it should: its folder is missing, or Oxeye may not write
    /// there.
    #[must_use]
    pub fn is_place_unusable(&self) -> bool {
        use std::io::ErrorKind;
        let Self::Io { source, .. } = self else {
            return false;
        };
        matches!(
            source.kind(),
            ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::PermissionDenied
        )
    }

    /// Turns an error from loading the file into [`OpenError::Damaged`] if the contents are corrupt.
    pub(crate) fn while_reading(path: &Path, error: rusqlite::Error) -> Self {
        sqlite::OpenError::while_reading(path, error).into()
    }
}

impl From<sqlite::OpenError> for OpenError {
    fn from(error: sqlite::OpenError) -> Self {
        use sqlite::OpenError as Error;
        match error {
            Error::InUse(path) => Self::InUse(path),
            Error::HardLinked(path) => Self::HardLinked(path),
            Error::Newer { path, found, known } => Self::Newer { path, found, known },
            Error::NotOurs(path) => Self::NotOurs(path),
            Error::Damaged { path, found } => Self::Damaged { path, found },
            Error::NoWal(path) => Self::NoWal(path),
            Error::Io { path, source } => Self::Io { path, source },
            error @ (Error::OldSqlite(_) | Error::Sqlite(_)) => Self::Sqlite(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_system_without_wal_is_refused_with_the_setting_to_change() {
        let refused = OpenError::from(sqlite::OpenError::NoWal("share/oxeye.db".into()));

        assert!(refused.to_string().contains("set DATABASE_PATH"));
    }
}
