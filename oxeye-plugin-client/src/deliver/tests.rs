//! Tests of deliveries to a backend with prepared answers.

mod activity;

use oxeye_plugin_proto::{EventsRequest, PlayerName};
use tempfile::TempDir;

use super::*;
use crate::{
    SpoolLimits,
    script::{ScriptedAnswer, ScriptedBackend},
};

/// Makes a spool with the joins of these players.
fn spool(joined: &[&str]) -> (TempDir, Spool) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("events.spool");
    let (mut spool, _) =
        Spool::open(path, UnixSeconds(1_700_000_000), SpoolLimits::default()).expect("a spool");
    for player in joined {
        spool.push(&join(player)).expect("a push");
    }
    (folder, spool)
}

fn join(player: &str) -> Event {
    Event::join(PlayerName::try_from(player).expect(player), UnixSeconds(5))
}

fn sync() -> Event {
    Event::Sync {
        players: [].into_iter().collect(),
        heartbeat_secs: None,
        reason: None,
        at: UnixSeconds(6),
    }
}

fn acked(seq: u64, resync: bool) -> ScriptedAnswer {
    ScriptedAnswer::new(200).body(&format!(
        r#"{{"acked_seq": {seq}, "resync": {resync}, "server_time": 1700000100}}"#
    ))
}

fn refused(status: u16, why: &str) -> ScriptedAnswer {
    ScriptedAnswer::new(status).body(&format!(r#"{{"error": "{why}"}}"#))
}

/// Returns the first number and the players of each batch that the backend received.
fn batches(backend: &ScriptedBackend) -> Vec<(i64, Vec<String>)> {
    let batch = |request: &String| {
        let (head, body) = request.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.starts_with("POST /events HTTP/1.1\r\n"), "{head}");
        let batch: EventsRequest = serde_json::from_str(body).expect(body);
        let players = batch.events().iter().filter_map(|event| match event {
            Event::Join { player, .. } => Some(player.to_string()),
            _ => None,
        });
        (batch.first_seq().get(), players.collect())
    };
    backend.requests().iter().map(batch).collect()
}

fn sent(first: i64, players: &[&str]) -> (i64, Vec<String>) {
    (first, players.iter().map(ToString::to_string).collect())
}

#[tokio::test]
async fn waiting_events_are_delivered_when_the_backend_is_back() {
    let (_folder, mut spool) = spool(&["Alex", "Steve"]);
    let busy = refused(503, "later").header("Retry-After: 7");
    let backend = ScriptedBackend::start([ScriptedAnswer::hang_up(), busy, acked(2, false)]);

    let delivery = deliver(&backend.linked_client(), &mut spool).await;

    assert!(
        delivery.stopped_by.is_none() && !delivery.resync,
        "{delivery:?}"
    );
    assert_eq!(delivery.delivered, 2);
    assert_eq!(delivery.server_time, Some(UnixSeconds(1_700_000_100)));
    assert!(spool.is_empty());
    assert_eq!(batches(&backend), vec![sent(1, &["Alex", "Steve"]); 3]);
}

#[tokio::test]
async fn all_events_keep_waiting_while_the_backend_is_unreachable() {
    let (_folder, mut spool) = spool(&["Alex"]);
    let client = ScriptedBackend::nobody().into_linked(oxeye_plugin_proto::ApiKey::generate());

    let delivery = deliver(&client, &mut spool).await;

    assert!(
        matches!(
            delivery.stopped_by,
            Some(DeliveryError::Client(ClientError::Unreachable { .. }))
        ),
        "{delivery:?}"
    );
    assert_eq!(spool.len(), 1);
}

#[tokio::test]
async fn a_refused_event_leaves_the_spool_and_is_reported() {
    let (_folder, mut spool) = spool(&["a", "b", "culprit", "d"]);
    let answer = ScriptedAnswer::new(200).body(
        r#"{"acked_seq": 4, "resync": true, "server_time": 1700000100, "refused":
            [{"seq": 3, "error": "no\n\u001b"}, {"seq": 9, "error": "not sent"}]}"#,
    );
    let backend = ScriptedBackend::start([answer]);

    let delivery = deliver(&backend.linked_client(), &mut spool).await;

    let refused = RejectedEvent {
        event: join("culprit"),
        why: "no \u{fffd}".to_owned(),
    };
    assert_eq!(delivery.refused, [refused]);
    assert!(delivery.resync && spool.is_empty());
    assert_eq!(delivery.delivered, 3);
}

#[tokio::test]
async fn a_batch_that_is_too_large_is_halved_and_an_event_that_is_too_large_is_dropped() {
    let too_large = || refused(413, "too large");
    let (_folder, mut spool) = spool(&["a", "b", "c"]);
    let backend =
        ScriptedBackend::start([too_large(), too_large(), acked(2, true), acked(3, false)]);

    let delivery = deliver(&backend.linked_client(), &mut spool).await;

    let sizes: Vec<_> = batches(&backend)
        .iter()
        .map(|(_, sent)| sent.len())
        .collect();
    assert_eq!(sizes, [3, 1, 1, 1]);
    assert_eq!((delivery.delivered, spool.len()), (2, 0));
    assert_eq!(delivery.refused[0].event, join("a"));
}

#[tokio::test]
async fn no_event_is_dropped_when_the_whole_request_is_refused() {
    for status in [400, 401, 404, 409, 422] {
        let (_folder, mut spool) = spool(&["Alex"]);
        let backend = ScriptedBackend::start([refused(status, "the epoch went back")]);

        let delivery = deliver(&backend.linked_client(), &mut spool).await;

        assert!(delivery.stopped_by.is_some(), "{delivery:?}");
        assert_eq!((spool.len(), delivery.refused), (1, vec![]));
    }
}

fn conflict(newest_epoch: i64, server_time: i64) -> ScriptedAnswer {
    ScriptedAnswer::new(409).body(&format!(
        r#"{{"error": "no", "newest_epoch": {newest_epoch}, "server_time": {server_time}}}"#
    ))
}

#[tokio::test]
async fn after_a_refused_epoch_all_waiting_events_move_to_a_new_one() {
    for (newest, server_time, expected) in [
        (1_800_000_000, 1_700_000_100, 1_800_000_001),
        (0, 1_700_000_100, 1_700_000_100),
        (i64::MAX, 1_700_000_100, i64::MAX),
    ] {
        let (_folder, mut spool) = spool(&["Alex", "Steve"]);
        let backend = ScriptedBackend::start([
            acked(1, false),
            conflict(newest, server_time),
            acked(1, false),
        ]);

        let delivery = deliver(&backend.linked_client(), &mut spool).await;

        assert!(delivery.stopped_by.is_none(), "{delivery:?}");
        assert_eq!(
            batches(&backend)[1..],
            [sent(2, &["Steve"]), sent(1, &["Steve"])]
        );
        assert_eq!((spool.epoch().get(), spool.len()), (expected, 0));
        assert_eq!(delivery.delivered, 2);
    }
}

#[tokio::test]
async fn a_second_refused_epoch_ends_the_delivery_without_losing_events() {
    let (_folder, mut spool) = spool(&["Alex"]);
    let backend = ScriptedBackend::start([conflict(5, 6), conflict(i64::MAX, 6)]);

    let delivery = deliver(&backend.linked_client(), &mut spool).await;

    assert!(
        matches!(
            delivery.stopped_by,
            Some(DeliveryError::Client(ClientError::EpochRefused { .. }))
        ),
        "{delivery:?}"
    );
    assert_eq!(spool.len(), 1);
}

#[tokio::test]
async fn an_implausible_acknowledgement_ends_the_delivery_without_losing_events() {
    for false_seq in [
        "0",
        "4",
        "500",
        "9223372036854775807",
        "9223372036854775808",
        "-1",
        "1.5",
    ] {
        let (_folder, mut spool) = spool(&["a", "b", "c"]);
        let epoch = spool.epoch();
        let answer = format!(r#"{{"acked_seq": {false_seq}, "resync": false, "server_time": 5}}"#);
        let backend = ScriptedBackend::start([ScriptedAnswer::new(200).body(&answer)]);

        let delivery = deliver(&backend.linked_client(), &mut spool).await;

        assert!(delivery.stopped_by.is_some(), "{false_seq}: {delivery:?}");
        assert_eq!((spool.len(), spool.epoch()), (3, epoch), "{false_seq}");
        assert_eq!(delivery.delivered, 0);
    }
}

#[tokio::test]
async fn a_partly_accepted_batch_is_continued_and_one_without_progress_ends_the_delivery() {
    let (_folder, mut spool) = spool(&["a", "b", "c"]);
    let backend = ScriptedBackend::start([acked(2, false), acked(2, false)]);

    let delivery = deliver(&backend.linked_client(), &mut spool).await;

    assert_eq!(batches(&backend)[1], sent(3, &["c"]));
    assert!(
        matches!(delivery.stopped_by, Some(DeliveryError::NothingAccepted)),
        "{delivery:?}"
    );
    assert_eq!((delivery.delivered, spool.len()), (2, 1));
}

#[track_caller]
fn check_resync(delivery: &Delivery, client: &LinkedClient, expected: bool) {
    assert_eq!(
        (delivery.resync, client.needs_full_sync()),
        (expected, expected),
        "{delivery:?}"
    );
}

#[tokio::test]
async fn a_request_for_a_sync_stands_until_a_sync_is_accepted() {
    let (_folder, mut spool) = spool(&["a"]);
    spool.push(&sync()).expect("a push");
    spool.push(&join("b")).expect("a push");
    let backend = ScriptedBackend::start([
        acked(1, true),
        acked(3, false),
        acked(4, true),
        acked(5, false),
    ]);
    let client = backend.linked_client();

    let delivery = deliver(&client, &mut spool).await;
    check_resync(&delivery, &client, false);

    for player in ["c", "d"] {
        spool.push(&join(player)).expect("a push");
        let delivery = deliver(&client, &mut spool).await;
        assert!(client.needs_full_sync(), "after {player}: {delivery:?}");
    }
}

#[tokio::test]
async fn the_skins_that_the_backend_wants_are_reported() {
    let (_folder, mut spool) = spool(&["jeb_"]);
    let answer = include_str!("../../../oxeye-plugin-proto/fixtures/events_response.json");
    let backend =
        ScriptedBackend::start([ScriptedAnswer::new(200).body(&answer.replace("46", "1"))]);

    let delivery = deliver(&backend.linked_client(), &mut spool).await;

    assert_eq!(delivery.missing[0].player.as_str(), "jeb_");
}

#[tokio::test]
async fn an_empty_spool_causes_no_request() {
    let (_folder, mut spool) = spool(&[]);
    let backend = ScriptedBackend::start([]);

    let delivery = deliver(&backend.linked_client(), &mut spool).await;

    assert!(delivery.stopped_by.is_none() && backend.requests().is_empty());
}
