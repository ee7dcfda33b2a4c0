//! What the delivery worker logs when the spool is full.

use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize};

use oxeye_plugin_client::SpoolLimits;
use oxeye_plugin_proto::{ActivityEvent, ApiKey, Event, PlayerName, UnixSeconds};
use tracing::field::{Field, Visit};
use tracing::{Metadata, Subscriber, span};

use super::*;

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

/// Stores ten events in a spool for three, lets the backend accept the others, and stores ten more.
#[track_caller]
fn check_full<E: Outgoing>(event: impl Fn() -> E, expected: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("waiting.spool");
    let limits = SpoolLimits {
        max_events: 3,
        ..E::limits()
    };
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
    let mut worker = DeliveryWorker::new(settings, spool, state, closing, Box::new(|_| {}));
    let store_ten = |worker: &mut DeliveryWorker<E>| {
        for _ in 0..10 {
            worker.store(&Queued {
                event: event(),
                receipt: None,
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
