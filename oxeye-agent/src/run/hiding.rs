//! The players who are hidden, kept across restarts of the agent: the log says so once, and a list never does.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use oxeye_plugin_proto::PlayerName;
use oxeye_process::private_file::write_json;

/// The file's name in the data folder: a list of names.
const FILE: &str = "hiding.json";

/// The file and its contents.
#[derive(Debug)]
pub(super) struct HidingFile {
    path: PathBuf,
    names: BTreeSet<PlayerName>,
}

impl HidingFile {
    /// Reads the file. Without a readable one, nobody is hiding.
    pub(super) fn in_folder(data_dir: &Path) -> Self {
        let path = data_dir.join(FILE);
        let names = fs::read(&path)
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default();
        Self { path, names }
    }

    /// Returns who was hiding when the file was last written.
    pub(super) fn names(&self) -> &BTreeSet<PlayerName> {
        &self.names
    }

    /// Writes the file if that has changed.
    pub(super) fn keep(&mut self, hiding: &BTreeSet<PlayerName>) {
        if self.names == *hiding {
            return;
        }
        match write_json(&self.path, hiding) {
            Ok(()) => self.names.clone_from(hiding),
            Err(error) => tracing::debug!("{} cannot be written: {error}", self.path.display()),
        }
    }
}
