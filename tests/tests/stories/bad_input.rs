//! Bodies that no honest plugin sends, and how the backend reacts.

use oxeye_tests::backend::Oxeye;
use oxeye_tests::plugin::Plugin;
use oxeye_tests::raw::{Answer, Request};
use serde_json::{Value, json};

async fn posts(server: &Plugin, path: &str, body: Value) -> Answer {
    server.ask(Request::post(path).json(&body)).await
}

#[tokio::test]
async fn invalid_names_are_refused() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let bad = [
        "",
        " ",
        " Alex",
        "Alex ",
        "\tAlex",
        "Al\u{0}ex",
        "Al\nex",
        "Al\u{7f}ex",
        "Al\u{85}ex",
        "\u{1b}[31mAlex",
        "a23456789012345678901234567890123",
        "\u{a0}Alex",
        "Alex\u{3000}",
    ];
    for name in bad {
        for path in ["/join", "/leave"] {
            let answer = posts(&server, path, json!({"player": name})).await;
            assert!(
                matches!(answer.status, 400 | 422),
                "{path} {name:?}: {answer}"
            );
            answer.error();
        }
    }
    assert!(oxeye.online("survival").await.is_empty());
}

#[tokio::test]
async fn one_bad_name_never_spoils_a_sync() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let too_long = "x".repeat(33);
    let players = json!([
        {"player": "Alex"}, {"player": ""}, {"player": too_long}, {"player": "a\u{0}b"},
        {"player": 5}, {"name": "Steve"}, null, [], 7, "Notch",
        {"player": "Alex"}, {"player": "Herobrine", "texture_hash": "zz", "uuid": "nonsense"},
    ]);

    let answer = posts(&server, "/sync", json!({ "players": players })).await;

    assert_eq!(answer.status, 200, "{answer}");
    let mut online = oxeye.online("survival").await;
    online.sort();
    assert_eq!(online, ["Alex", "Herobrine", "Notch"], "{answer}");
    let skipped = answer.json()["skipped"].as_array().map_or(0, Vec::len);
    assert_eq!(skipped, 8, "{answer}");
}

#[tokio::test]
async fn a_sync_of_1001_players_is_refused_whole() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    server.syncs(&["Alex"]).await;
    let names = |count: usize| {
        (0..count)
            .map(|number| format!("P{number}"))
            .collect::<Vec<_>>()
    };

    let refused = posts(&server, "/sync", json!({"players": names(1001)})).await;
    assert_eq!(refused.status, 422, "{refused}");
    assert!(refused.error().contains("1000"), "{refused}");
    assert_eq!(oxeye.online("survival").await, ["Alex"]);

    let taken = posts(&server, "/sync", json!({"players": names(1000)})).await;
    assert_eq!(taken.status, 200, "{taken}");
    assert_eq!(oxeye.online("survival").await.len(), 1000);
}

#[tokio::test]
async fn missing_fields_are_named() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    for (path, field) in [
        ("/join", "player"),
        ("/leave", "player"),
        ("/sync", "players"),
        ("/skin", "player"),
        ("/connect", "code"),
    ] {
        let answer = posts(&server, path, json!({"something": "else"})).await;
        assert!(matches!(answer.status, 400 | 422), "{path}: {answer}");
        assert!(answer.error().contains(field), "{path}: {answer}");
    }
}

#[tokio::test]
async fn unknown_fields_are_ignored() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let answer = posts(
        &server,
        "/join",
        json!({"player": "Alex", "dimension": {"id": 3}}),
    )
    .await;
    assert_eq!(answer.status, 200, "{answer}");
}

#[tokio::test]
async fn numbers_out_of_range_do_no_harm() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    for at in [
        json!(i64::MIN),
        json!(i64::MAX),
        json!(-1),
        json!(0),
        json!(1e300),
        json!("soon"),
    ] {
        let answer = posts(&server, "/leave", json!({"player": "Alex", "at": at})).await;
        assert!(matches!(answer.status, 200 | 400 | 422), "{at}: {answer}");
    }
    for seconds in [json!(0), json!(-1), json!(u64::MAX), json!("x")] {
        let body = json!({"players": [], "heartbeat_secs": seconds});
        let answer = posts(&server, "/sync", body).await;
        assert!(
            matches!(answer.status, 200 | 400 | 422),
            "{seconds}: {answer}"
        );
    }
    let status = oxeye.status("survival").await;
    let heard = status["heard_at"].as_i64().expect("a time");
    for seen in status["last_seen_players"].as_array().expect("a list") {
        let at = seen["last_seen_at"].as_i64().expect("a time");
        assert!((heard - 86_460..=heard + 60).contains(&at), "{status}");
    }
}

#[tokio::test]
async fn a_url_that_a_request_names_is_never_fetched() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let bait = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("loopback");
    let url = format!("http://{}/skin.png", bait.local_addr().expect("an address"));
    let hash = oxeye_tests::skins::texture_hash("alex").to_string();
    posts(
        &server,
        "/join",
        json!({"player": "Alex", "texture_hash": hash}),
    )
    .await;

    let skin = json!({"player": "Alex", "texture_hash": hash, "texture_url": url,
                      "skin_data": oxeye_tests::skins::base64(&oxeye_tests::skins::skin(1, 1, 1))});
    let answer = posts(&server, "/skin", skin).await;

    assert_eq!(answer.status, 200, "{answer}");
    tokio::select! {
        biased;
        _ = bait.accept() => panic!("the backend fetched {url}"),
        () = server.joins("Steve") => {}
    }
}
