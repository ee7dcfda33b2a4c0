//! Writes queued events to the spool.

use std::sync::atomic::Ordering;

use oxeye_plugin_client::SpoolError;
use tokio::sync::mpsc;

use super::super::{FromLog, Outgoing, Queued, ReceiptStatus};
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
            Some(from_log) => self.store_from_log(&queued.event, from_log),
            None => self.store_other(&queued.event),
        }
        if !self.is_unsupported {
            self.log.dropped(self.spool.dropped());
        }
        self.state
            .waiting
            .store(self.spool.len(), Ordering::Relaxed);
    }

    fn store_other(&mut self, event: &E) {
        if let Err(error) = self.spool.push(event) {
            let consequence = match E::IS_OPTIONAL {
                true => "is lost",
                false => "is missing until the next full sync",
            };
            self.log.event_trouble(consequence, &error.to_string());
        }
    }

    /// Stores an event once by its number. One without a number is read again under another if this fails, so no
    /// later one has to wait for it.
    fn store_from_log(&mut self, event: &E, FromLog { number, receipt }: &FromLog) {
        let stored = match number {
            Some(number) if self.failed_number.is_some_and(|failed| failed < *number) => {
                let _ = receipt.send(ReceiptStatus::Lost);
                return;
            }
            Some(number) => {
                self.failed_number = None;
                self.spool.push_once(*number, event).map(|_| ())
            }
            None => self.spool.push(event).map(|_| ()),
        };
        let Err(error) = stored else {
            return;
        };
        let consequence = match (&error, number) {
            (SpoolError::Unsendable(_), _) => "is lost",
            (_, Some(_)) => "will be written again",
            (_, None) => "will be read from the log again",
        };
        if !matches!(error, SpoolError::Unsendable(_)) {
            self.failed_number = number.or(self.failed_number);
            let _ = receipt.send(ReceiptStatus::Lost);
        }
        self.log.event_trouble(consequence, &error.to_string());
    }
}
