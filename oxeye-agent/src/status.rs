//! What a running agent knows, in a file for `oxeye-agent status`.

use std::fs;
use std::io;
use std::path::Path;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use serde::{Deserialize, Serialize};

use crate::private_file::write_json;

/// The file's name in the data folder.
const FILE: &str = "status.json";

/// A running agent writes it at least this often, in seconds.
pub const WRITTEN_EVERY_SECS: u64 = 15;

/// What the agent knew when it last wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// When it was written.
    pub written_at: UnixSeconds,
    /// The process.
    pub pid: u32,
    /// The source that is believed, as people call it.
    pub source: Option<String>,
    /// How many are on, if that is all the source tells.
    pub count: Option<u32>,
    /// Why other sources do not work: name and sentence.
    pub failures: Vec<(String, String)>,
    /// Who is on.
    pub online: Vec<PlayerName>,
    /// Events that the backend has not taken yet.
    pub waiting: usize,
}

impl Status {
    /// Replaces what the file said.
    ///
    /// # Errors
    ///
    /// What the disk says.
    pub fn write(&self, data_dir: &Path) -> io::Result<()> {
        write_json(&data_dir.join(FILE), self)
    }

    /// What an agent wrote last; `None` if none ever ran in this folder.
    ///
    /// # Errors
    ///
    /// What the disk says, and when the file holds something else.
    pub fn read(data_dir: &Path) -> io::Result<Option<Self>> {
        match fs::read(data_dir.join(FILE)) {
            Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The agent stops.
    pub fn remove(data_dir: &Path) {
        // If it stays, it is soon too old to be believed.
        let _ = fs::remove_file(data_dir.join(FILE));
    }

    /// Whether the agent that wrote it is likely to run still.
    #[must_use]
    pub fn is_fresh(&self, now: UnixSeconds) -> bool {
        now.saturating_since(self.written_at).as_secs() <= 3 * WRITTEN_EVERY_SECS
    }
}
