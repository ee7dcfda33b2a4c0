//! What a plugin sends, and the answers it gets.

use serde_json::json;

use super::*;

#[tokio::test]
async fn the_answer_to_a_join_asks_for_an_unknown_skin() {
    let site = site();
    let key = site.linked().await;
    let hash = "ab".repeat(32);

    let bare = site.post("/join", &key, r#"{"player": "Alex"}"#).await;
    let dressed = site
        .post(
            "/join",
            &key,
            format!(r#"{{"player": "Steve", "texture_hash": "{hash}"}}"#),
        )
        .await;
    let leave = site.post("/leave", &key, r#"{"player": "Nobody"}"#).await;
    let sync = site
        .post(
            "/sync",
            &key,
            format!(r#"{{"players": ["Alex", {{"player":"Steve","texture_hash":"{hash}"}}, ""]}}"#),
        )
        .await;

    assert_eq!(
        (bare.status, dressed.status, leave.status),
        (StatusCode::OK, StatusCode::ACCEPTED, StatusCode::OK)
    );
    assert_eq!(
        sync.json()["missing"],
        json!([{"player": "Steve", "texture_hash": hash}])
    );
    assert_eq!(sync.json()["skipped"][0]["player"], "");
}

#[tokio::test]
async fn a_heartbeat_may_have_no_body_at_all() {
    let site = site();
    let key = site.linked().await;
    let mut bare = post("/heartbeat", key.expose(), Body::empty());
    bare.headers_mut().remove(CONTENT_TYPE);

    let before = site.ask(bare).await;
    site.post("/sync", &key, r#"{"players": []}"#).await;
    let after = site.post("/heartbeat", &key, r#"{"players": 0}"#).await;

    assert_eq!(before.json(), json!({"resync": true}));
    assert_eq!(after.json(), json!({"resync": false}));
}

#[tokio::test]
async fn a_link_code_is_redeemed_once_and_disconnecting_revokes_the_key() {
    let site = site();
    let ordered = site
        .ask(post("/api/links", OPERATOR, r#"{"server": "survival"}"#))
        .await;
    let code = ordered.json()["code"].as_str().unwrap().to_owned();
    let connect = || {
        post(
            "/connect",
            "ignored",
            json!({"code": code.to_lowercase()}).to_string(),
        )
    };

    let first = site.ask(connect()).await;
    let second = site.ask(connect()).await;
    let key: ApiKey = first.json()["api_key"].as_str().unwrap().parse().unwrap();
    let gone = site.post("/disconnect", &key, "").await;
    let after = site.ask(get("/status", key.expose())).await;

    assert_eq!(
        (ordered.status, first.status),
        (StatusCode::CREATED, StatusCode::CREATED)
    );
    assert_eq!(ordered.json()["expires_at"], 1600);
    assert_eq!(
        (second.status, gone.status),
        (StatusCode::NOT_FOUND, StatusCode::OK)
    );
    assert_eq!(after.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_malformed_link_code_is_answered_with_400_and_not_repeated() {
    let site = site();

    for body in [
        r#"{"code": "oxeye-SECRET"}"#,
        r#"{"code": "SECRET", "code": "SECRET"}"#,
        r#"{}"#,
        r#"["SECRET"]"#,
        "SECRET",
    ] {
        let answer = site.ask(post("/connect", "", body)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert!(
            !String::from_utf8_lossy(&answer.body).contains("SECRET"),
            "{body}"
        );
    }
}
