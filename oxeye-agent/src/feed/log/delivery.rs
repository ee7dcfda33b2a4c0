//! Hands an update to the agent and waits until it is on disk.

use std::sync::mpsc;

use super::super::{Message, Messages};
use crate::outbox::ReceiptStatus;
use crate::source_update::{SourceKind, SourceUpdate};

/// The outcome of an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// There was nothing to report.
    Nothing,
    /// All of it is on disk.
    OnDisk {
        /// Whether the log is the believed source, so that its roster has been reported.
        is_believed: bool,
    },
    /// Some of it is not on disk and has to be reported again.
    Lost,
}

/// Sends an update and waits until everything that follows from it is on disk.
pub(super) fn send_and_wait(messages: &Messages, update: SourceUpdate) -> Outcome {
    let (receipt, on_disk) = mpsc::channel();
    let message = Message::Update {
        from: SourceKind::Log,
        update,
        receipt: Some(receipt),
    };
    if messages.send(message).is_err() {
        return Outcome::Lost;
    }
    let mut outcome = Outcome::Lost;
    // This ends when all receipts are dropped.
    for status in &on_disk {
        match status {
            ReceiptStatus::Accepted { is_believed } => outcome = Outcome::OnDisk { is_believed },
            ReceiptStatus::Lost => return Outcome::Lost,
        }
    }
    outcome
}
