//! The position up to which the log has been reported. It survives restarts of the agent.
//!
//! The reports about the lines before a position are saved in the same file as the position, before the
//! spools get them. So an agent that is killed at any moment neither reads a line again whose reports are
//! in a spool, nor loses one: the next run gives all reports beside the position to the spools, which know
//! by their numbers what they already have. If the file cannot be written, reports wait only a short time;
//! after that, they are given to the spools without numbers, and an agent that ends before the file can be
//! written reads their lines again.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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
    /// Adds the reports that follow from the update. `believed` is the source that is believed after it.
    pub(crate) fn with_reports(
        self,
        believed: Option<SourceKind>,
        reports: Vec<NumberedReport>,
        now: UnixSeconds,
    ) -> UnsavedReports {
        let saved = SavedPosition {
            is_reported: believed.map_or(self.was_reported, |source| source == SourceKind::Log),
            saved_at: now,
            checkpoint: *self.checkpoint,
            reports,
        };
        UnsavedReports {
            position: self.position,
            saved,
            is_believed: believed == Some(SourceKind::Log),
            receipt: self.receipt,
        }
    }
}

/// Reports about the log, and the position that has to be saved with them.
#[derive(Debug)]
pub(crate) struct UnsavedReports {
    position: LogPosition,
    saved: SavedPosition,
    /// Whether the log is the believed source.
    pub(crate) is_believed: bool,
    pub(crate) receipt: Receipt,
}

impl UnsavedReports {
    /// Saves the position together with the reports, and returns whether that worked. If so, the reports
    /// may go to the spools.
    pub(crate) fn save(&self) -> bool {
        self.position.write(&self.saved)
    }

    pub(crate) fn into_reports(self) -> Vec<NumberedReport> {
        self.saved.reports
    }
}

/// The file that holds the position.
#[derive(Debug, Clone)]
pub(super) struct LogPosition {
    file: PathBuf,
    /// Whether the file could not be written the last time.
    is_failing: Arc<AtomicBool>,
}

impl LogPosition {
    pub(super) fn in_folder(data_dir: &Path) -> Self {
        Self {
            file: data_dir.join(FILE),
            is_failing: Arc::default(),
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

    /// Saves a position, and returns whether that worked. Logs the first failure and the recovery.
    pub(super) fn write(&self, position: &SavedPosition) -> bool {
        let written = write_json(&self.file, position);
        let was_failing = self.is_failing.swap(written.is_err(), Ordering::Relaxed);
        let file = self.file.display();
        match &written {
            Err(error) if !was_failing => tracing::warn!(
                "{file} cannot be written ({error}); if the agent ends before it can, joins and leaves may \
                 be reported twice"
            ),
            Ok(()) if was_failing => tracing::info!("{file} can be written again"),
            _ => {}
        }
        written.is_ok()
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
