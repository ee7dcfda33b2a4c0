//! Who is online, and who was.

use oxeye_tests::backend::Oxeye;
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::Request;
use serde_json::{Value, json};

async fn says(plugin: &Plugin, path: &str, body: Value) -> u16 {
    plugin.ask(Request::post(path).json(&body)).await.status
}

#[tokio::test]
async fn players_come_and_go() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;

    server.joins("Alex").await;
    server.joins("Steve").await;
    server.leaves("Alex").await;

    assert_eq!(oxeye.online("survival").await, ["Steve"]);
    assert_eq!(oxeye.last_seen("survival").await, ["Alex"]);
}

#[tokio::test]
async fn a_sync_keeps_the_time_a_player_joined() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    server.syncs(&[]).await;
    let an_hour_ago = oxeye.heard_at("survival").await - 3600;
    assert_eq!(
        says(
            &server,
            "/join",
            json!({"player": "Alex", "at": an_hour_ago})
        )
        .await,
        200
    );

    server.syncs(&["Alex", "Steve"]).await;
    server.joins("Alex").await;

    let online = &oxeye.status("survival").await["online_players"];
    assert_eq!(online[0]["player"], "Steve");
    assert_eq!(
        online[1],
        json!({"player": "Alex", "joined_at": an_hour_ago})
    );
}

#[tokio::test]
async fn a_player_missing_from_a_sync_was_last_seen_then() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    server.syncs(&["Alex", "Steve"]).await;

    server.syncs(&["Steve"]).await;

    assert_eq!(oxeye.online("survival").await, ["Steve"]);
    assert_eq!(oxeye.last_seen("survival").await, ["Alex"]);
}

#[tokio::test]
async fn late_events_are_put_in_their_place() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    server.joins("Steve").await;
    server.leaves("Steve").await;
    let now = oxeye.heard_at("survival").await;

    let tomorrow = now + 86_400;
    for (path, player, at) in [
        ("/join", "Alex", now - 3600),
        ("/leave", "Alex", now - 600),
        ("/leave", "Jeb", now - 1200),
        ("/leave", "Notch", tomorrow),
    ] {
        let event = json!({"player": player, "at": at});
        assert_eq!(says(&server, path, event).await, 200);
    }

    assert!(oxeye.online("survival").await.is_empty());
    let status = oxeye.status("survival").await;
    let seen = |place: usize| {
        let seen = &status["last_seen_players"][place];
        let at = seen["last_seen_at"].as_i64().expect("a time");
        (seen["player"].as_str().expect("a name"), at)
    };
    let (newest, at) = seen(0);
    assert_eq!(newest, "Notch", "{status}");
    assert!(at <= now + 60, "jeb_ was seen in the future: {status}");
    assert_eq!(seen(1).0, "Steve", "{status}");
    assert_eq!(
        [seen(2), seen(3)],
        [("Alex", now - 600), ("Jeb", now - 1200)]
    );
}

#[tokio::test]
async fn a_leave_of_somebody_who_was_not_there_is_accepted() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    server.leaves("Nobody").await;
    assert!(oxeye.online("survival").await.is_empty());
}

#[tokio::test]
async fn the_older_sync_with_bare_names_is_accepted() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;

    let answer = server
        .ask(Request::post("/sync").json(&json!({"players": ["Alex", "Steve"]})))
        .await;

    assert_eq!(
        (answer.status, answer.json()["missing"].clone()),
        (200, json!([])),
        "{answer}"
    );
    let mut online = oxeye.online("survival").await;
    online.sort();
    assert_eq!(online, ["Alex", "Steve"]);
}

#[tokio::test]
async fn heartbeats_ask_for_a_sync_until_one_arrives() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let beat = |players| server.ask(Request::post("/heartbeat").json(&json!({"players": players})));

    let before = beat(0).await;
    server.syncs(&["Alex"]).await;
    let after = beat(1).await;
    let miscounted = beat(2).await;
    let without_body = server.ask(Request::post("/heartbeat")).await;

    assert_eq!(
        (before.status, before.json()),
        (200, json!({"resync": true}))
    );
    assert_eq!(
        (after.status, after.json()),
        (200, json!({"resync": false}))
    );
    assert_eq!(miscounted.json(), json!({"resync": true}));
    assert_eq!(without_body.status, 200, "{without_body}");
}

#[tokio::test]
async fn names_are_kept_exactly_as_sent() {
    let names = [
        "@everyone",
        "a\"b",
        "__x__",
        ".Floodgate Name",
        "名前",
        "Ünï çødé",
        "`*`",
        "𝒜𝓁𝑒𝓍",
        "\\",
        "<@1234>",
        "steve",
        "Steve",
        // Combining marks alone are visible enough to be a name.
        "\u{301}\u{302}\u{303}",
        // Thirty-two characters of four bytes each.
        "🐑🐑🐑🐑🐑🐑🐑🐑🐑🐑🐑🐑🐑🐑🐑🐑🐑🐑🐑🐑🐑🐑🐑🐑🐑🐑🐑🐑🐑🐑🐑🐑",
    ];
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;

    for name in names {
        server.joins(name).await;
    }

    let mut online = oxeye.online("survival").await;
    let mut expected = names.map(str::to_owned);
    online.sort();
    expected.sort();
    assert_eq!(online, expected);
}
