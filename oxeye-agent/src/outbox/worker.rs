//! The worker on an outbox's thread: writes events to the spool and sends them.

mod storing;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use oxeye_plugin_client::{
    Client, ClientError, Delivery, DeliveryError, LinkedClient, RetryPolicy, Spool, deliver,
};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use super::attempts::{Attempts, retry_after};
use super::resync_limit::ResyncLimit;
use super::trouble_log::TroubleLog;
use super::{BackendSignal, OutboxSettings, Outgoing, Queued, State};

/// The first timeout of a delivery, after which it is cancelled so that newer events can be written to
/// disk. What it had already sent is sent again, which does no harm. The timeout doubles each time, so
/// that events reach a slow backend too while new ones keep coming.
const FIRST_DELIVERY_TIMEOUT: Duration = Duration::from_millis(500);

/// The longest timeout of a delivery. No request takes longer.
const LONGEST_DELIVERY_TIMEOUT: Duration = Duration::from_secs(16);

/// Writes and delivers the events of one outbox.
pub(super) struct DeliveryWorker<E> {
    client: LinkedClient,
    log: TroubleLog<E>,
    spool: Spool<E>,
    /// The number of an event of the log that could not be written. Later ones must not be written before
    /// it.
    failed_number: Option<u64>,
    state: Arc<State>,
    closing: CancellationToken,
    /// The timeout of the next delivery.
    delivery_timeout: Duration,
    /// Since when every delivery has been cancelled before the backend answered.
    silent_since: Option<Instant>,
    /// The number of events that were waiting when the last delivery began.
    waited: usize,
    attempts: Attempts,
    /// Whether the backend does not take such events at all.
    is_unsupported: bool,
    resync_limit: ResyncLimit,
    signal: Box<dyn Fn(BackendSignal) + Send>,
}

impl<E: Outgoing> DeliveryWorker<E> {
    pub(super) fn new(
        settings: OutboxSettings,
        spool: Spool<E>,
        state: Arc<State>,
        closing: CancellationToken,
        signal: Box<dyn Fn(BackendSignal) + Send>,
    ) -> Self {
        let client = Client::with_key(&settings.backend, settings.key);
        Self {
            // The worker itself does the longer waits, because new events cancel the client's.
            client: client.retrying(RetryPolicy {
                tries: 2,
                longest_retry_after: Duration::ZERO,
                ..RetryPolicy::default()
            }),
            log: TroubleLog::new(settings.name),
            spool,
            failed_number: None,
            state,
            closing,
            delivery_timeout: FIRST_DELIVERY_TIMEOUT,
            silent_since: None,
            waited: 0,
            attempts: Attempts::default(),
            is_unsupported: false,
            resync_limit: ResyncLimit::default(),
            signal,
        }
    }

    /// Runs until the outbox is closed.
    pub(super) async fn work(mut self, mut queue: mpsc::UnboundedReceiver<Queued<E>>) {
        loop {
            let first = tokio::select! {
                biased;
                first = queue.recv() => first,
                () = self.delivered() => continue,
            };
            let Some(first) = first else { break };
            self.check_silence();
            self.store_all(first, &mut queue);
            self.deliver_meanwhile().await;
        }
        // If the backend answers, try once more to deliver the last events, such as the server's stop.
        if !self.attempts.have_failed() && !self.spool.is_empty() {
            let _ = timeout(FIRST_DELIVERY_TIMEOUT, self.deliver()).await;
        }
    }

    /// Lets a delivery run for a while even if events keep coming, so that not every event cancels it.
    async fn deliver_meanwhile(&mut self) {
        if self.attempts.must_wait() || self.spool.is_empty() {
            return;
        }
        let (closing, delivery_timeout) = (self.closing.clone(), self.delivery_timeout);
        let delivery = timeout(delivery_timeout, self.deliver());
        let Some(delivery) = closing.run_until_cancelled(delivery).await else {
            return;
        };
        let has_ended = delivery.is_ok();
        self.delivery_timeout = if has_ended {
            FIRST_DELIVERY_TIMEOUT
        } else {
            self.check_silence();
            self.delivery_timeout
                .saturating_mul(2)
                .min(LONGEST_DELIVERY_TIMEOUT)
        };
    }

    /// Counts a failure if deliveries were cancelled and the backend has accepted nothing within the
    /// longest timeout.
    fn check_silence(&mut self) {
        let Some(silent_since) = self.silent_since else {
            return;
        };
        if self.spool.len() < self.waited {
            self.silent_since = None;
        } else if silent_since.elapsed() >= LONGEST_DELIVERY_TIMEOUT {
            self.failed("the backend does not answer", Duration::ZERO);
        }
    }

    /// Completes when a due delivery has ended. Never completes while there is nothing to deliver.
    async fn delivered(&mut self) {
        if self.spool.is_empty() {
            return std::future::pending().await;
        }
        self.attempts.wait_for_next().await;
        self.deliver().await;
    }

    async fn deliver(&mut self) {
        self.waited = self.spool.len();
        self.silent_since.get_or_insert_with(Instant::now);
        let delivery = deliver(&self.client, &mut self.spool).await;
        self.state
            .waiting
            .store(self.spool.len(), Ordering::Relaxed);
        self.log.refused(&delivery.refused);
        let resync = delivery.resync || self.client.needs_full_sync();
        self.note_outcome(delivery);
        if self.attempts.have_failed() {
            return;
        }
        let is_allowed = self.resync_limit.allow(resync, Instant::now());
        if is_allowed {
            (self.signal)(BackendSignal::FullSyncWanted);
        }
    }

    fn note_outcome(&mut self, delivery: Delivery<E>) {
        match delivery.stopped_by {
            None => self.succeeded(),
            Some(DeliveryError::Client(error)) if E::IS_OPTIONAL && error.is_unsupported() => {
                self.is_not_supported(&error.to_string());
            }
            Some(stopped_by) => {
                // A backend that accepts some events is working, so the backoff starts over.
                if delivery.delivered > 0 {
                    self.attempts.forget_failures();
                }
                if matches!(stopped_by, DeliveryError::Client(ClientError::NotLinked)) {
                    (self.signal)(BackendSignal::NotLinked);
                }
                self.failed(&stopped_by.to_string(), retry_after(&stopped_by));
            }
        }
    }

    fn succeeded(&mut self) {
        self.log
            .accepted(self.attempts.have_failed(), self.spool.dropped());
        self.is_unsupported = false;
        self.state.is_held_up.store(false, Ordering::Relaxed);
        self.silent_since = None;
        self.attempts = Attempts::default();
    }

    fn failed(&mut self, why: &str, retry_after: Duration) {
        self.state.is_held_up.store(true, Ordering::Relaxed);
        self.silent_since = None;
        self.attempts.failed(retry_after);
        self.log.waiting(self.spool.len(), why);
    }

    /// Makes attempts rare, because the backend is older than these events or its operator does not want
    /// them. This is logged once.
    fn is_not_supported(&mut self, why: &str) {
        self.silent_since = None;
        self.attempts.wait_long();
        let was_unsupported = std::mem::replace(&mut self.is_unsupported, true);
        if !was_unsupported {
            self.log.unsupported(why);
        }
    }
}

#[cfg(test)]
mod tests;
