//! The worker on an outbox's thread: writes events to the spool and sends them.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use oxeye_plugin_client::{
    Client, ClientError, Delivery, DeliveryError, LinkedClient, RejectedEvent, RetryPolicy, Spool,
    deliver,
};
use oxeye_process::backoff;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::resync_limit::ResyncLimit;
use super::{BackendSignal, OutboxSettings, Outgoing, Queued, ReceiptStatus, State};

/// The first timeout of a delivery, after which it is cancelled so that newer events can be written to
/// disk. What it had already sent is sent again, which does no harm. The timeout doubles each time, so
/// that events reach a slow backend too while new ones keep coming.
const FIRST_DELIVERY_TIMEOUT: Duration = Duration::from_millis(500);

/// The longest timeout of a delivery. No request takes longer.
const LONGEST_DELIVERY_TIMEOUT: Duration = Duration::from_secs(16);

/// The longest wait after a first failure.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The longest wait that a backend, or whatever answers at its address, may ask for.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(10 * 60);

/// How long to wait before another attempt if the backend does not take such events at all.
const UNSUPPORTED_WAIT: Duration = Duration::from_secs(60 * 60);

/// How many different reasons for refusals are logged. Whatever answers at the backend's address could
/// make up any number of them.
const MOST_REFUSALS: usize = 32;

/// Writes and delivers the events of one outbox.
pub(super) struct DeliveryWorker<E> {
    client: LinkedClient,
    name: String,
    spool: Spool<E>,
    state: Arc<State>,
    closing: CancellationToken,
    /// The timeout of the next delivery.
    delivery_timeout: Duration,
    /// Since when every delivery has been cancelled before the backend answered.
    silent_since: Option<Instant>,
    /// The number of events that were waiting when the last delivery began.
    waited: usize,
    /// Failed deliveries in a row.
    failures: u32,
    next_attempt: Option<Instant>,
    /// Whether the backend does not take such events at all.
    is_unsupported: bool,
    /// How many events had been dropped when the backend last accepted the rest.
    dropped: u64,
    /// Whether dropped events were logged since then.
    has_logged_dropped: bool,
    /// The last problem that was logged, so that a recurring one is logged once.
    last_trouble: String,
    /// The reasons for refusals that were logged.
    refusals: HashSet<String>,
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
            name: settings.name,
            spool,
            state,
            closing,
            delivery_timeout: FIRST_DELIVERY_TIMEOUT,
            silent_since: None,
            waited: 0,
            failures: 0,
            next_attempt: None,
            is_unsupported: false,
            dropped: 0,
            has_logged_dropped: false,
            last_trouble: String::new(),
            refusals: HashSet::new(),
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
        if self.failures == 0 && !self.spool.is_empty() {
            let _ = timeout(FIRST_DELIVERY_TIMEOUT, self.deliver()).await;
        }
    }

    /// Lets a delivery run for a while even if events keep coming, so that not every event cancels it.
    async fn deliver_meanwhile(&mut self) {
        let must_wait = self.next_attempt.is_some_and(|at| at > Instant::now());
        if must_wait || self.spool.is_empty() {
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
        if let Some(next_attempt) = self.next_attempt {
            sleep_until(next_attempt).await;
        }
        self.deliver().await;
    }

    /// Writes everything queued so far to disk, then drops the receipts.
    fn store_all(&mut self, first: Queued<E>, queue: &mut mpsc::UnboundedReceiver<Queued<E>>) {
        let mut all = vec![first];
        while let Ok(next) = queue.try_recv() {
            all.push(next);
        }
        for queued in &all {
            self.store(queued);
        }
        let mut receipts = all
            .iter()
            .filter_map(|queued| queued.receipt.as_ref())
            .peekable();
        if receipts.peek().is_none() {
            return;
        }
        // After this, the position in the log moves on, so the events must survive a power failure.
        if let Err(error) = self.spool.sync() {
            for receipt in receipts {
                let _ = receipt.send(ReceiptStatus::Lost);
            }
            self.log_trouble("a power failure may lose events", &error.to_string());
        }
    }

    fn store(&mut self, queued: &Queued<E>) {
        if let Err(error) = self.spool.push(&queued.event) {
            let consequence = match &queued.receipt {
                Some(receipt) => {
                    let _ = receipt.send(ReceiptStatus::Lost);
                    "will be read from the log again"
                }
                None if E::IS_OPTIONAL => "is lost",
                None => "is missing until the next full sync",
            };
            let what = format!("{} of {} {consequence}", E::ONE, self.name);
            self.log_trouble(&what, &error.to_string());
        }
        self.log_dropped();
        self.state
            .waiting
            .store(self.spool.len(), Ordering::Relaxed);
    }

    async fn deliver(&mut self) {
        self.waited = self.spool.len();
        self.silent_since.get_or_insert_with(Instant::now);
        let delivery = deliver(&self.client, &mut self.spool).await;
        self.state
            .waiting
            .store(self.spool.len(), Ordering::Relaxed);
        self.log_refusals(&delivery.refused);
        let resync = delivery.resync || self.client.needs_full_sync();
        self.note_outcome(delivery);
        if self.failures > 0 {
            return;
        }
        let is_allowed = self.resync_limit.allow(resync, Instant::now());
        if is_allowed {
            (self.signal)(BackendSignal::FullSyncWanted);
        }
    }

    /// Logs each reason once, because a player whose name the backend refuses may come and go all day.
    fn log_refusals(&mut self, refused: &[RejectedEvent<E>]) {
        for RejectedEvent { event, why } in refused {
            let reason = refusal(event, why);
            if self.refusals.len() >= MOST_REFUSALS || self.refusals.contains(&reason) {
                continue;
            }
            let name = &self.name;
            tracing::warn!("the backend refuses {} of {name}: {reason}", E::ONE);
            self.refusals.insert(reason);
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
                    self.failures = 0;
                }
                if matches!(stopped_by, DeliveryError::Client(ClientError::NotLinked)) {
                    (self.signal)(BackendSignal::NotLinked);
                }
                self.failed(&stopped_by.to_string(), retry_after(&stopped_by));
            }
        }
    }

    fn succeeded(&mut self) {
        if self.failures > 0 {
            let name = &self.name;
            tracing::info!("the backend accepts the {} of {name} again", E::SEVERAL);
        }
        self.is_unsupported = false;
        self.dropped = self.spool.dropped();
        self.has_logged_dropped = false;
        self.state.is_held_up.store(false, Ordering::Relaxed);
        self.silent_since = None;
        self.failures = 0;
        self.next_attempt = None;
        self.last_trouble.clear();
    }

    fn failed(&mut self, why: &str, retry_after: Duration) {
        self.state.is_held_up.store(true, Ordering::Relaxed);
        self.silent_since = None;
        self.failures = self.failures.saturating_add(1);
        self.next_attempt = Some(Instant::now() + wait(self.failures, retry_after));
        let waiting = self.spool.len();
        let (events, name) = (E::SEVERAL, &self.name);
        let what = format!("{events} of {name} are waiting ({waiting} so far)");
        self.log_trouble(&what, why);
    }

    /// Makes attempts rare, because the backend is older than these events or its operator does not want
    /// them. This is logged once.
    fn is_not_supported(&mut self, why: &str) {
        self.silent_since = None;
        self.failures = self.failures.saturating_add(1);
        self.next_attempt = Some(Instant::now() + UNSUPPORTED_WAIT);
        let was_unsupported = std::mem::replace(&mut self.is_unsupported, true);
        if !was_unsupported {
            let (events, name) = (E::SEVERAL, &self.name);
            tracing::info!(
                "the backend takes no {events} of {name}, so the agent tries again once an hour: {why}"
            );
        }
    }

    /// Logs once that events were dropped, until the backend accepts the others.
    fn log_dropped(&mut self) {
        let drops = self.spool.dropped() > self.dropped && !self.is_unsupported;
        if drops && !self.has_logged_dropped {
            self.has_logged_dropped = true;
            let (events, name) = (E::SEVERAL, &self.name);
            tracing::warn!("too many {events} of {name} are waiting; the oldest are dropped");
        }
    }

    fn log_trouble(&mut self, what: &str, why: &str) {
        if self.last_trouble != why {
            tracing::warn!("{what}: {why}");
            self.last_trouble = why.to_owned();
        }
    }
}

/// Returns the kind of an event and why it was refused. A reason that names a player is left out.
fn refusal(event: &impl Outgoing, why: &str) -> String {
    let kind = event.kind();
    if event.is_named_in(why) {
        kind.to_owned()
    } else {
        format!("{kind}, {why}")
    }
}

fn retry_after(error: &DeliveryError) -> Duration {
    match error {
        DeliveryError::Client(ClientError::Refused { retry_after, .. }) => {
            retry_after.unwrap_or_default()
        }
        _ => Duration::ZERO,
    }
}

/// Returns how long to wait after that many failures in a row, which is at least what the backend asked
/// for.
fn wait(failures: u32, retry_after: Duration) -> Duration {
    let ceiling = backoff::ceiling(FIRST_WAIT, LONGEST_WAIT, failures - 1);
    let retry_after = retry_after.min(LONGEST_RETRY_AFTER);
    retry_after.max(backoff::random_part(ceiling))
}

#[cfg(test)]
mod tests {
    use oxeye_plugin_proto::{ActivityEvent, Event, PlayerName, SyncPlayer, UnixSeconds};

    use super::*;

    #[test]
    fn a_logged_refusal_names_no_player() {
        let player = PlayerName::try_from("Alex").unwrap();
        let join = Event::join(player.clone(), UnixSeconds(5));
        assert_eq!(refusal(&join, "too many"), "join, too many");
        assert_eq!(refusal(&join, "Alex is too many"), "join");
        let death = ActivityEvent::new(player.clone(), "death".parse().unwrap());
        assert_eq!(refusal(&death, "too old"), "death, too old");
        assert_eq!(refusal(&death, "Alex is too old"), "death");

        let sync = Event::Sync {
            players: [SyncPlayer::new(player)].into_iter().collect(),
            heartbeat_secs: None,
            reason: None,
            at: UnixSeconds(5),
        };
        assert_eq!(refusal(&sync, "not Alex"), "sync");
    }

    #[test]
    fn a_wait_is_at_least_what_the_backend_asked_for_within_limits() {
        let asked = Duration::from_secs(90);
        assert_eq!(wait(1, asked), asked);
        assert_eq!(
            wait(1, Duration::from_secs(100_000_000)),
            LONGEST_RETRY_AFTER
        );
        assert!(wait(u32::MAX, Duration::ZERO) <= LONGEST_WAIT);
    }
}
