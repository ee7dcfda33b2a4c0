//! What `/api` answers about servers, and what it refuses.

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
        json!([{"guild_id": "0", "server": "survival", "state": "online", "online_count": 1,
            "state_since_at": 1000, "heard_at": heard_at}])
    );
    assert_eq!(
        status.json(),
        json!({"guild_id": "0", "server": "survival", "state": "online", "state_since_at": 1000,
            "heard_at": heard_at,
            "window_secs": 86_400, "online_count": 1,
            "online_players": [{"player": "Alex", "joined_at": 1000}], "last_seen_count": 1,
            "last_seen_players": [{"player": "jeb_", "last_seen_at": 1000}]})
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
async fn the_newest_come_first_and_names_within_a_second() {
    let site = site();
    let key = site.linked().await;
    for (name, at) in [("Zoe", 900), ("alex", 900), ("Bob", 900), ("Eve", 950)] {
        let join = format!(r#"{{"player": "{name}", "at": {at}}}"#);
        assert_eq!(site.post("/join", &key, join).await.status, StatusCode::OK);
    }

    let status = site.operator("/api/servers/0/survival/status").await.json();

    let on = status["online_players"].as_array().unwrap().iter();
    let names: Vec<_> = on.map(|on| &on["player"]).collect();
    assert_eq!(names, ["Eve", "Bob", "Zoe", "alex"]);
}

#[tokio::test]
async fn a_guild_id_is_digits_in_every_response_and_may_be_a_small_number_in_a_request() {
    let site = site();
    let order = |guild: &str| {
        let body = format!(r#"{{"server": "survival", "guild_id": {guild}}}"#);
        site.ask(post("/api/links", OPERATOR, body))
    };

    assert_eq!(order("7").await.status, StatusCode::CREATED);
    let digits = order(r#""1234567890123456789""#).await;
    assert_eq!(digits.status, StatusCode::CREATED);
    let code = digits.json()["code"].as_str().unwrap().parse().unwrap();
    let linked = site
        .database
        .redeem_link_code(&code, UnixSeconds(1000))
        .await;
    linked.unwrap();
    for guild in [
        "1234567890123456789",
        "9007199254740993",
        "-1",
        "7.5",
        "\"x\"",
    ] {
        let refused = order(guild).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{guild}");
        assert!(refused.refusal().contains("string of digits"));
    }

    let id = "1234567890123456789";
    let servers = site.operator("/api/servers").await.json();
    assert_eq!(servers[0]["guild_id"], id);
    let occupancy = site.operator(&format!("/api/guilds/{id}/occupancy")).await;
    assert_eq!(occupancy.json()["guild_id"], id);
    let path = format!("/api/servers/{id}/survival/status");
    assert_eq!(site.operator(&path).await.status, StatusCode::OK);
    for path in [
        "/api/guilds/+7/occupancy",
        "/api/servers/7.0/survival/status",
    ] {
        let refused = site.operator(path).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(refused.refusal().contains("a guild id is a number"));
    }
}

#[tokio::test]
async fn an_error_says_what_is_wrong_with_a_url() {
    let site = site();

    let nowhere = site.operator("/api/servers/0/nobody/status").await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    assert!(nowhere.refusal().contains("nor in any other"));
    for path in [
        "/api/servers/x/survival/status",
        "/api/servers/0/%20/status",
    ] {
        let answer = site.operator(path).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(answer.refusal().starts_with("The URL cannot be used"));
    }
    site.linked().await;
    let other_server = site.operator("/api/servers/0/nobody/status").await;
    assert_eq!(other_server.status, StatusCode::NOT_FOUND);
    assert!(
        other_server
            .refusal()
            .ends_with("its servers are: survival.")
    );
    for path in [
        "servers/7/survival/status",
        "guilds/7/leaderboard",
        "guilds/7/occupancy",
    ] {
        let other_guild = site.operator(&format!("/api/{path}")).await;
        assert_eq!(other_guild.status, StatusCode::NOT_FOUND, "{path}");
        assert!(
            other_guild
                .refusal()
                .ends_with("guilds with servers are: 0."),
            "{path}"
        );
    }
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
        json!({"guild_id": "0", "server": "survival", "state": "disconnected"})
    );
    assert_eq!(second.status, StatusCode::NOT_FOUND);
    assert!(second.refusal().contains("is not linked"));
    let with_key = site.ask(get("/status", key.expose())).await;
    assert_eq!(with_key.status, StatusCode::UNAUTHORIZED);
    site.linked().await;
}
