//! Tests of a linked client with a backend that has prepared answers.

use std::time::Duration;

use oxeye_plugin_proto::{BootId, PlayerName};

use super::*;
use crate::script::{ScriptedAnswer, ScriptedBackend};

fn alex() -> JoinRequest {
    JoinRequest::new(PlayerName::try_from("Alex").expect("a name"))
}

fn error(status: u16) -> ScriptedAnswer {
    ScriptedAnswer::new(status).body(r#"{"error": "try something else"}"#)
}

#[tokio::test]
async fn a_join_sends_the_key_and_returns_whether_the_skin_is_wanted() {
    let backend = ScriptedBackend::start([ScriptedAnswer::new(202), ScriptedAnswer::new(200)]);
    let client = backend.linked_client();

    assert_eq!(
        client.join(alex()).await.expect("202"),
        JoinReply::SkinWanted
    );
    assert_eq!(
        client.join(alex()).await.expect("200"),
        JoinReply::SkinKnown
    );

    let request = &backend.requests()[0];
    assert!(request.starts_with("POST /join HTTP/1.1\r\n"), "{request}");
    assert!(
        request.contains(&format!(
            "authorization: Bearer {}\r\n",
            client.api_key().expose()
        )),
        "{request}"
    );
    assert!(request.ends_with(r#"{"player":"Alex"}"#), "{request}");
}

#[tokio::test]
async fn an_event_is_retried_until_a_busy_backend_accepts_it() {
    let backend =
        ScriptedBackend::start([error(503), error(429), error(500), ScriptedAnswer::new(200)]);

    assert_eq!(
        backend
            .linked_client()
            .join(alex())
            .await
            .expect("the last attempt succeeds"),
        JoinReply::SkinKnown
    );
    assert_eq!(backend.requests().len(), 4);
}

#[tokio::test]
async fn an_event_is_retried_after_a_broken_connection() {
    let backend = ScriptedBackend::start([ScriptedAnswer::hang_up(), ScriptedAnswer::new(200)]);

    assert_eq!(
        backend
            .linked_client()
            .join(alex())
            .await
            .expect("the second attempt succeeds"),
        JoinReply::SkinKnown
    );
}

#[tokio::test]
async fn a_retry_waits_as_long_as_the_backend_asks() {
    let backend = ScriptedBackend::start([
        error(429).header("Retry-After: 7"),
        ScriptedAnswer::new(200),
    ]);
    let client = backend.linked_client();
    client
        .join(alex())
        .await
        .expect("the second attempt succeeds");

    let waited = client
        .transport
        .retry
        .waited
        .lock()
        .expect("not poisoned")
        .clone();
    assert_eq!(waited.len(), 1);
    assert!(
        waited[0].as_secs_f64() >= 7.0 && waited[0].as_secs_f64() <= 7.25,
        "{waited:?}"
    );
}

#[tokio::test]
async fn retries_are_limited_and_the_last_answer_is_returned() {
    let backend = ScriptedBackend::start((0..5).map(|_| error(503).header("Retry-After: 1")));
    let refused = backend
        .linked_client()
        .join(alex())
        .await
        .expect_err("five times 503");

    assert_eq!(refused.to_string(), "try something else");
    let ClientError::Refused {
        status,
        retry_after,
        ..
    } = refused
    else {
        panic!("{refused:?}");
    };
    assert_eq!((status, retry_after), (503, Some(Duration::from_secs(1))));
    assert_eq!(backend.requests().len(), 5);
}

#[tokio::test]
async fn a_permanent_error_is_not_retried() {
    let backend = ScriptedBackend::start([error(422), error(401)]);
    let client = backend.linked_client();

    assert!(matches!(
        client.join(alex()).await,
        Err(ClientError::Refused { status: 422, .. })
    ));
    assert!(matches!(
        client.disconnect().await,
        Err(ClientError::NotLinked)
    ));
    assert_eq!(backend.requests().len(), 2);
}

#[tokio::test]
async fn status_returns_whether_the_server_is_linked_but_ignores_a_proxy() {
    let by_a_proxy = ScriptedAnswer::new(401).body("<h1>Who are you?</h1>");
    let linked = ScriptedAnswer::new(200).header(&format!("X-Boot-ID: {}", BootId::random()));
    let backend = ScriptedBackend::start([linked, error(401), by_a_proxy]);
    let client = backend.linked_client();

    assert!(client.status().await.expect("200"));
    assert!(!client.status().await.expect("401"));
    assert!(matches!(
        client.status().await,
        Err(ClientError::NotOxeye { status: 401, .. })
    ));
}

#[tokio::test]
async fn a_web_server_that_answers_everything_does_not_know_the_key() {
    for page in ["<html>hello</html>", ""] {
        let backend = ScriptedBackend::start([ScriptedAnswer::new(200).body(page)]);
        let answer = backend.linked_client().status().await;

        assert!(
            matches!(answer, Err(ClientError::NotOxeye { status: 200, .. })),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn a_backend_that_cannot_store_reports_says_why() {
    let failing = ScriptedAnswer::new(503)
        .body(r#"{"error": "Oxeye cannot write to its store.", "ready": false}"#);
    let backend = ScriptedBackend::start([ScriptedAnswer::new(200), failing]);
    let client = backend.linked_client().retrying(RetryPolicy::never());

    client.readiness().await.expect("200");
    let error = client.readiness().await.expect_err("503");

    assert_eq!(error.to_string(), "Oxeye cannot write to its store.");
    assert!(backend.requests()[0].starts_with("GET /readyz "));
}

#[tokio::test]
async fn a_restarted_backend_needs_a_full_sync() {
    let with = |boot_id: BootId| ScriptedAnswer::new(200).header(&format!("X-Boot-ID: {boot_id}"));
    let (before, after) = (BootId::random(), BootId::random());
    let failed = error(422).header(&format!("X-Boot-ID: {after}"));
    let synced = with(after).body(r#"{"missing": []}"#);
    let backend = ScriptedBackend::start([with(before), with(after), failed, synced, with(after)]);
    let client = backend.linked_client();

    client.join(alex()).await.expect("before the restart");
    assert!(!client.needs_full_sync());
    client.join(alex()).await.expect("after the restart");
    assert!(client.needs_full_sync());
    client.sync(SyncRequest::default()).await.expect_err("422");
    assert!(client.needs_full_sync());
    client.sync(SyncRequest::default()).await.expect("a sync");
    assert!(!client.needs_full_sync());
    client.join(alex()).await.expect("later");
    assert!(!client.needs_full_sync());
}

#[tokio::test]
async fn a_heartbeat_can_ask_for_a_sync() {
    let backend = ScriptedBackend::start([ScriptedAnswer::new(200).body(r#"{"resync": true}"#)]);
    let client = backend.linked_client();

    let response = client
        .heartbeat(HeartbeatRequest {
            players: Some(3),
            ..HeartbeatRequest::default()
        })
        .await
        .expect("a heartbeat");

    assert!(response.resync && client.needs_full_sync());
}

#[tokio::test]
async fn a_batch_is_retried_and_its_sync_counts_for_a_restarted_backend() {
    let answer = |boot_id: BootId, acked: u64, resync: bool| {
        ScriptedAnswer::new(200)
            .header(&format!("X-Boot-ID: {boot_id}"))
            .body(&format!(
                r#"{{"acked_seq": {acked}, "resync": {resync}, "server_time": 5}}"#
            ))
    };
    let (before, after) = (BootId::random(), BootId::random());
    let backend = ScriptedBackend::start([
        answer(before, 45, false),
        error(503),
        answer(after, 45, true),
        answer(after, 45, false),
    ]);
    let client = backend.linked_client();
    let batch = serde_json::from_str(include_str!(
        "../../../oxeye-plugin-proto/fixtures/events_request.json"
    ))
    .expect("a batch with a sync");

    client.events(&batch).await.expect("before the restart");
    assert!(!client.needs_full_sync());
    let response = client
        .events(&batch)
        .await
        .expect("the second attempt succeeds");
    assert!(response.resync && client.needs_full_sync());
    client.events(&batch).await.expect("a sync that counts");

    assert!(!client.needs_full_sync());
    assert_eq!(backend.requests()[1], backend.requests()[2]);
}

#[tokio::test]
async fn an_activity_event_keeps_its_idempotency_key_when_it_is_retried() {
    let taken = || ScriptedAnswer::new(200).body(r#"{"server_time": 5}"#);
    let backend = ScriptedBackend::start([ScriptedAnswer::hang_up(), error(503), taken(), taken()]);
    let client = backend.linked_client();
    let player = PlayerName::try_from("Alex").expect("a name");
    let warp = ActivityEvent::new(player, "warp".parse().expect("a type"));

    client.activity(&warp).await.expect("the third attempt");
    let answer = client.activity(&warp).await.expect("once more");

    assert_eq!(answer.server_time.0, 5);
    let keys: Vec<_> = backend
        .requests()
        .iter()
        .map(|request| {
            let line = request
                .lines()
                .find(|line| line.starts_with("idempotency-key: "));
            line.expect(request).to_owned()
        })
        .collect();
    assert!(keys[0] == keys[1] && keys[1] == keys[2] && keys[2] != keys[3]);
}

#[tokio::test]
async fn a_batch_of_activity_is_sent_as_the_protocol_says() {
    let batch = include_str!("../../../oxeye-plugin-proto/fixtures/activity_batch_request.json");
    let batch = serde_json::from_str(batch).expect("a batch");
    let answer = include_str!("../../../oxeye-plugin-proto/fixtures/events_response.json");
    let backend = ScriptedBackend::start([ScriptedAnswer::new(200).body(answer)]);
    let client = backend.linked_client();

    let response = client.activity_batch(&batch).await.expect("an answer");

    assert_eq!(response.acked_seq.get(), 46);
    let request = &backend.requests()[0];
    let (_, body) = request.split_once("\r\n\r\n").expect("a body");
    let sent: EventBatch<ActivityEvent> = serde_json::from_str(body).expect("a batch");
    assert_eq!(sent, batch);
}

#[tokio::test]
async fn an_implausible_answer_is_ignored() {
    let batch: EventsRequest = serde_json::from_str(include_str!(
        "../../../oxeye-plugin-proto/fixtures/events_request.json"
    ))
    .expect("a batch");
    for acked in [batch.first_seq().get() - 1, batch.last_seq().get() + 1] {
        let answer = format!(r#"{{"acked_seq": {acked}, "resync": true, "server_time": 5}}"#);
        let backend = ScriptedBackend::start([ScriptedAnswer::new(200).body(&answer)]);
        let client = backend.linked_client();

        let _ = client.events(&batch).await;

        assert!(!client.needs_full_sync(), "{acked}");
    }
}

#[tokio::test]
async fn a_client_never_prints_its_key() {
    let backend = ScriptedBackend::start([error(401)]);
    let client = backend.linked_client();
    let error = client.disconnect().await.expect_err("401");

    assert!(!format!("{client:?} {error:?} {error}").contains("oxk_"));
}
