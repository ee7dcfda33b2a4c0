//! Writes queued events to the spool.

use std::sync::atomic::Ordering;

use oxeye_plugin_client::SpoolError;
use tokio::sync::mpsc;

use super::super::{FromLog, Outgoing, Queued, Receipt, ReceiptStatus};
use super::DeliveryWorker;

impl<E: Outgoing> DeliveryWorker<E> {
    /// Writes everything queued so far to disk, then drops the receipts.
    pub(super) fn store_all(
        &mut self,
        first: Queued<E>,
        queue: &mut mpsc::UnboundedReceiver<Queued<E>>,
    ) {
        let mut all = vec![first];
        while let Ok(next) = queue.try_recv() {
            all.push(next);
        }
        for queued in &all {
            self.store(queued);
        }
        let mut receipts = all
            .iter()
            .filter_map(|queued| Some(&queued.from_log.as_ref()?.receipt))
            .peekable();
        if receipts.peek().is_none() {
            return;
        }
        // After this, the copies beside the position in the log are overwritten, so the events must survive
        // a power failure.
        if let Err(error) = self.spool.sync() {
            for receipt in receipts {
                let _ = receipt.send(ReceiptStatus::Lost);
            }
            let what = "a power failure may lose events";
            self.log.trouble(what, &error.to_string());
        }
    }

    pub(super) fn store(&mut self, queued: &Queued<E>) {
        match &queued.from_log {
            Some(FromLog { number, receipt }) => match number {
                Some(number) => self.store_once(&queued.event, *number, receipt),
                None => self.store_unsaved(&queued.event, receipt),
            },
            None => {
                if let Err(error) = self.spool.push(&queued.event) {
                    let consequence = if E::IS_OPTIONAL {
                        "is lost"
                    } else {
                        "is missing until the next full sync"
                    };
                    self.log.event_trouble(consequence, &error.to_string());
                }
            }
        }
        if !self.is_unsupported {
            self.log.dropped(self.spool.dropped());
        }
        self.state
            .waiting
            .store(self.spool.len(), Ordering::Relaxed);
    }

    /// Stores an event that is read again under another number if this fails, so no later one has to wait
    /// for it.
    fn store_unsaved(&mut self, event: &E, receipt: &Receipt) {
        match self.spool.push(event) {
            Ok(_) => {}
            Err(error @ SpoolError::Unsendable(_)) => {
                self.log.event_trouble("is lost", &error.to_string());
            }
            Err(error) => {
                let _ = receipt.send(ReceiptStatus::Lost);
                let consequence = "will be read from the log again";
                self.log.event_trouble(consequence, &error.to_string());
            }
        }
    }

    fn store_once(&mut self, event: &E, number: u64, receipt: &Receipt) {
        let is_too_early = self.failed_number.is_some_and(|failed| failed < number);
        if is_too_early {
            let _ = receipt.send(ReceiptStatus::Lost);
            return;
        }
        self.failed_number = None;
        match self.spool.push_once(number, event) {
            Ok(_) => {}
            Err(error @ SpoolError::Unsendable(_)) => {
                self.log.event_trouble("is lost", &error.to_string());
            }
            Err(error) => {
                self.failed_number = Some(number);
                let _ = receipt.send(ReceiptStatus::Lost);
                self.log
                    .event_trouble("will be written again", &error.to_string());
            }
        }
    }
}
