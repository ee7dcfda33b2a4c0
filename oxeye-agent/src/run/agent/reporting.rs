//! Hands reports to the outboxes. Those that follow from the log are saved with its position before.

use oxeye_plugin_proto::UnixSeconds;

use super::Agent;
use crate::feed::{Commit, NumberedReport};
use crate::outbox::{Outbox, Receipt, ReceiptStatus};
use crate::reconcile::{Link, Report};
use crate::source_update::{SourceKind, SourceUpdate};

impl Agent {
    /// Processes an update from the log. Its position is saved with the reports that follow, before the
    /// outboxes get them.
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
        let (reports, receipt) = commit.save(believed, reports, now);
        let is_believed = believed == Some(SourceKind::Log);
        let _ = receipt.send(ReceiptStatus::Accepted { is_believed });
        self.report_once(reports, &receipt);
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
