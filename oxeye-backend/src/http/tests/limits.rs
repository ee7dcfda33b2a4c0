//! How much one server may send, and the answers it gets beyond that.

use oxeye_plugin_proto::EpochResponse;
use serde_json::json;

use super::*;

/// Creates a site that allows a server two new players per hour and, in batches, ten events per second or a hundred
/// at once.
fn strict_site() -> Site {
    site_with_limits(RateLimits {
        batch_events_per_sec: 10.try_into().unwrap(),
        activity_events_per_sec: 10.try_into().unwrap(),
        new_players_per_hour: 2.try_into().unwrap(),
        ..RateLimits::unlimited()
    })
}

impl Site {
    async fn join(&self, key: &ApiKey, player: &str) -> Answer {
        let body = json!({"player": player}).to_string();
        self.post("/join", key, body).await
    }

    async fn batch(&self, key: &ApiKey, first_seq: u32, events: Value) -> Answer {
        let body = json!({"epoch": 1, "first_seq": first_seq, "events": events});
        self.post("/events", key, body.to_string()).await
    }
}

fn event(kind: &str, player: &str) -> Value {
    json!({"type": kind, "player": player, "at": 999})
}

fn retry_after(answer: &Answer) -> u64 {
    answer.headers["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap()
}

#[tokio::test]
async fn new_players_beyond_the_limit_have_to_wait_but_known_ones_do_not() {
    let site = strict_site();
    let key = site.linked().await;
    for player in ["Alex", "Steve"] {
        assert_eq!(site.join(&key, player).await.status, StatusCode::OK);
    }

    let new = site.join(&key, "Eve").await;
    let known = site.join(&key, "Alex").await;
    let leave = site.post("/leave", &key, r#"{"player": "Mallory"}"#).await;

    assert_eq!(new.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(retry_after(&new), 1_800);
    assert!(new.refusal().contains("MAX_NEW_PLAYERS_PER_HOUR"));
    assert_eq!(
        (known.status, leave.status),
        (StatusCode::OK, StatusCode::OK)
    );
}

#[tokio::test]
async fn a_sync_and_a_batch_leave_out_new_players_beyond_the_limit_and_take_the_others() {
    let site = strict_site();
    let key = site.linked().await;

    let sync = r#"{"players": ["Alex", "Steve", "Eve"]}"#;
    let synced = site.post("/sync", &key, sync).await;
    let events = json!([
        event("join", "Eve"),
        event("leave", "Eve"),
        event("leave", "Alex"),
        {"type": "sync", "players": ["Steve", "Mallory"], "at": 1000},
    ]);
    let batch = site.batch(&key, 1, events).await;

    assert_eq!(synced.status, StatusCode::OK);
    assert_eq!(synced.json()["skipped"][0]["player"], "Eve");
    assert_eq!(
        (batch.status, &batch.json()["acked_seq"]),
        (StatusCode::OK, &json!(4))
    );
    let refused = &batch.json()["refused"];
    assert_eq!(
        (&refused[0]["seq"], &refused[1]["seq"]),
        (&json!(1), &json!(4))
    );
    assert!(
        refused[1]["error"]
            .as_str()
            .unwrap()
            .starts_with("left out 1 of its players")
    );
    let status = site.operator("/api/servers/0/survival/status").await.json();
    assert_eq!(
        status["online_players"],
        json!([{"player": "Steve", "joined_at": 1000}])
    );
    assert_eq!(status["last_seen_players"][0]["player"], "Alex");
    assert_eq!(
        status["last_seen_players"][1],
        Value::Null,
        "nothing is known of Eve"
    );
}

#[tokio::test]
async fn each_event_of_a_batch_and_each_player_that_a_sync_adds_or_removes_counts() {
    let site = strict_site();
    let key = site.linked().await;
    let heartbeats = |count| json!(vec![json!({"type": "heartbeat", "at": 999}); count]);

    assert_eq!(
        site.batch(&key, 1, heartbeats(60)).await.status,
        StatusCode::OK
    );
    assert_eq!(
        site.batch(&key, 1, heartbeats(60)).await.status,
        StatusCode::OK,
        "known"
    );
    for _ in 0..20 {
        for sync in [r#"{"players": ["Alex"]}"#, r#"{"players": []}"#] {
            assert_eq!(site.post("/sync", &key, sync).await.status, StatusCode::OK);
        }
    }

    let batch = site.batch(&key, 61, heartbeats(1)).await;
    let sync = site.post("/sync", &key, r#"{"players": []}"#).await;
    let leave = site.post("/leave", &key, r#"{"player": "Alex"}"#).await;

    for refused in [&batch, &sync] {
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(retry_after(refused), 1);
    }
    assert_eq!(leave.status, StatusCode::OK);
}

#[tokio::test]
async fn the_health_report_names_limited_servers_and_the_setting_that_limits_them() {
    let site = strict_site();
    let key = site.linked().await;
    assert_eq!(
        site.operator("/api/health").await.json()["limited_servers"],
        json!([])
    );
    for player in ["Alex", "Steve", "Eve", "Mallory"] {
        site.join(&key, player).await;
    }

    let health = site.operator("/api/health").await.json();

    let limited = &health["limited_servers"][0];
    assert_eq!(limited["server"], "survival");
    assert_eq!(limited["setting"], "MAX_NEW_PLAYERS_PER_HOUR");
    assert_eq!(
        (&limited["refused_count"], &limited["since_at"]),
        (&json!(2), &json!(960))
    );
    assert_eq!(health["status"], "warning");
    assert_eq!(health["warnings"][0]["type"], "new_players_limited");
    let warning = health["warnings"][0]["message"].as_str().unwrap();
    assert!(
        warning.contains("survival") && !warning.contains("Eve"),
        "{warning}"
    );
}

#[tokio::test]
async fn an_epoch_that_cannot_continue_is_refused_with_what_a_new_one_needs() {
    let site = site();
    let key = site.linked().await;
    let send = async |epoch: i64| {
        let body = json!({"epoch": epoch, "first_seq": 1, "events": [event("leave", "Alex")]});
        site.post("/events", &key, body.to_string()).await
    };
    let conflict = |newest: i64, answer: &Answer| {
        assert_eq!(answer.status, StatusCode::CONFLICT);
        let body = answer.json();
        assert_eq!(
            (&body["newest_epoch"], &body["server_time"]),
            (&json!(newest), &json!(1000))
        );
        assert_eq!(body["code"], "epoch_refused");
        let read: EpochResponse = serde_json::from_value(body.clone()).unwrap();
        assert_eq!(read.newest_epoch.get(), newest);
        assert!(answer.refusal().contains("begin a new epoch"), "{body}");
    };

    for too_far in [1_000 + 86_401, i64::MAX] {
        conflict(0, &send(too_far).await);
    }
    assert_eq!(send(1_000 + 86_400).await.status, StatusCode::OK);
    conflict(87_400, &send(87_399).await);
}
