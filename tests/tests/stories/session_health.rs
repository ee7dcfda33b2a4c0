//! What operators and their monitoring can learn about sessions.

use oxeye_tests::backend::Oxeye;
use oxeye_tests::raw::Request;
use serde_json::json;

const HEALTH: &str = "/api/analytics/session-health";
const RECOVERY: &str = "/api/analytics/recover-sessions";

#[tokio::test]
async fn session_health_counts_open_sessions_and_shows_the_writer() {
    let oxeye = Oxeye::start().await;
    let (survival, creative) = (
        oxeye.linked("survival").await,
        oxeye.linked("creative").await,
    );
    survival.syncs(&["Alex", "Steve"]).await;
    creative.syncs(&["Alex"]).await;

    let health = oxeye.api(Request::get(HEALTH)).await;
    let details = oxeye
        .api(Request::get(format!("{HEALTH}?details=true")))
        .await;

    assert_eq!(health["active_session_count"], 3);
    assert_eq!(health["active_player_count"], 2, "Alex is one player");
    assert_eq!(health["stale_session_count"], 0);
    assert!(health["oldest_evidence_at"].is_i64(), "{health}");
    assert!(
        health["writer"]["commit_count"].as_u64() > Some(0),
        "{health}"
    );
    assert!(
        health["writer"]["last_commit_secs"].as_f64() > Some(0.0),
        "{health}"
    );
    assert!(health.get("servers").is_none());
    assert_eq!(details["servers"][0]["server"], "creative");
    assert_eq!(details["servers"][1]["active_session_count"], 2);
}

#[tokio::test]
async fn a_clean_up_on_request_reports_what_it_did_and_spares_servers_that_were_just_heard() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    server.syncs(&["Alex", "Steve"]).await;

    let by_promise = oxeye.api(Request::post(HEALTH)).await;
    let order = |minutes: i64| Request::post(HEALTH).json(&json!({"staleMinutes": minutes}));
    let by_minutes = oxeye.api(order(1)).await;
    let order_in_secs = Request::post(HEALTH).json(&json!({"stale_secs": 60}));
    let by_secs = oxeye.api(order_in_secs).await;

    for done in [by_promise, by_minutes, by_secs] {
        assert_eq!(done["stale_server_count"], 0, "{done}");
        assert_eq!(done["closed_session_count"], 0, "{done}");
    }
    for minutes in [0, -1] {
        let refused = oxeye.operator(order(minutes)).await;
        assert_eq!(refused.status, 422, "{minutes}: {refused}");
    }
    assert_eq!(oxeye.status("survival").await["state"], "online");
}

#[tokio::test]
async fn recovery_finds_nothing_to_do_in_an_intact_store() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    server.syncs(&["Alex", "Steve"]).await;
    let oxeye = oxeye.kill_and_restart().await;
    let known = oxeye.status("survival").await;

    let plan = oxeye.api(Request::get(RECOVERY)).await;
    let done = oxeye.api(Request::post(RECOVERY)).await;

    assert_eq!(plan["done"], false);
    assert_eq!(done["done"], true);
    for report in [&plan, &done] {
        assert_eq!(report["continued_count"], 2, "{report}");
        for list in ["opened_sessions", "closed_sessions", "forgotten_sessions"] {
            assert_eq!(report[list], json!([]), "{list}");
        }
    }
    assert_eq!(oxeye.status("survival").await, known);
}

#[tokio::test]
async fn there_is_an_overall_health_of_the_installation() {
    let oxeye = Oxeye::start().await;
    oxeye.linked("survival").await.syncs(&["Alex"]).await;

    let health = oxeye.api(Request::get("/api/health")).await;

    assert_eq!(health["status"], "ok", "{health}");
    assert_eq!(health["warnings"], json!([]));
    assert_eq!(health["active_session_count"], 1);
    assert_eq!(health["server_count"], 1);
    let stranger = oxeye.ask(&Request::get("/api/health")).await;
    assert_eq!(stranger.status, 401, "{stranger}");
}
