//! The file that remembers the hidden players across restarts of the agent. The log shows that a player
//! hides only once, and a list never does.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use oxeye_plugin_proto::PlayerName;
use oxeye_process::private_file::write_json;

/// The name of the file in the data folder. It holds a list of names.
const FILE: &str = "hiding.json";

/// The file and its contents.
#[derive(Debug)]
pub(super) struct HidingFile {
    path: PathBuf,
    names: BTreeSet<PlayerName>,
}

impl HidingFile {
    /// Reads the file. If there is no readable file, nobody is hidden.
    pub(super) fn in_folder(data_dir: &Path) -> Self {
        let path = data_dir.join(FILE);
        let names = fs::read(&path)
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default();
        Self { path, names }
    }

    /// Returns who was hidden when the file was last written.
    pub(super) fn names(&self) -> &BTreeSet<PlayerName> {
        &self.names
    }

    /// Writes the file if the hidden players have changed.
    pub(super) fn save(&mut self, hiding: &BTreeSet<PlayerName>) {
        if self.names == *hiding {
            return;
        }
        match write_json(&self.path, hiding) {
            Ok(()) => self.names.clone_from(hiding),
            Err(error) => tracing::debug!("{} cannot be written: {error}", self.path.display()),
        }
    }
}
