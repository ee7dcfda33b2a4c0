//! What the delivery worker stores and what it logs when the disk or the spool is full.

use std::fmt;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::sync::mpsc as blocking;

use oxeye_plugin_client::SpoolLimits;
use oxeye_plugin_proto::{ActivityEvent, ApiKey, Event, PlayerName, UnixSeconds};
use tracing::field::{Field, Visit};
use tracing::{Metadata, Subscriber, span};

use super::*;
use crate::outbox::{FromLog, ReceiptStatus};

/// Keeps the messages that are logged.
#[derive(Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, event: &tracing::Event<'_>) {
        let mut message = Message::default();
        event.record(&mut message);
        self.0.lock().unwrap().push(message.0);
    }
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

#[derive(Default)]
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

/// Returns what is logged meanwhile.
fn logged(work: impl FnOnce()) -> Vec<String> {
    let log = Log::default();
    let lines = Arc::clone(&log.0);
    tracing::subscriber::with_default(log, work);
    std::mem::take(&mut lines.lock().unwrap())
}

fn worker<E: Outgoing>(path: PathBuf, limits: SpoolLimits) -> DeliveryWorker<E> {
    let (spool, _) = Spool::open(path.clone(), UnixSeconds(5), limits).unwrap();
    let settings = OutboxSettings {
        backend: "http://127.0.0.1:1".to_owned(),
        key: ApiKey::generate(),
        name: "survival".to_owned(),
        spool: path,
    };
    let state = Arc::new(State {
        waiting: AtomicUsize::new(0),
        is_held_up: AtomicBool::new(false),
    });
    let closing = CancellationToken::new();
    DeliveryWorker::new(settings, spool, state, closing, Box::new(|_| {}))
}

/// Stores ten events in a spool for three, lets the backend accept the others, and stores ten more.
#[track_caller]
fn check_full<E: Outgoing>(event: impl Fn() -> E, expected: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("waiting.spool");
    let limits = SpoolLimits {
        max_events: 3,
        ..E::limits()
    };
    let mut worker = worker(path, limits);
    let store_ten = |worker: &mut DeliveryWorker<E>| {
        for _ in 0..10 {
            worker.store(&Queued {
                event: event(),
                from_log: None,
            });
        }
    };

    assert_eq!(logged(|| store_ten(&mut worker)), [expected]);
    assert_eq!(worker.spool.dropped(), 7);
    worker.succeeded();
    assert_eq!(logged(|| store_ten(&mut worker)), [expected]);
}

#[test]
fn a_full_spool_is_logged_once_and_again_only_after_the_backend_accepted_the_others() {
    let player = || PlayerName::try_from("Alex").unwrap();
    check_full(
        || Event::join(player(), UnixSeconds(5)),
        "too many events of survival are waiting; the oldest are dropped",
    );
    check_full(
        || ActivityEvent::new(player(), "death".parse().unwrap()),
        "too many activity events of survival are waiting; the oldest are dropped",
    );
}

#[test]
fn no_event_of_the_log_is_stored_before_an_earlier_one_that_could_not_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.spool");
    let mut worker = worker::<Event>(path, SpoolLimits::default());
    let mut is_lost = |number: u64, failed: Option<u64>| {
        worker.failed_number = failed.or(worker.failed_number);
        let (receipt, on_disk) = blocking::channel();
        let player = PlayerName::try_from(format!("Player{number}").as_str()).unwrap();
        let event = Event::join(player, UnixSeconds(5));
        let number = Some(number);
        let from_log = Some(FromLog { number, receipt });
        worker.store(&Queued { event, from_log });
        let lost = on_disk.try_recv() == Ok(ReceiptStatus::Lost);
        (lost, worker.spool.source_number())
    };

    assert_eq!(is_lost(1, None), (false, 1));
    // The second one could not be written.
    assert_eq!(is_lost(3, Some(2)), (true, 1));
    // All of them are stored again.
    assert_eq!(is_lost(1, None), (false, 1));
    assert_eq!(is_lost(2, None), (false, 2));
    assert_eq!(is_lost(3, None), (false, 3));
    assert_eq!(worker.spool.len(), 3);
}
