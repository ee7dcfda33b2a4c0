//! Keys and codes that are wrong, used, foreign or guessed.

use oxeye_plugin_proto::{ApiKey, LinkCode};
use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::discord::Discord;
use oxeye_tests::raw::{Connection, Request};
use serde_json::json;

#[tokio::test]
async fn malformed_keys_are_refused() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let key = server.key();
    let never_given = ApiKey::generate();
    let wrong = [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        format!("Basic {key}"),
        key.to_owned(),
        format!("Bearer {}", &key[..key.len() - 1]),
        format!("Bearer {key}x"),
        format!("Bearer {}", key.to_uppercase()),
        format!("Bearer {}", never_given.expose()),
        format!("Bearer {}", oxeye_tests::backend::OPERATOR_TOKEN),
        "Bearer ' OR 1=1 --".to_owned(),
    ];
    for header in wrong {
        let answer = oxeye
            .ask(&Request::get("/status").header("Authorization", &header))
            .await;
        assert_eq!(answer.status, 401, "{header}: {answer}");
        answer.error();
    }
    let plugin_as_operator = oxeye.ask(&Request::get("/api/servers").bearer(key)).await;
    assert_eq!(plugin_as_operator.status, 401);
}

#[tokio::test]
async fn a_revoked_key_is_refused_everywhere() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    server
        .disconnect()
        .await
        .expect("the disconnect is accepted");

    for path in ["/join", "/leave", "/heartbeat", "/disconnect"] {
        let answer = server
            .ask(Request::post(path).json(&json!({"player": "Alex"})))
            .await;
        assert_eq!(answer.status, 401, "{path}: {answer}");
    }
}

#[tokio::test]
async fn a_code_works_once() {
    let oxeye = Oxeye::start().await;
    let code = oxeye.local_link_code("survival").await;
    let connect = Request::post("/connect").json(&json!({"code": code.expose()}));

    let first = oxeye.ask(&connect).await;
    let second = oxeye.ask(&connect).await;

    assert_eq!(first.status, 201, "{first}");
    assert_eq!(second.status, 404, "{second}");
    second.error();
}

#[tokio::test]
async fn a_guessed_code_is_answered_like_a_used_one() {
    let oxeye = Oxeye::start().await;
    let code = oxeye.local_link_code("survival").await;
    let connect = |code: &LinkCode| Request::post("/connect").json(&json!({"code": code.expose()}));
    oxeye.ask(&connect(&code)).await;

    let used = oxeye.ask(&connect(&code)).await;
    let guessed = oxeye.ask(&connect(&LinkCode::generate())).await;

    assert_eq!(
        (used.status, used.error()),
        (guessed.status, guessed.error())
    );
}

#[tokio::test]
async fn of_many_simultaneous_attempts_one_redeems_the_code() {
    let oxeye = Setup::new()
        .set("RATE_LIMIT_CONNECT_PER_MIN", "600")
        .start()
        .await;
    let code = oxeye.local_link_code("survival").await;
    let connect = Request::post("/connect").json(&json!({"code": code.expose()}));
    let ask = || oxeye.ask(&connect);

    let (a, b, c, d) = tokio::join!(ask(), ask(), ask(), ask());

    let mut statuses = [a.status, b.status, c.status, d.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 404, 404, 404]);
}

#[tokio::test]
async fn no_key_or_code_appears_in_the_log() {
    let discord = Discord::start().await;
    let guild = discord.guild(1);
    let setup = Setup::new().set("RUST_LOG", "trace").discord(&discord);
    let mut oxeye = setup.start().await;
    discord.bot_is_up().await;
    let from_discord = guild
        .moderator()
        .types("oxeye connect", &[("name", "survival")])
        .await
        .link_code();
    let code = oxeye.local_link_code("survival").await;
    let server = oxeye.redeem(&code).await;
    server.joins("Alex").await;
    oxeye
        .ask(&Request::get(format!("/status/{}", server.key())).bearer(server.key()))
        .await;
    let rotation = oxeye.operator(Request::post("/api/servers/0/survival/rotate-key"));
    let rotation = rotation.await.json()["code"]
        .as_str()
        .expect("a code")
        .to_owned();
    let rotated = oxeye.redeem(&rotation.parse().expect("a code")).await;
    rotated.joins("jeb_").await;
    let bad_body = Request::post("/connect").json(&json!({"code": [code.expose()]}));
    let refused = oxeye.ask(&bad_body).await;
    oxeye.redeem(&from_discord).await.joins("Steve").await;
    guild.member().types("oxeye status", &[]).await;
    server
        .disconnect()
        .await
        .expect("the disconnect is accepted");

    let log = oxeye.whole_log().await;

    assert!(log.contains("TRACE"), "nothing was traced");
    for secret in [
        server.key(),
        rotated.key(),
        rotation.as_str(),
        &rotation[6..],
        code.expose(),
        &code.expose()[6..],
        from_discord.expose(),
        &from_discord.expose()[6..],
        oxeye_tests::backend::OPERATOR_TOKEN,
        discord.token(),
        // Interaction tokens: with one of these, anybody could answer in our place.
        "token-of-",
    ] {
        let line = log.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "a secret is in the log: {line:?}");
        assert!(
            !refused.to_string().contains(secret),
            "a secret is in an error"
        );
    }
}

/// Sends a request with a valid key except for the last byte of its body.
async fn held_up(oxeye: &Oxeye, request: Request) -> (Connection, Vec<u8>) {
    let mut bytes = request.bytes();
    let last = bytes.split_off(bytes.len() - 1);
    let mut connection = Connection::open(oxeye.address())
        .await
        .expect("a connection");
    connection.send(&bytes).await.expect("the backend reads");
    (connection, last)
}

#[tokio::test]
async fn a_request_changes_nothing_if_its_key_is_revoked_in_the_meantime() {
    let oxeye = Oxeye::start().await;
    let before = oxeye.linked("survival").await;
    before.joins("Alex").await;
    let mut held = Vec::new();
    for (path, body) in [
        ("/join", json!({"player": "Ghost"})),
        ("/leave", json!({"player": "Alex"})),
        ("/sync", json!({"players": ["Ghost"]})),
        ("/heartbeat", json!({"players": 7})),
        (
            "/events",
            json!({"epoch": 1, "first_seq": 1, "events": [
                {"type": "join", "player": "Ghost", "at": 1_700_000_000}
            ]}),
        ),
    ] {
        let request = Request::post(path).bearer(before.key()).json(&body);
        held.push((path, held_up(&oxeye, request).await));
    }
    // Each of these takes a round trip, so the backend has read the heads of the others by then.
    assert!(before.status().await.expect("an answer"));
    before
        .disconnect()
        .await
        .expect("the disconnect is accepted");
    let after = oxeye.linked("survival").await;
    after.syncs(&["Steve"]).await;

    for (path, (mut connection, last)) in held {
        connection.send(&last).await.expect("the backend reads");
        let answer = connection.answer().await.expect("an answer");
        assert_eq!(answer.status, 401, "{path}: {answer}");
        answer.error();
    }

    assert_eq!(oxeye.online("survival").await, ["Steve"]);
    assert!(after.status().await.expect("an answer"));
}
