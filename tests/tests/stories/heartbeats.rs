//! Heartbeats: servers that promise them and break the promise, and what the number of players in them corrects.

use oxeye_plugin_proto::HeartbeatRequest;
use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::community::Community;
use oxeye_tests::discord::Answer;
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::Request;
use serde_json::{Value, json};

/// Sends a sync that promises a heartbeat every second.
async fn promises(server: &Plugin, players: Value) {
    let sync = json!({"players": players, "heartbeat_secs": 1});
    let answer = server.ask(Request::post("/sync").json(&sync)).await;
    assert_eq!(answer.status, 200, "{answer}");
}

#[tokio::test]
async fn a_dead_server_is_quiet_first_and_then_nobody_is_on_it() {
    let oxeye = Setup::new()
        .set("STALE_TIMEOUT_SECS", "10")
        .set("STALE_GRACE_SECS", "1")
        .start()
        .await;
    let server = oxeye.linked("survival").await;
    promises(&server, json!(["Alex"])).await;
    let heard_at = oxeye.status("survival").await["heard_at"].clone();

    let quiet = oxeye.becomes("survival", "quiet").await;
    assert_eq!(quiet["online_players"][0]["player"], "Alex", "{quiet}");
    assert_eq!(quiet["heard_at"], heard_at);

    let stale = oxeye.becomes("survival", "stale").await;
    assert_eq!(stale["online_players"], json!([]));
    let seen = json!([{"player": "Alex", "last_seen_at": heard_at}]);
    assert_eq!(
        stale["last_seen_players"], seen,
        "the time of the last evidence"
    );

    promises(&server, json!(["Alex"])).await;
    let back = oxeye.status("survival").await;
    assert_eq!(back["state"], "online");
    assert_ne!(
        back["online_players"][0]["joined_at"], heard_at,
        "a new stay"
    );
}

#[tokio::test]
async fn heartbeats_keep_a_server_online_and_its_stays_open() {
    let oxeye = Setup::new()
        .set("STALE_TIMEOUT_SECS", "2")
        .set("RATE_LIMIT_EVENTS_PER_SEC", "1000000")
        .set("RATE_LIMIT_EVENTS_BURST", "1000000")
        .start()
        .await;
    let server = oxeye.linked("survival").await;
    promises(&server, json!(["Alex"])).await;
    let silent = oxeye.linked("silent").await;
    promises(&silent, json!(["Steve"])).await;

    // Wait until the other server's silence has closed its sessions.
    let watch = oxeye.becomes("silent", "stale");
    let beating = async {
        loop {
            let beat = server.ask(Request::post("/heartbeat")).await;
            assert_eq!(beat.status, 200, "{beat}");
        }
    };
    tokio::select! {
        _ = watch => {}
        () = beating => {}
    }

    let status = oxeye.status("survival").await;
    assert_eq!(status["state"], "online");
    assert_eq!(status["online_players"][0]["player"], "Alex");
}

#[tokio::test]
async fn a_server_that_promised_nothing_is_never_called_quiet() {
    let oxeye = Setup::new().set("STALE_TIMEOUT_SECS", "1").start().await;
    let modded = oxeye.linked("modded").await;
    modded.syncs(&["Alex"]).await;
    let promised = oxeye.linked("promised").await;
    promises(&promised, json!([])).await;

    oxeye.becomes("promised", "stale").await;

    let status = oxeye.status("modded").await;
    assert_eq!(status["state"], "online", "{status}");
    assert_eq!(status["online_players"][0]["player"], "Alex");
}

#[tokio::test]
async fn a_server_is_not_blamed_for_the_backends_own_absence() {
    let oxeye = Setup::new()
        .set("STALE_TIMEOUT_SECS", "86400")
        .start()
        .await;
    let server = oxeye.linked("survival").await;
    promises(&server, json!(["Alex"])).await;
    oxeye.becomes("survival", "quiet").await;

    let oxeye = oxeye.kill_and_restart().await;

    let status = oxeye.status("survival").await;
    assert_eq!(status["state"], "awaiting_sync", "{status}");
    assert_eq!(status["online_players"][0]["player"], "Alex");
    oxeye.becomes("survival", "quiet").await;
}

#[tokio::test]
async fn a_server_that_restarts_ends_its_open_stays_at_its_last_report() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    server.syncs(&["Alex", "Steve"]).await;
    let heard_at = oxeye.status("survival").await["heard_at"].clone();

    let sync = json!({"players": ["Steve"], "reason": "startup"});
    let answer = server.ask(Request::post("/sync").json(&sync)).await;

    assert_eq!(answer.status, 200, "{answer}");
    let status = oxeye.status("survival").await;
    assert_eq!(status["online_players"][0]["player"], "Steve");
    let seen = json!([{"player": "Alex", "last_seen_at": heard_at}]);
    assert_eq!(status["last_seen_players"], seen);
}

#[tokio::test]
async fn a_player_whose_join_came_after_the_sync_without_them_is_gone_after_the_next_heartbeat() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    server.syncs(&["Steve"]).await;
    let joined_at = oxeye.heard_at("survival").await - 60;
    let join = json!({"type": "join", "player": "Alex", "at": joined_at});
    let batch = json!({"epoch": 1, "first_seq": 1, "events": [join]});
    let answer = server.ask(Request::post("/events").json(&batch)).await;
    assert_eq!(answer.status, 200, "{answer}");
    oxeye.shows("survival", &["Alex", "Steve"]).await;
    assert!(!server.needs_full_sync(), "nothing contradicts the join");

    let count = HeartbeatRequest {
        players: Some(1),
        ..HeartbeatRequest::default()
    };
    let answer = server.heartbeat(count.clone()).await.expect("an answer");
    let heard_at = oxeye.heard_at("survival").await;
    assert!(answer.resync && server.needs_full_sync());
    server.syncs(&["Steve"]).await;

    oxeye.shows("survival", &["Steve"]).await;
    let url = "/api/servers/0/survival/players/Alex/sessions";
    let report = oxeye.api(Request::get(url)).await;
    let stays = report["sessions"].as_array().expect("a list");
    assert_eq!(stays.len(), 1, "{report}");
    assert_eq!(stays[0]["joined_at"], joined_at);
    assert_eq!(stays[0]["ended"], "missing_from_sync");
    let left_at = stays[0]["left_at"].as_i64().expect("a time");
    assert!(
        (joined_at..=heard_at).contains(&left_at),
        "no later than the last report before the sync: {report}"
    );
    let answer = server.heartbeat(count).await.expect("an answer");
    assert!(!answer.resync && !server.needs_full_sync());
}

#[tokio::test]
async fn discord_says_when_a_silent_server_was_last_heard() {
    let Community {
        discord: _discord,
        guild,
        oxeye,
    } = Community::start().await;
    let server = oxeye.linked_from(&guild, "survival").await;
    promises(&server, json!(["Alex"])).await;
    let is_quiet = |answer: &Answer| answer.text().contains("Last heard from");

    let status = guild
        .member()
        .types_until("oxeye status", &[], "the server is quiet", is_quiet)
        .await;

    let status = status.text();
    assert!(
        status.contains("Last known: ") && status.contains("Alex"),
        "{status}"
    );
}
