//! Who works on an outbox's thread: puts on disk what is told, and sends what waits.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use oxeye_plugin_client::{
    Client, ClientError, Delivery, DeliveryError, LinkedClient, NotTaken, RetryPolicy, Spool,
    deliver,
};
use oxeye_plugin_proto::{Event, PlayerName};
use rand::Rng as _;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::wishes::Wishes;
use super::{Handled, OutboxSettings, State, Told, Word};

/// A delivery has this long before what is new meanwhile is put on disk first. What it sent already
/// is then sent again, which changes nothing. It gets twice as long each time, so that a slow backend
/// is served too while events keep coming.
const PATIENCE_WITH_A_DELIVERY: Duration = Duration::from_millis(500);

/// No request takes longer.
const MOST_PATIENCE: Duration = Duration::from_secs(16);

/// The longest wait between two attempts, before jitter.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The longest wait that a backend, or whatever answers in its place, may ask for.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(10 * 60);

/// Different reasons for refusals that are told; whatever answers at the backend's address can make
/// up any number.
const MOST_REFUSALS: usize = 32;

/// Who works on the outbox's thread.
pub(super) struct Postman {
    client: LinkedClient,
    name: String,
    spool: Spool,
    state: Arc<State>,
    closing: CancellationToken,
    /// How long a delivery may take before events that came meanwhile are put on disk.
    patience: Duration,
    /// Since when each delivery was given up for newer events before anything came back.
    silent_since: Option<Instant>,
    /// How many events waited when the last delivery began.
    waited: usize,
    /// Deliveries that failed in a row.
    failures: u32,
    next_attempt: Option<Instant>,
    /// So that one trouble is told once, however often it comes.
    last_trouble: String,
    /// Why events were refused, each reason that was told.
    refusals: HashSet<String>,
    wishes: Wishes,
    word: Box<dyn Fn(Word) + Send>,
}

impl Postman {
    pub(super) fn new(
        settings: OutboxSettings,
        spool: Spool,
        state: Arc<State>,
        closing: CancellationToken,
        word: Box<dyn Fn(Word) + Send>,
    ) -> Self {
        let client = Client::with_key(&settings.backend, settings.key);
        Self {
            // Any longer wait is ours: while the client waits, new events would break it off.
            client: client.retrying(RetryPolicy {
                tries: 2,
                longest_retry_after: Duration::ZERO,
                ..RetryPolicy::default()
            }),
            name: settings.name,
            spool,
            state,
            closing,
            patience: PATIENCE_WITH_A_DELIVERY,
            silent_since: None,
            waited: 0,
            failures: 0,
            next_attempt: None,
            last_trouble: String::new(),
            refusals: HashSet::new(),
            wishes: Wishes::default(),
            word,
        }
    }

    /// Works until nothing can be told any more.
    pub(super) async fn work(mut self, mut told: mpsc::UnboundedReceiver<Told>) {
        loop {
            let first = tokio::select! {
                biased;
                first = told.recv() => first,
                () = self.delivered() => continue,
            };
            let Some(first) = first else { break };
            self.gave_up();
            self.keep_all(first, &mut told);
            self.deliver_meanwhile().await;
        }
        // The last words, such as those of a stop, reach a backend that is there.
        if self.failures == 0 && !self.spool.is_empty() {
            let _ = timeout(PATIENCE_WITH_A_DELIVERY, self.deliver()).await;
        }
    }

    /// Gives a delivery its time even if events keep coming, so that it is not given up for each.
    async fn deliver_meanwhile(&mut self) {
        let must_wait = self.next_attempt.is_some_and(|at| at > Instant::now());
        if must_wait || self.spool.is_empty() {
            return;
        }
        let (closing, patience) = (self.closing.clone(), self.patience);
        let delivery = timeout(patience, self.deliver());
        let Some(delivery) = closing.run_until_cancelled(delivery).await else {
            return;
        };
        let has_ended = delivery.is_ok();
        self.patience = if has_ended {
            PATIENCE_WITH_A_DELIVERY
        } else {
            self.gave_up();
            self.patience.saturating_mul(2).min(MOST_PATIENCE)
        };
    }

    /// A delivery may have been given up before its end. A backend that takes nothing for long in spite
    /// of all patience has failed too.
    fn gave_up(&mut self) {
        let Some(silent_since) = self.silent_since else {
            return;
        };
        if self.spool.len() < self.waited {
            self.silent_since = None;
        } else if silent_since.elapsed() >= MOST_PATIENCE {
            self.failed("the backend does not answer", Duration::ZERO);
        }
    }

    /// Ends when a delivery that was due has ended; never while there is nothing to deliver.
    async fn delivered(&mut self) {
        if self.spool.is_empty() {
            return std::future::pending().await;
        }
        if let Some(next_attempt) = self.next_attempt {
            sleep_until(next_attempt).await;
        }
        self.deliver().await;
    }

    /// Puts on disk all that has come so far, and lets go of the receipts when it is there.
    fn keep_all(&mut self, first: Told, told: &mut mpsc::UnboundedReceiver<Told>) {
        let mut kept = vec![first];
        while let Ok(next) = told.try_recv() {
            kept.push(next);
        }
        for told in &kept {
            self.keep(told);
        }
        // The place in the log moves on when this is done, so it must outlive a power cut.
        let receipts = kept.iter().filter_map(|told| told.receipt.as_ref());
        let mut receipts = receipts.peekable();
        if receipts.peek().is_some()
            && let Err(error) = self.spool.sync()
        {
            for receipt in receipts {
                let _ = receipt.send(Handled::Lost);
            }
            self.tell_trouble("events may be lost by a power cut", &error.to_string());
        }
    }

    fn keep(&mut self, told: &Told) {
        if let Err(error) = self.spool.push(&told.event) {
            let becomes = match &told.receipt {
                Some(receipt) => {
                    let _ = receipt.send(Handled::Lost);
                    "waits in the log"
                }
                None => "is lost until the next full list",
            };
            let what = format!("an event of {} {becomes}", self.name);
            self.tell_trouble(&what, &error.to_string());
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
        self.tell_refusals(&delivery.refused);
        let resync = delivery.resync || self.client.needs_full_sync();
        self.judge(delivery);
        if self.failures > 0 {
            return;
        }
        if self.wishes.may_be_granted(resync, Instant::now()) {
            (self.word)(Word::ResyncWanted);
        }
    }

    /// Each reason once: a player whose name the backend refuses may come and go all day.
    fn tell_refusals(&mut self, refused: &[NotTaken]) {
        for NotTaken { event, why } in refused {
            let reason = refusal(event, why);
            if self.refusals.len() < MOST_REFUSALS && self.refusals.insert(reason.clone()) {
                let name = &self.name;
                tracing::warn!("the backend does not take an event of {name}: {reason}");
            }
        }
    }

    fn judge(&mut self, delivery: Delivery) {
        match delivery.stopped_by {
            None => self.succeeded(),
            Some(stopped_by) => {
                // Whoever takes some of it now and then is not in trouble: waits do not grow.
                if delivery.delivered > 0 {
                    self.failures = 0;
                }
                if matches!(stopped_by, DeliveryError::Client(ClientError::NotLinked)) {
                    (self.word)(Word::NotLinked);
                }
                self.failed(&stopped_by.to_string(), retry_after(&stopped_by));
            }
        }
    }

    fn succeeded(&mut self) {
        if self.failures > 0 {
            tracing::info!("the backend takes the events of {} again", self.name);
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
        let what = format!("events of {} wait ({} so far)", self.name, self.spool.len());
        self.tell_trouble(&what, why);
    }

    fn tell_trouble(&mut self, what: &str, why: &str) {
        if self.last_trouble != why {
            tracing::warn!("{what}: {why}");
            self.last_trouble = why.to_owned();
        }
    }
}

/// The kind of an event and why it was refused; without the reason when that names a player.
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

/// Full jitter: a random part of a time that doubles from 1 s to a minute, so that many agents that
/// lost the same backend do not come back at the same moment; at least what the backend asked for.
fn wait(failures: u32, retry_after: Duration) -> Duration {
    let doubled = Duration::from_secs(1).saturating_mul(2_u32.saturating_pow(failures - 1));
    let limit = doubled.min(LONGEST_WAIT);
    let retry_after = retry_after.min(LONGEST_RETRY_AFTER);
    retry_after.max(limit.mul_f64(rand::rng().random_range(0.0..=1.0)))
}

#[cfg(test)]
mod tests {
    use oxeye_plugin_proto::{SyncPlayer, UnixSeconds};

    use super::*;

    #[test]
    fn a_refusal_that_is_logged_names_no_player() {
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
    fn a_wait_is_at_least_what_was_asked_for_within_reason() {
        let asked = Duration::from_secs(90);
        assert_eq!(wait(1, asked), asked);
        assert_eq!(
            wait(1, Duration::from_secs(100_000_000)),
            LONGEST_RETRY_AFTER
        );
        assert!(wait(u32::MAX, Duration::ZERO) <= LONGEST_WAIT);
    }
}
