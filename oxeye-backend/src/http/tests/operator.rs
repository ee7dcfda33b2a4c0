//! `/api`.

use serde_json::json;

use super::*;

#[tokio::test]
async fn the_operator_sees_every_server_and_nobody_else_does() {
    let site = site();
    let key = site.linked().await;
    site.post("/sync", &key, r#"{"players": ["Alex"]}"#).await;
    site.post("/leave", &key, r#"{"player": "jeb_"}"#).await;

    let servers = site.operator("/api/servers").await;
    let status = site
        .operator("/api/servers/0/survival/status?limit=5")
        .await;
    let picture = site.operator("/api/servers/0/survival/status.png").await;

    let heard_at = 1000;
    assert_eq!(
        servers.json(),
        json!([{"guild_id": 0, "name": "survival", "state": "online", "online": 1, "heard_at": heard_at}])
    );
    assert_eq!(
        status.json(),
        json!({"name": "survival", "state": "online", "heard_at": heard_at, "window_hours": 24,
            "online": [{"player": "Alex", "joined_at": 1000}],
            "last_seen": [{"player": "jeb_", "last_seen": 1000}], "last_seen_total": 1})
    );
    assert!(picture.body.starts_with(b"\x89PNG"));
    for token in ["", "operator-token-for-test", key.expose()] {
        assert_eq!(
            site.ask(get("/api/servers", token)).await.status,
            StatusCode::UNAUTHORIZED
        );
    }
}

#[tokio::test]
async fn the_operator_is_told_what_is_wrong_with_a_url() {
    let site = site();

    assert_eq!(
        site.operator("/api/servers/0/nobody/status").await.status,
        StatusCode::NOT_FOUND
    );
    for path in [
        "/api/servers/x/survival/status",
        "/api/servers/0/%20/status",
    ] {
        let answer = site.operator(path).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(answer.refusal().starts_with("The URL cannot be used"));
    }
    site.linked().await;
    let answer = site
        .operator("/api/servers/0/survival/status?limit=many")
        .await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.refusal().contains("limit"));
}

#[tokio::test]
async fn the_operator_unlinks_a_server_once() {
    let site = site();
    let key = site.linked().await;
    let unlink = |token| {
        let request = Request::delete("/api/servers/0/survival");
        request
            .header(AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::empty())
            .unwrap()
    };

    let stranger = site.ask(unlink(key.expose())).await;
    let first = site.ask(unlink(OPERATOR)).await;
    let second = site.ask(unlink(OPERATOR)).await;

    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
    assert_eq!(first.status, StatusCode::OK);
    assert_eq!(
        first.json(),
        json!({"guild_id": 0, "name": "survival", "state": "disconnected"})
    );
    assert_eq!(second.status, StatusCode::NOT_FOUND);
    assert!(second.refusal().contains("no server of that name"));
    let with_key = site.ask(get("/status", key.expose())).await;
    assert_eq!(with_key.status, StatusCode::UNAUTHORIZED);
    site.linked().await;
}
