//! The file with the state of a running agent, for `oxeye-agent status`.

use std::path::Path;
use std::{fs, io};

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use oxeye_process::private_file::write_json;
use serde::{Deserialize, Serialize};

/// The file's name in the data folder.
const FILE: &str = "status.json";

/// The longest time between two writes of the file by a running agent, in seconds.
pub(crate) const WRITTEN_EVERY_SECS: u64 = 15;

/// The state of the agent when it last wrote the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Status {
    /// When the file was written.
    pub(crate) written_at: UnixSeconds,
    /// The agent's process id.
    pub(crate) pid: u32,
    /// The display name of the believed source.
    pub(crate) source: Option<String>,
    /// The number of players, if the source knows nothing else.
    pub(crate) count: Option<u32>,
    /// The other sources that do not work, each with its name and the reason.
    pub(crate) failures: Vec<(String, String)>,
    /// The players who are online.
    pub(crate) online: Vec<PlayerName>,
    /// The number of events that the backend has not accepted yet.
    pub(crate) waiting: usize,
}

impl Status {
    /// Replaces the file.
    ///
    /// # Errors
    ///
    /// When the file system returns an error.
    pub(crate) fn write(&self, data_dir: &Path) -> io::Result<()> {
        write_json(&data_dir.join(FILE), self)
    }

    /// Returns what an agent last wrote, or `None` if there is no file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or holds something else.
    pub(crate) fn read(data_dir: &Path) -> io::Result<Option<Self>> {
        match fs::read(data_dir.join(FILE)) {
            Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Removes the file when the agent stops.
    pub(crate) fn remove(data_dir: &Path) {
        // If this fails, the file will soon be too old to matter.
        let _ = fs::remove_file(data_dir.join(FILE));
    }

    /// Whether the agent that wrote the file is probably still running.
    #[must_use]
    pub(crate) fn is_fresh(&self, now: UnixSeconds) -> bool {
        now.saturating_since(self.written_at).as_secs() <= 3 * WRITTEN_EVERY_SECS
    }
}
