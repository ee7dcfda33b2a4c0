//! Deliveries of what players did.

use oxeye_plugin_proto::ActivityEvent;

use super::*;

/// Makes a spool with what these players did.
fn activity_spool(players: &[&str]) -> (TempDir, Spool<ActivityEvent>) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("activity.spool");
    let (mut spool, _) =
        Spool::open(path, UnixSeconds(1_700_000_000), SpoolLimits::of_activity()).expect("a spool");
    for player in players {
        spool.push(&death(player)).expect("a push");
    }
    (folder, spool)
}

fn death(player: &str) -> ActivityEvent {
    let player = PlayerName::try_from(player).expect(player);
    ActivityEvent {
        at: Some(UnixSeconds(5)),
        ..ActivityEvent::new(player, "death".parse().expect("a type"))
    }
}

#[tokio::test]
async fn activity_is_delivered_to_a_route_of_its_own_and_never_asks_for_a_sync() {
    let (_folder, mut spool) = activity_spool(&["Alex", "Alex", "culprit"]);
    let answer = ScriptedAnswer::new(200).body(
        r#"{"acked_seq": 3, "resync": true, "server_time": 1700000100, "refused":
            [{"seq": 3, "error": "no"}]}"#,
    );
    let backend = ScriptedBackend::start([answer]);
    let client = backend.linked_client();

    let delivery = deliver(&client, &mut spool).await;

    assert_eq!((delivery.delivered, spool.len()), (2, 0));
    assert_eq!(delivery.refused[0].event, death("culprit"));
    assert!(!delivery.resync && !client.needs_full_sync());
    let request = &backend.requests()[0];
    assert!(
        request.starts_with("POST /activity HTTP/1.1\r\n"),
        "{request}"
    );
    assert_eq!(request.matches("death").count(), 3, "{request}");
}

#[tokio::test]
async fn activity_that_a_backend_does_not_take_keeps_waiting_and_the_error_says_so() {
    let answers = [
        refused(
            404,
            "This Oxeye keeps no activity, because ACTIVITY is off.",
        ),
        ScriptedAnswer::new(404).body("<h1>Not found</h1>"),
        refused(503, "later"),
    ];
    for (answer, expected) in answers.into_iter().zip([true, true, false]) {
        let (_folder, mut spool) = activity_spool(&["Alex"]);
        let backend = ScriptedBackend::start([answer]);
        let client = backend
            .linked_client()
            .retrying(crate::RetryPolicy::never());

        let delivery = deliver(&client, &mut spool).await;

        let Some(DeliveryError::Client(error)) = delivery.stopped_by else {
            panic!("{delivery:?}");
        };
        assert_eq!(error.is_unsupported(), expected, "{error:?}");
        assert_eq!(spool.len(), 1);
    }
}

#[tokio::test]
async fn a_full_activity_spool_drops_its_oldest_events_and_asks_for_no_sync() {
    let folder = tempfile::tempdir().expect("a folder");
    let limits = SpoolLimits {
        max_events: 2,
        ..SpoolLimits::of_activity()
    };
    let path = folder.path().join("activity.spool");
    let (mut spool, _) = Spool::open(path, UnixSeconds(5), limits).expect("a spool");
    for player in ["a", "b", "c"] {
        spool.push(&death(player)).expect("a push");
    }
    let backend = ScriptedBackend::start([acked(3, false)]);

    let delivery = deliver(&backend.linked_client(), &mut spool).await;

    assert_eq!(spool.dropped(), 1);
    assert!(!delivery.resync && spool.is_empty(), "{delivery:?}");
    assert!(backend.requests()[0].contains(r#""first_seq":2"#));
}
