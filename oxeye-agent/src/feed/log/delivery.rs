//! Hands something to the agent and waits until it is on disk.

use std::sync::mpsc;

use super::super::{Message, Messages};
use crate::outbox::{Receipt, ReceiptStatus};

/// The outcome of an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// There was nothing to report.
    Nothing,
    /// All of it is on disk.
    OnDisk {
        /// Whether the log is the believed source, so that its roster has been reported.
        is_believed: bool,
        /// Whether the position was saved.
        is_saved: bool,
    },
    /// Some of it is not in the spools.
    Lost {
        /// Whether the position was saved, and with it everything that is missing from the spools.
        /// Otherwise the lines have to be read again.
        is_saved: bool,
    },
}

impl Outcome {
    /// Whether the position was saved.
    pub(super) fn is_saved(self) -> bool {
        match self {
            Self::Nothing => false,
            Self::OnDisk { is_saved, .. } | Self::Lost { is_saved } => is_saved,
        }
    }
}

/// Sends a message and waits until everything that follows from it is on disk.
pub(super) fn send_and_wait(
    messages: &Messages,
    message: impl FnOnce(Receipt) -> Message,
) -> Outcome {
    let (receipt, on_disk) = mpsc::channel();
    let mut outcome = Outcome::Lost { is_saved: false };
    if messages.send(message(receipt)).is_err() {
        return outcome;
    }
    // This ends when all receipts are dropped.
    for status in &on_disk {
        match status {
            ReceiptStatus::Accepted {
                is_believed,
                is_saved,
            } => {
                outcome = Outcome::OnDisk {
                    is_believed,
                    is_saved,
                };
            }
            ReceiptStatus::Lost => {
                let is_saved = outcome.is_saved();
                return Outcome::Lost { is_saved };
            }
        }
    }
    outcome
}
