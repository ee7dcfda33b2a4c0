//! The beginning of a transaction: the files are what they were, and accept writes.

use super::WriterLoop;
use crate::connection::touch;
use crate::error::{LostFile, is_unreadable};

/// Why no transaction could begin.
pub(super) enum NotBegun {
    Lost(LostFile),
    Failed(rusqlite::Error),
}

impl From<LostFile> for NotBegun {
    fn from(lost: LostFile) -> Self {
        Self::Lost(lost)
    }
}

impl From<rusqlite::Error> for NotBegun {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error)
    }
}

impl WriterLoop {
    /// Checks the files and begins a transaction. After a failure, first checks that the file accepts
    /// writes, so that no job has to be undone.
    pub(super) fn begin(&mut self) -> Result<(), NotBegun> {
        self.watch.check(&self.connection)?;
        if self.is_failing {
            self.roll_back_rest()?;
            self.begin_checked()?;
            touch(&self.connection)?;
            self.execute("COMMIT")?;
            self.watch.take_snapshots();
            self.set_failing(false);
        }
        self.begin_checked()
    }

    /// Begins a transaction, which keeps other programs from writing, and checks the contents of the files.
    fn begin_checked(&mut self) -> Result<(), NotBegun> {
        let begun = self.execute("BEGIN IMMEDIATE");
        if begun.as_ref().is_err_and(|error| !is_unreadable(error)) {
            return Ok(begun?);
        }
        // SQLite may not be able to read a file that was overwritten; the check says what happened to it.
        if let Err(lost) = self.watch.check_in_transaction(&self.connection) {
            self.roll_back_rest()?;
            return Err(lost.into());
        }
        Ok(begun?)
    }

    /// Rolls back a transaction that a failure has left open.
    fn roll_back_rest(&self) -> rusqlite::Result<()> {
        if self.connection.is_autocommit() {
            return Ok(());
        }
        self.execute("ROLLBACK")
    }
}
