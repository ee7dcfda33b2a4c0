//! The position up to which the log has been reported. It survives restarts of the agent.

use std::fs;
use std::path::{Path, PathBuf};

use oxeye_plugin_proto::UnixSeconds;
use oxeye_process::private_file::write_json;
use serde::{Deserialize, Serialize};

use crate::follow::Checkpoint;

/// The file's name in the data folder.
const FILE: &str = "log-place.json";

/// A position, and whether the players who were online at it have been reported.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SavedPosition {
    /// `false` if the agent was killed between saving the first position and reporting it.
    #[serde(rename = "is_told")]
    pub(super) is_reported: bool,
    /// When the position was saved.
    #[serde(rename = "kept_at")]
    pub(super) saved_at: UnixSeconds,
    pub(super) checkpoint: Checkpoint,
}

/// The file that holds the position.
#[derive(Debug, Clone)]
pub(super) struct LogPosition {
    file: PathBuf,
}

impl LogPosition {
    pub(super) fn in_folder(data_dir: &Path) -> Self {
        Self {
            file: data_dir.join(FILE),
        }
    }

    /// Returns the saved position, or `None` if there is no readable file; then the log is read back to
    /// its last boot.
    pub(super) fn read(&self) -> Option<SavedPosition> {
        let text = fs::read(&self.file).ok()?;
        match serde_json::from_slice(&text) {
            Ok(position) => Some(position),
            Err(_) => {
                tracing::warn!(
                    "{} is damaged; the log is read back to the server's last boot",
                    self.file.display()
                );
                None
            }
        }
    }

    /// Saves a position. If that fails, the events since the last saved one are reported again after a
    /// restart, with the same times.
    pub(super) fn write(&self, checkpoint: Checkpoint, is_reported: bool, now: UnixSeconds) {
        let position = SavedPosition {
            is_reported,
            saved_at: now,
            checkpoint,
        };
        if let Err(error) = write_json(&self.file, &position) {
            tracing::debug!("{} cannot be written: {error}", self.file.display());
        }
    }
}

/// Deletes the position saved in the folder.
pub(super) fn forget(data_dir: &Path) -> std::io::Result<()> {
    match fs::remove_file(data_dir.join(FILE)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
