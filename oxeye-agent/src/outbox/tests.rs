use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::Receiver;

use oxeye_plugin_proto::{ActivityEvent, PlayerName, UnixSeconds};
use tokio::sync::mpsc::UnboundedReceiver;

use super::backend::{Backend, Behaviour, Request};
use super::*;

/// The number of the last event of any test.
static LAST_NUMBER: AtomicU64 = AtomicU64::new(0);

fn at_five() -> UnixSeconds {
    UnixSeconds(5)
}

/// Opens an outbox with its spool in this folder. Returns it with its signals.
fn open(backend: &Backend, folder: &Path) -> (Outbox, UnboundedReceiver<BackendSignal>) {
    let (sender, signals) = mpsc::unbounded_channel();
    let settings = backend.outbox_settings(folder);
    let signal = move |signal| {
        let _ = sender.send(signal);
    };
    (Outbox::open(settings, at_five, signal).unwrap(), signals)
}

/// Pushes a join at this second, with a number of its own.
fn push(outbox: &Outbox, player: &str, at: i64) -> Receiver<ReceiptStatus> {
    let (receipt, on_disk) = blocking::channel();
    let player = PlayerName::try_from(player).unwrap();
    let number = LAST_NUMBER.fetch_add(1, Ordering::Relaxed) + 1;
    outbox.push_once(Event::join(player, UnixSeconds(at)), number, receipt);
    on_disk
}

/// Returns the events of a request in short: `1 Alex@7`.
fn events(request: &Request) -> Vec<String> {
    let batch = request.batch();
    let events = batch.numbered().map(|(seq, event)| match event {
        Event::Join { player, at, .. } => format!("{} {player}@{}", seq.get(), at.0),
        other => format!("{other:?}"),
    });
    events.collect()
}

/// Returns everything that is sent up to this event.
async fn sent_until(backend: &mut Backend, last: &str) -> Vec<String> {
    let mut sent = Vec::new();
    while sent.last().is_none_or(|sent| sent != last) {
        sent.extend(events(&backend.next_request().await));
    }
    sent
}

#[tokio::test]
async fn events_are_sent_once_in_order_and_with_their_times() {
    let mut backend = Backend::start(Behaviour::Accepts).await;
    let folder = tempfile::tempdir().unwrap();
    let (outbox, _signals) = open(&backend, folder.path());

    push(&outbox, "Alex", 1);
    push(&outbox, "Bob", 3);
    let sent = sent_until(&mut backend, "2 Bob@3").await;
    push(&outbox, "jeb_", 4);

    assert_eq!(sent, ["1 Alex@1", "2 Bob@3"]);
    assert_eq!(events(&backend.next_request().await), ["3 jeb_@4"]);
    drop(outbox);
    assert!(backend.received_request().is_none());
}

#[tokio::test]
async fn waiting_for_the_disk_does_not_wait_for_the_backend() {
    let backend = Backend::start(Behaviour::Busy).await;
    let folder = tempfile::tempdir().unwrap();
    let (outbox, _signals) = open(&backend, folder.path());

    let on_disk = push(&outbox, "Alex", 1);

    assert!(on_disk.recv().is_err(), "the receipt reports no loss");
    assert_eq!(outbox.waiting(), 1);
}

#[tokio::test]
async fn undelivered_events_are_sent_by_the_next_run() {
    let mut backend = Backend::start(Behaviour::Busy).await;
    let folder = tempfile::tempdir().unwrap();
    let (outbox, _signals) = open(&backend, folder.path());
    push(&outbox, "Alex", 1);
    assert_eq!(events(&backend.next_request().await), ["1 Alex@1"]);
    drop(outbox);
    backend.set_behaviour(Behaviour::Accepts);

    let (outbox, _signals) = open(&backend, folder.path());

    assert!(outbox.is_held_up(), "the event has not been sent yet");
    push(&outbox, "Bob", 2);
    let sent = sent_until(&mut backend, "2 Bob@2").await;
    assert_eq!(sent.first().map(String::as_str), Some("1 Alex@1"));
}

#[tokio::test]
async fn a_revoked_key_is_signaled_and_the_event_is_kept() {
    let backend = Backend::start(Behaviour::NotLinked).await;
    let folder = tempfile::tempdir().unwrap();
    let (outbox, mut signals) = open(&backend, folder.path());

    push(&outbox, "Alex", 1);

    assert_eq!(signals.recv().await, Some(BackendSignal::NotLinked));
    assert_eq!(outbox.waiting(), 1);
}

#[tokio::test]
async fn a_request_for_a_full_sync_is_signaled() {
    let backend = Backend::start(Behaviour::WantsSync).await;
    let folder = tempfile::tempdir().unwrap();
    let (outbox, mut signals) = open(&backend, folder.path());

    push(&outbox, "Alex", 1);

    assert_eq!(signals.recv().await, Some(BackendSignal::FullSyncWanted));
}

#[tokio::test]
async fn the_last_events_reach_a_backend_that_answers() {
    let mut backend = Backend::start(Behaviour::Accepts).await;
    let folder = tempfile::tempdir().unwrap();
    let (outbox, _signals) = open(&backend, folder.path());

    let dropping = tokio::task::spawn_blocking(move || {
        push(&outbox, "Alex", 1);
        drop(outbox);
    });

    assert_eq!(events(&backend.next_request().await), ["1 Alex@1"]);
    dropping.await.unwrap();
}

#[tokio::test]
async fn a_damaged_spool_is_set_aside_and_new_events_are_sent() {
    let mut backend = Backend::start(Behaviour::Accepts).await;
    let folder = tempfile::tempdir().unwrap();
    let spool = backend.outbox_settings(folder.path()).spool;
    std::fs::write(spool, "this is not a spool\n").unwrap();
    let (outbox, _signals) = open(&backend, folder.path());

    push(&outbox, "Alex", 1);

    assert_eq!(events(&backend.next_request().await), ["1 Alex@1"]);
    let files = std::fs::read_dir(folder.path()).unwrap();
    assert_eq!(files.count(), 2, "the damaged file is still there");
}

#[tokio::test]
async fn a_refused_event_does_not_delay_the_others() {
    let mut backend = Backend::start(Behaviour::Refuses).await;
    let folder = tempfile::tempdir().unwrap();
    let (outbox, _signals) = open(&backend, folder.path());

    push(&outbox, "Alex", 1);
    assert_eq!(events(&backend.next_request().await), ["1 Alex@1"]);
    backend.set_behaviour(Behaviour::Accepts);
    push(&outbox, "Bob", 2);

    assert_eq!(events(&backend.next_request().await), ["2 Bob@2"]);
}

#[tokio::test]
async fn a_false_acknowledgment_loses_nothing_and_requests_no_full_sync() {
    for false_seq in [-1, 0, 2, i64::MAX] {
        let mut backend = Backend::start(Behaviour::Acknowledges(false_seq)).await;
        let folder = tempfile::tempdir().unwrap();
        let (outbox, mut signals) = open(&backend, folder.path());

        push(&outbox, "Alex", 1);
        assert_eq!(events(&backend.next_request().await), ["1 Alex@1"]);
        backend.set_behaviour(Behaviour::Accepts);
        push(&outbox, "Bob", 2);
        let sent = sent_until(&mut backend, "2 Bob@2").await;
        // By the time this one is sent, the answers to the others have been processed.
        push(&outbox, "jeb_", 3);
        sent_until(&mut backend, "3 jeb_@3").await;

        assert!(sent.contains(&"1 Alex@1".to_owned()), "{false_seq}");
        assert!(signals.try_recv().is_err(), "no full sync was requested");
        drop(outbox);
    }
}

/// Opens an outbox for activity with its spool in this folder.
fn open_activity(backend: &Backend, folder: &Path) -> Outbox<ActivityEvent> {
    let settings = OutboxSettings {
        spool: folder.join("activity.spool"),
        ..backend.outbox_settings(folder)
    };
    Outbox::open(settings, at_five, |_| {}).unwrap()
}

fn death() -> ActivityEvent {
    let player = PlayerName::try_from("Alex").unwrap();
    ActivityEvent::new(player, "death".parse().unwrap())
}

#[tokio::test]
async fn activity_has_a_route_and_numbers_of_its_own() {
    let mut backend = Backend::start(Behaviour::Accepts).await;
    let folder = tempfile::tempdir().unwrap();
    let (outbox, _signals) = open(&backend, folder.path());
    let activity = open_activity(&backend, folder.path());
    push(&outbox, "Alex", 1);
    assert_eq!(events(&backend.next_request().await), ["1 Alex@1"]);

    activity.push(death());

    let request = backend.next_request().await;
    assert_eq!(request.path, "/activity");
    assert_eq!(request.first_seq(), 1);
}

#[tokio::test]
async fn a_backend_without_activity_is_asked_once_and_joins_reach_it_all_the_same() {
    let mut backend = Backend::start(Behaviour::Unsupported).await;
    let folder = tempfile::tempdir().unwrap();
    let activity = open_activity(&backend, folder.path());
    activity.push(death());
    assert_eq!(backend.next_request().await.path, "/activity");
    backend.set_behaviour(Behaviour::Accepts);
    let (outbox, _signals) = open(&backend, folder.path());

    activity.push(death());
    push(&outbox, "Alex", 1);

    assert_eq!(events(&backend.next_request().await), ["1 Alex@1"]);
    drop(activity);
    assert!(backend.received_request().is_none());
}
