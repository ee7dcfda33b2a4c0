//! Epochs: each start of a fleet has a number above all earlier ones. A worker refuses orders of an older
//! epoch than the newest that it has seen, so that a fleet that was replaced cannot stop the servers of
//! its successor.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use oxeye_process::private_file;

use crate::time::UnixMillis;

/// The most by which a fleet's epoch may be ahead of the worker's clock, in milliseconds: ten minutes. That is how
/// long somebody who has taken over a fleet can keep its successor out.
const MOST_AHEAD: u64 = 10 * 60 * 1_000;

/// Returns the epoch of this start of a fleet, after writing it to a file in its data folder. It is at
/// least the wall clock, so that a fleet whose folder was restored from a copy is still the newest.
///
/// # Errors
/// When the file cannot be used.
pub(crate) fn begin(data: &Path, now: UnixMillis) -> io::Result<u64> {
    let path = data.join("epoch");
    let epoch = read(&path)?.saturating_add(1).max(now.0);
    write(&path, epoch)?;
    Ok(epoch)
}

/// The newest epoch that a worker has seen, also before its last restart.
#[derive(Debug)]
pub(crate) struct Epochs {
    path: PathBuf,
    newest: u64,
}

/// Why a fleet may not give orders.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EpochError {
    /// Another one was started later.
    #[error("a fleet that was started later gives the orders here (epoch {newest})")]
    Older {
        /// Its epoch.
        newest: u64,
    },
    /// It would keep every later fleet out.
    #[error(
        "the fleet's epoch {epoch} is more than ten minutes ahead of the worker's clock: set both clocks, then delete the file epoch of the fleet"
    )]
    Ahead {
        /// Its epoch.
        epoch: u64,
    },
    /// The epoch cannot be kept.
    #[error("the worker cannot write to its disk: {0}")]
    Disk(#[from] io::Error),
}

impl Epochs {
    /// Reads the newest epoch from a file in the worker's data folder.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(crate) fn open(data: &Path) -> io::Result<Self> {
        let path = data.join("worker.epoch");
        let newest = read(&path)?;
        Ok(Self { path, newest })
    }

    /// Lets a fleet of this epoch give orders. A newer one is on disk before this returns. If the newest that we
    /// have seen would be refused today, our clock was wrong then, and that epoch does not count.
    ///
    /// # Errors
    /// When there was a newer one, it is far ahead of our clock, or the disk fails.
    pub(crate) fn admit(&mut self, epoch: u64, now: UnixMillis) -> Result<(), EpochError> {
        let latest = now.0.saturating_add(MOST_AHEAD);
        if epoch > latest {
            return Err(EpochError::Ahead { epoch });
        }
        let newest = self.newest;
        if epoch < newest && newest <= latest {
            return Err(EpochError::Older { newest });
        }
        if epoch != newest {
            write(&self.path, epoch)?;
            self.newest = epoch;
        }
        Ok(())
    }
}

/// Returns the epoch in a file, or 0 if there is none.
fn read(path: &Path) -> io::Result<u64> {
    match fs::read_to_string(path) {
        Ok(text) => text.trim().parse().map_err(|_not_a_number| {
            let sentence = format!("{} is damaged; delete it", path.display());
            io::Error::other(sentence)
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    }
}

fn write(path: &Path, epoch: u64) -> io::Result<()> {
    private_file::write_durably(path, epoch.to_string().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = UnixMillis(1_000);

    #[test]
    fn every_start_of_a_fleet_is_newer_whatever_the_clock_says() {
        let data = tempfile::tempdir().unwrap();

        let first = begin(data.path(), UnixMillis(1_000)).unwrap();
        let second = begin(data.path(), UnixMillis(1_000)).unwrap();
        let after_the_clock_was_set_back = begin(data.path(), UnixMillis(5)).unwrap();
        let later = begin(data.path(), UnixMillis(9_000)).unwrap();

        assert_eq!((first, second), (1_000, 1_001));
        assert_eq!((after_the_clock_was_set_back, later), (1_002, 9_000));
    }

    #[test]
    fn an_older_epoch_is_refused_also_after_a_restart() {
        let data = tempfile::tempdir().unwrap();
        let mut epochs = Epochs::open(data.path()).unwrap();
        epochs.admit(7, NOW).unwrap();
        epochs.admit(7, NOW).unwrap();

        let mut reopened = Epochs::open(data.path()).unwrap();

        let refused = reopened.admit(6, NOW).unwrap_err();
        assert!(
            matches!(refused, EpochError::Older { newest: 7 }),
            "{refused}"
        );
        reopened.admit(8, NOW).unwrap();
    }

    #[test]
    fn an_epoch_from_the_future_keeps_no_later_fleet_out() {
        let data = tempfile::tempdir().unwrap();
        let mut epochs = Epochs::open(data.path()).unwrap();
        let latest = NOW.0 + 600_000;

        for epoch in [latest + 1, u64::MAX] {
            let refused = epochs.admit(epoch, NOW).unwrap_err();
            assert!(matches!(refused, EpochError::Ahead { .. }), "{refused}");
        }

        epochs.admit(7, NOW).unwrap();
        epochs.admit(latest, NOW).unwrap();
    }

    #[test]
    fn a_stolen_epoch_keeps_the_next_start_out_for_ten_minutes_at_most() {
        let data = tempfile::tempdir().unwrap();
        let mut epochs = Epochs::open(data.path()).unwrap();
        epochs.admit(NOW.0 + 600_000, NOW).unwrap();

        let soon = UnixMillis(NOW.0 + 599_999);
        let refused = epochs.admit(soon.0, soon).unwrap_err();
        assert!(matches!(refused, EpochError::Older { .. }), "{refused}");
        let later = UnixMillis(NOW.0 + 600_001);
        epochs.admit(later.0, later).unwrap();
    }

    #[test]
    fn an_epoch_from_before_the_clock_was_set_back_keeps_nobody_out() {
        let data = tempfile::tempdir().unwrap();
        let wrong = UnixMillis(NOW.0 + 600_001);
        let mut epochs = Epochs::open(data.path()).unwrap();
        epochs.admit(wrong.0, wrong).unwrap();

        let refused = epochs.admit(wrong.0, NOW).unwrap_err();
        assert!(matches!(refused, EpochError::Ahead { .. }), "{refused}");
        epochs.admit(NOW.0, NOW).unwrap();

        let mut reopened = Epochs::open(data.path()).unwrap();
        let refused = reopened.admit(NOW.0 - 1, NOW).unwrap_err();
        assert!(matches!(refused, EpochError::Older { .. }), "{refused}");
    }

    #[test]
    fn a_damaged_file_is_not_taken_for_an_epoch() {
        let data = tempfile::tempdir().unwrap();
        fs::write(data.path().join("worker.epoch"), "seven").unwrap();

        let refused = Epochs::open(data.path()).unwrap_err().to_string();

        assert!(
            refused.ends_with("worker.epoch is damaged; delete it"),
            "{refused}"
        );
    }
}
