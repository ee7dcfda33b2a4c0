//! Hands reports to the outboxes. Those that follow from the log are saved with its position before.

use oxeye_plugin_proto::UnixSeconds;

use super::Agent;
use crate::feed::{Commit, NumberedReport, UnsavedReports};
use crate::outbox::{Outbox, Receipt, ReceiptStatus};
use crate::reconcile::{Link, Report};
use crate::source_update::{SourceKind, SourceUpdate};

/// How often in a row saving may fail, about once a second, before reports wait no longer.
const MOST_FAILED_SAVES: u32 = 10;

impl Agent {
    /// Processes an update from the log. Its position is saved with the reports that follow, before the
    /// outboxes get them. The log is not read on before that.
    pub(super) fn take_from_log(&mut self, update: SourceUpdate, commit: Commit, now: UnixSeconds) {
        let reports = self.reconciler.take(SourceKind::Log, update, now);
        // The hidden players must be saved before the position in the log moves past the lines that hid
        // them.
        self.hiding.save(self.reconciler.hiding());
        let reports: Vec<_> = reports
            .into_iter()
            .filter(|report| self.outbox_of(&report.link).is_some())
            .zip(self.last_number + 1..)
            .map(|(report, number)| NumberedReport { number, report })
            .collect();
        let believed = self.reconciler.believed();
        self.unsaved = Some(commit.with_reports(believed, reports, now));
        self.save_and_report();
    }

    /// Reports what follows from the log if it can be saved with the position. Otherwise it waits for the
    /// next call, but not for long.
    pub(super) fn save_and_report(&mut self) {
        let Some(unsaved) = self.unsaved.take() else {
            return;
        };
        if unsaved.save() {
            self.failed_saves = 0;
            let receipt = unsaved.receipt.clone();
            accept(&unsaved, true);
            self.report_once(unsaved.into_reports(), &receipt);
            return;
        }
        self.failed_saves = self.failed_saves.saturating_add(1);
        if self.failed_saves > MOST_FAILED_SAVES {
            self.report_unsaved(unsaved);
        } else {
            self.unsaved = Some(unsaved);
        }
    }

    /// Drops what waits to be saved. The next run reads it from the log again.
    pub(in crate::run) fn stop_waiting(&mut self) {
        self.unsaved = None;
    }

    /// Reports what could not be saved. An agent that ends before the position is saved reads it again
    /// and reports it twice.
    fn report_unsaved(&mut self, unsaved: UnsavedReports) {
        let receipt = unsaved.receipt.clone();
        accept(&unsaved, false);
        for NumberedReport { report, .. } in unsaved.into_reports() {
            if let Some(outbox) = self.outbox_of(&report.link) {
                outbox.push_unsaved(report.event, receipt.clone());
            }
        }
    }

    /// Reports what has not been reported under its number.
    pub(super) fn report_once(&mut self, reports: Vec<NumberedReport>, receipt: &Receipt) {
        for NumberedReport { number, report } in reports {
            self.last_number = self.last_number.max(number);
            if let Some(outbox) = self.outbox_of(&report.link) {
                outbox.push_once(report.event, number, receipt.clone());
            }
        }
    }

    pub(super) fn report(&mut self, reports: Vec<Report>) {
        self.hiding.save(self.reconciler.hiding());
        // What happened first is reported first.
        if !reports.is_empty()
            && let Some(unsaved) = self.unsaved.take()
        {
            self.report_unsaved(unsaved);
        }
        for Report { link, event } in reports {
            if let Some(outbox) = self.outbox_of(&link) {
                outbox.push(event);
            }
        }
    }

    fn outbox_of(&self, link: &Link) -> Option<&Outbox> {
        let server = self.servers.get(link)?;
        server.is_linked.then_some(&*server.outbox)
    }
}

/// Lets the log know that its update was processed.
fn accept(unsaved: &UnsavedReports, is_saved: bool) {
    let is_believed = unsaved.is_believed;
    let _ = unsaved.receipt.send(ReceiptStatus::Accepted {
        is_believed,
        is_saved,
    });
}
