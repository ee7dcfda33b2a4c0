//! The place in the log up to which everything was told, kept over a restart of the agent.

use std::fs;
use std::path::{Path, PathBuf};

use oxeye_plugin_proto::UnixSeconds;
use serde::{Deserialize, Serialize};

use crate::follow::Checkpoint;
use crate::private_file::write_json;

/// The file's name in the data folder.
const FILE: &str = "log-place.json";

/// A place, and whether those who were on there were told already.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct KeptPlace {
    /// Not yet, if the agent was killed between keeping the first place and telling it.
    pub(super) is_told: bool,
    /// When it was kept.
    pub(super) kept_at: UnixSeconds,
    pub(super) checkpoint: Checkpoint,
}

/// Where the place is kept.
#[derive(Debug, Clone)]
pub(super) struct Place {
    file: PathBuf,
}

impl Place {
    pub(super) fn in_folder(data_dir: &Path) -> Self {
        Self {
            file: data_dir.join(FILE),
        }
    }

    /// The place as it was kept. A file that is not there or cannot be understood is none: then the
    /// log is read back, and nothing worse happens.
    pub(super) fn read(&self) -> Option<KeptPlace> {
        let text = fs::read(&self.file).ok()?;
        match serde_json::from_slice(&text) {
            Ok(place) => Some(place),
            Err(_) => {
                tracing::warn!(
                    "{} is damaged, so the log is read back to the last boot",
                    self.file.display()
                );
                None
            }
        }
    }

    /// Keeps a place. If the disk refuses, what was told since the last one is told again after a
    /// restart, with the same times.
    pub(super) fn write(&self, checkpoint: Checkpoint, is_told: bool, now: UnixSeconds) {
        let place = KeptPlace {
            is_told,
            kept_at: now,
            checkpoint,
        };
        if let Err(error) = write_json(&self.file, &place) {
            tracing::debug!("{} cannot be written: {error}", self.file.display());
        }
    }
}

/// Forgets the place that was kept in this folder.
pub(super) fn forget(data_dir: &Path) -> std::io::Result<()> {
    match fs::remove_file(data_dir.join(FILE)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
