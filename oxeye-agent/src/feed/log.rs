//! Follows the log on a thread of its own and saves its position.

mod delivery;
mod reader;

use std::path::Path;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use anyhow::Context;
use oxeye_process::clock::Clock;

use self::reader::Reader;
use super::Messages;
use super::log_position::{self, LogPosition};
use crate::follow::LogFileSettings;
use crate::log::{Concern, LogReader};
use crate::reconcile::Link;

/// The thread that follows the log.
#[derive(Debug)]
pub(crate) struct LogFeed {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl LogFeed {
    /// Starts to follow the log. Its position is saved in `data_dir`.
    ///
    /// # Errors
    ///
    /// When no thread can be started.
    pub(crate) fn start(
        settings: LogFileSettings,
        data_dir: &Path,
        clock: Clock,
        messages: Messages,
    ) -> anyhow::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let position = LogPosition::in_folder(data_dir);
        let reader = Reader::new(&settings, position, clock, messages, stopped);
        let thread = thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || reader.follow(&settings))
            .context("cannot start to follow the log")?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl LogFeed {
    /// Stops reading.
    pub(crate) fn stop(&mut self) {
        drop(self.stop.take());
    }
}

impl Drop for LogFeed {
    /// Waits until the position is saved. All receipts must have been dropped before.
    fn drop(&mut self) {
        self.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Deletes the saved position, so that the next run reads the log back to its last boot.
///
/// # Errors
///
/// When the file system returns an error.
pub(crate) fn forget_position(data_dir: &Path) -> std::io::Result<()> {
    log_position::forget(data_dir)
}

/// Removes the reports for a linked server that are saved beside the position, because the server gets
/// another key.
pub(crate) fn forget_reports(data_dir: &Path, link: &Link) {
    log_position::forget_reports(data_dir, link);
}

/// Returns the message for a log in which nothing has been understood so far.
pub(super) fn not_understood(reader: &LogReader, log: &str) -> String {
    if reader.translated().is_some() {
        return format!(
            "so far no line of {log} about players is understood, because it is in another language"
        );
    }
    match reader.wrong_family() {
        Some((named, Some(family))) => format!(
            "so far no line of {log} shows a {named} log, as --family says; it looks like a {family} log"
        ),
        Some((named, None)) => format!("so far no line of {log} is understood as a {named} log"),
        None => format!("so far no line of {log} is understood"),
    }
}

/// Logs what the server's log does not record.
pub(super) fn warn_of_what_is_left_out(reader: &LogReader, log: &str) {
    for concern in Concern::left_out(reader) {
        tracing::warn!("{}", concern.in_words(log));
    }
}
