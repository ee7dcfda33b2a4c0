//! Joins, heartbeats and leaves, and what is no valid request.

use futures_util::future::join_all;

use super::*;

#[tokio::test]
async fn a_join_names_the_server_and_the_session() {
    let site = site(&[("FLEET_PUBLIC_ADDRESS", "https://play.example.org:{port}")]).await;

    let joined = site.join("Ada").await;

    assert_eq!(joined.status, 200);
    let joined = joined.json();
    assert_eq!(joined["success"], true);
    assert_eq!(joined["playerId"], "Ada");
    assert_eq!(joined["serverUrl"], "https://play.example.org:8081");
    assert_eq!(joined["serverId"], "auto-1762578000000");
    assert!(uuid::Uuid::try_parse(joined["sessionId"].as_str().unwrap()).is_ok());
}

#[tokio::test]
async fn a_player_is_sent_to_the_machine_of_their_worker() {
    let addresses = "attic=10.0.0.7,local=https://play.example.org";
    let site = site(&[("FLEET_PUBLIC_ADDRESS", addresses)]).await;

    let joined = site.join("Ada").await.json();

    assert_eq!(joined["serverUrl"], "https://play.example.org:8081");
}

#[tokio::test]
async fn a_player_without_a_name_gets_one() {
    let site = site(&[]).await;
    for body in ["", "{}", r#"{"playerId": null}"#] {
        let joined = site.ask(Method::POST, "/api/player/join", &[], body).await;
        let joined = joined.json();
        let player = joined["playerId"].as_str().unwrap();
        assert!(uuid::Uuid::try_parse(player).is_ok(), "{body}: {player}");
    }
}

#[tokio::test]
async fn a_heartbeat_and_a_leave_arrive_whatever_their_type_and_path() {
    let site = site(&[]).await;
    for (path, kind) in [
        ("/api/player", "text/plain;charset=UTF-8"),
        ("/gameserver/api/player", "text/plain;charset=UTF-8"),
        ("/api/player", "application/json"),
        ("/api/player", "application/x-www-form-urlencoded"),
    ] {
        let body = json!({ "sessionId": site.joined("Ada").await }).to_string();
        let headers = [("content-type", kind)];
        let say = |what: &str| {
            let path = format!("{path}/{what}");
            let (site, headers, body) = (&site, &headers, body.clone());
            async move { site.ask(Method::POST, &path, headers, body).await }
        };
        assert_eq!(say("heartbeat").await.text, r#"{"success":true}"#);
        assert_eq!(say("leave").await.text, r#"{"success":true}"#);
        assert_eq!(say("heartbeat").await.error(404), "Session not found");
        assert_eq!(say("leave").await.error(404), "Session not found");
    }
}

#[tokio::test]
async fn the_session_of_somebody_else_cannot_be_guessed() {
    let site = site(&[]).await;
    site.joined("Ada").await;
    for guess in [
        "",
        "Ada",
        "auto-1762578000000",
        "0b9e1a64-6f5e-4f0e-9d2c-6f6f6f6f6f6f",
    ] {
        for what in ["heartbeat", "leave"] {
            let path = format!("/api/player/{what}");
            let answer = site.post(&path, &json!({ "sessionId": guess })).await;
            assert_eq!(answer.error(404), "Session not found");
        }
    }
}

#[tokio::test]
async fn a_session_that_is_no_text_is_refused_in_a_sentence() {
    let site = site(&[]).await;
    for (value, sentence) in [
        (json!(7), "sessionId must be a string"),
        (json!({}), "sessionId must be a string"),
        (Value::Null, "sessionId is missing"),
    ] {
        for what in ["heartbeat", "leave"] {
            let path = format!("/api/player/{what}");
            let answer = site.post(&path, &json!({ "sessionId": value })).await;
            assert_eq!(answer.error(400), sentence);
        }
    }
}

#[tokio::test]
async fn a_player_id_that_cannot_be_one_is_refused_in_a_sentence() {
    let site = site(&[]).await;
    for id in [
        json!(7),
        json!(1.5),
        json!(true),
        json!({"a": 1}),
        json!(["Ada"]),
    ] {
        let refused = site.join(id).await.error(400);
        assert_eq!(refused, "playerId must be a string");
    }
    for id in ["", " Ada", "a\nb", "a\u{0}b", &"x".repeat(10_000)] {
        let refused = site.join(id).await.error(400);
        assert!(
            refused.starts_with("playerId must have 1 to 100 bytes"),
            "{refused}"
        );
    }
    assert_eq!(site.fleet.slots(), 0);
}

#[tokio::test]
async fn html_and_quotes_in_a_player_id_are_text_like_any_other() {
    let site = site(&[]).await;
    let odd = r#"<script>alert("1")</script> $(rm) ../"#;

    let joined = site.join(odd).await;

    assert_eq!(joined.json()["playerId"], odd);
    let servers = site.get("/api/servers").await;
    assert_eq!(servers.header("content-type"), "application/json");
    assert_eq!(
        servers.json()["autoScaledServers"][0]["players"][0]["playerId"],
        odd
    );
}

#[tokio::test]
async fn a_body_that_is_no_object_or_too_large_is_refused() {
    let site = site(&[]).await;
    let join = |body: String| site.ask(Method::POST, "/api/player/join", &[], body);

    assert_eq!(
        join("{".to_owned()).await.error(400),
        "the body is not JSON"
    );
    assert_eq!(
        join("[]".to_owned()).await.error(400),
        "the body must be a JSON object"
    );
    let large = json!({ "playerId": "x".repeat(20_000) }).to_string();
    assert_eq!(
        join(large).await.error(413),
        "the body must have at most 16 KB"
    );
}

#[tokio::test]
async fn a_hundred_joins_of_one_player_at_once_get_one_server() {
    let site = site(&[]).await;

    let joins = join_all((0..100).map(|_| site.join("Ada"))).await;

    let joins: Vec<_> = joins.iter().map(Answer::json).collect();
    let servers: std::collections::BTreeSet<_> = joins
        .iter()
        .map(|join| join["serverId"].to_string())
        .collect();
    let sessions: std::collections::BTreeSet<_> = joins
        .iter()
        .map(|join| join["sessionId"].to_string())
        .collect();
    assert_eq!((servers.len(), sessions.len()), (1, 100));
}

#[tokio::test]
async fn nobody_can_read_a_session_id_anywhere() {
    let site = site(&[]).await;
    let session = site.joined("Ada").await;

    for path in ["/api/servers", "/api/capacity", "/health"] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, 200);
        assert!(!answer.text.contains(&session) && !answer.text.contains("sessionId"));
    }
    let operator = [("authorization", "Bearer the token of operators")];
    let fleet = site.ask(Method::GET, "/api/fleet", &operator, "").await;
    assert!(fleet.text.contains("Ada") && !fleet.text.contains(&session));
}
