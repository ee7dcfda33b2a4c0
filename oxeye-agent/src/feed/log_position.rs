//! The position up to which the log has been reported. It survives restarts of the agent.
//!
//! The reports about the lines before a position are saved in the same file as the position, before the
//! spools get them. So an agent that is killed at any moment neither reads a line again whose reports are
//! in a spool, nor loses one: the next run gives all reports beside the position to the spools, which know
//! by their numbers what they already have.

use std::fs;
use std::path::{Path, PathBuf};

use oxeye_plugin_proto::UnixSeconds;
use oxeye_process::private_file::write_json;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::follow::Checkpoint;
use crate::outbox::Receipt;
use crate::reconcile::{Link, Report};
use crate::source_update::SourceKind;

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
    /// The reports about the last lines before the position. An agent that was killed may not have put
    /// all of them into the spools. Old files have none.
    #[serde(default, deserialize_with = "valid_reports")]
    pub(super) reports: Vec<NumberedReport>,
}

/// A report that follows from the log, with a number that grows from one report to the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NumberedReport {
    pub(crate) number: u64,
    pub(crate) report: Report,
}

/// Reads the reports, except those that no backend could read either.
fn valid_reports<'de, D: Deserializer<'de>>(json: D) -> Result<Vec<NumberedReport>, D::Error> {
    let values = Vec::<Value>::deserialize(json)?.into_iter();
    let reports = values.filter_map(|value| serde_json::from_value(value).ok());
    Ok(reports.collect())
}

/// How far the log has been read once an update is processed.
#[derive(Debug)]
pub(crate) struct Commit {
    pub(super) position: LogPosition,
    pub(super) checkpoint: Box<Checkpoint>,
    /// Whether an earlier run has reported everyone who is online at the position.
    pub(super) was_reported: bool,
    /// Dropped when every report that follows from the update is on disk.
    pub(crate) receipt: Receipt,
}

impl Commit {
    /// Saves the position together with the reports that follow from the update, and returns the latter.
    /// They may go to the spools from now on. `believed` is the source that is believed after the update.
    pub(crate) fn save(
        self,
        believed: Option<SourceKind>,
        reports: Vec<NumberedReport>,
        now: UnixSeconds,
    ) -> (Vec<NumberedReport>, Receipt) {
        let saved = SavedPosition {
            is_reported: believed.map_or(self.was_reported, |source| source == SourceKind::Log),
            saved_at: now,
            checkpoint: *self.checkpoint,
            reports,
        };
        self.position.write(&saved);
        (saved.reports, self.receipt)
    }
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
    pub(super) fn write(&self, position: &SavedPosition) {
        if let Err(error) = write_json(&self.file, position) {
            tracing::debug!("{} cannot be written: {error}", self.file.display());
        }
    }
}

/// Removes the saved reports for a linked server, which gets another key.
pub(super) fn forget_reports(data_dir: &Path, link: &Link) {
    let position = LogPosition::in_folder(data_dir);
    if let Some(mut saved) = position.read() {
        saved
            .reports
            .retain(|numbered| numbered.report.link != *link);
        position.write(&saved);
    }
}

/// Deletes the position saved in the folder.
pub(super) fn forget(data_dir: &Path) -> std::io::Result<()> {
    match fs::remove_file(data_dir.join(FILE)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
