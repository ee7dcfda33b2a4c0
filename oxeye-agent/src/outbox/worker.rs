//! The worker on an outbox's thread: writes events to the spool and sends them.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use oxeye_plugin_client::{
    Client, ClientError, Delivery, DeliveryError, LinkedClient, RejectedEvent, RetryPolicy, Spool,
    deliver,
};
use oxeye_plugin_proto::{Event, PlayerName};
use oxeye_process::backoff;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::resync_limit::ResyncLimit;
use super::{BackendSignal, OutboxSettings, Queued, ReceiptStatus, State};

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

/// How many different reasons for refusals are logged. Whatever answers at the backend's address could
/// make up any number of them.
const MOST_REFUSALS: usize = 32;

/// Writes and delivers the events of one outbox.
pub(super) struct DeliveryWorker {
    client: LinkedClient,
    name: String,
    spool: Spool,
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
    /// The last problem that was logged, so that a recurring one is logged once.
    last_trouble: String,
    /// The reasons for refusals that were logged.
    refusals: HashSet<String>,
    resync_limit: ResyncLimit,
    signal: Box<dyn Fn(BackendSignal) + Send>,
}

impl DeliveryWorker {
    pub(super) fn new(
        settings: OutboxSettings,
        spool: Spool,
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
            last_trouble: String::new(),
            refusals: HashSet::new(),
            resync_limit: ResyncLimit::default(),
            signal,
        }
    }

    /// Runs until the outbox is closed.
    pub(super) async fn work(mut self, mut queue: mpsc::UnboundedReceiver<Queued>) {
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
    fn store_all(&mut self, first: Queued, queue: &mut mpsc::UnboundedReceiver<Queued>) {
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

    fn store(&mut self, queued: &Queued) {
        if let Err(error) = self.spool.push(&queued.event) {
            let consequence = match &queued.receipt {
                Some(receipt) => {
                    let _ = receipt.send(ReceiptStatus::Lost);
                    "will be read from the log again"
                }
                None => "is missing until the next full sync",
            };
            let what = format!("an event of {} {consequence}", self.name);
            self.log_trouble(&what, &error.to_string());
        }
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
    fn log_refusals(&mut self, refused: &[RejectedEvent]) {
        for RejectedEvent { event, why } in refused {
            let reason = refusal(event, why);
            if self.refusals.len() >= MOST_REFUSALS || self.refusals.contains(&reason) {
                continue;
            }
            let name = &self.name;
            tracing::warn!("the backend refuses an event of {name}: {reason}");
            self.refusals.insert(reason);
        }
    }

    fn note_outcome(&mut self, delivery: Delivery) {
        match delivery.stopped_by {
            None => self.succeeded(),
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
            tracing::info!("the backend accepts the events of {} again", self.name);
        }
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
        let what = format!("events of {} are waiting ({waiting} so far)", self.name);
        self.log_trouble(&what, why);
    }

    fn log_trouble(&mut self, what: &str, why: &str) {
        if self.last_trouble != why {
            tracing::warn!("{what}: {why}");
            self.last_trouble = why.to_owned();
        }
    }
}

/// Returns the kind of an event and why it was refused. A reason that names a player is left out.
fn refusal(event: &Event, why: &str) -> String {
    let names = |player: &PlayerName| why.contains(player.as_str());
    let (kind, names_a_player) = match event {
        Event::Join { player, .. } => ("join", names(player)),
        Event::Leave { player, .. } => ("leave", names(player)),
        Event::Sync { players, .. } => {
            let mut players = players.valid.iter();
            ("sync", players.any(|named| names(&named.player)))
        }
        Event::Heartbeat { .. } => ("heartbeat", false),
    };
    match names_a_player {
        true => kind.to_owned(),
        false => format!("{kind}, {why}"),
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
    use oxeye_plugin_proto::{SyncPlayer, UnixSeconds};

    use super::*;

    #[test]
    fn a_logged_refusal_names_no_player() {
        let player = PlayerName::try_from("Alex").unwrap();
        let join = Event::join(player.clone(), UnixSeconds(5));
        assert_eq!(refusal(&join, "too many"), "join, too many");
        assert_eq!(refusal(&join, "Alex is too many"), "join");

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
