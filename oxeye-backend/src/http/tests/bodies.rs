//! The status for each mistake in a body.

use serde_json::json;

use super::*;

#[tokio::test]
async fn the_status_says_what_is_wrong_with_a_body() {
    let site = site();
    let key = site.linked().await;
    let too_many =
        json!({"players": (0..1001).map(|n| format!("p{n}")).collect::<Vec<_>>()}).to_string();

    for (path, body, status, word) in [
        ("/join", "", 400, "JSON"),
        ("/join", "{", 400, "JSON"),
        ("/join", "nonsense", 400, "JSON"),
        ("/join", r#"["Alex"]"#, 400, "JSON"),
        ("/join", r#""Alex""#, 400, "JSON"),
        ("/join", "{\"player\": \"\u{0}\"}", 400, "JSON"),
        ("/join", "{}", 422, "`player` is missing"),
        (
            "/join",
            r#"{"player": 7}"#,
            422,
            "found 7 where a text belongs",
        ),
        (
            "/join",
            r#"{"player": ""}"#,
            422,
            "a player name must not be empty",
        ),
        (
            "/leave",
            r#"{"player": "Alex", "at": "now"}"#,
            422,
            "found the text \"now\" where a whole number belongs",
        ),
        ("/sync", &too_many, 422, "a sync names at most 1000 players"),
        ("/sync", r#"{"players": "Alex"}"#, 422, "a list of players"),
        ("/heartbeat", r#"{"players": -1}"#, 422, "found -1 where"),
        ("/heartbeat", "nonsense", 400, "JSON"),
    ] {
        let answer = site.post(path, &key, body.to_owned()).await;
        assert_eq!(answer.status, status, "{path} {body}");
        let refusal = answer.refusal();
        assert!(
            refusal.contains(word) && !refusal.contains(" line 1"),
            "{path} {body}: {refusal}"
        );
    }
}

#[tokio::test]
async fn a_body_that_is_not_declared_as_json_is_refused() {
    let site = site();
    let key = site.linked().await;
    for content_type in [None, Some("text/plain"), Some("application/jsonp")] {
        let mut request = post("/join", key.expose(), r#"{"player": "Alex"}"#);
        request.headers_mut().remove(CONTENT_TYPE);
        if let Some(content_type) = content_type {
            request
                .headers_mut()
                .insert(CONTENT_TYPE, content_type.parse().unwrap());
        }

        let answer = site.ask(request).await;

        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert!(answer.refusal().contains("application/json"));
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_whether_or_not_it_announces_its_length() {
    let site = site();
    let key = site.linked().await;
    let announced = Body::from(vec![b' '; BODY_LIMIT + 1]);
    let pieces = futures_util::stream::iter(
        (0..=BODY_LIMIT / 1024).map(|_| Ok::<_, std::io::Error>(vec![b' '; 1024])),
    );

    for body in [announced, Body::from_stream(pieces)] {
        let answer = site.post("/join", &key, body).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(answer.refusal().contains("131072 bytes"));
    }
}

#[tokio::test]
async fn a_body_that_never_arrives_is_not_waited_for() {
    let site = site();
    let key = site.linked().await;
    tokio::time::pause();
    let never = futures_util::stream::pending::<Result<Bytes, std::io::Error>>();

    let answer = site.post("/join", &key, Body::from_stream(never)).await;

    assert_eq!(answer.status, StatusCode::REQUEST_TIMEOUT);
    assert!(answer.refusal().contains("in time"));
}

#[tokio::test]
async fn the_memory_for_the_operators_bodies_is_nobody_elses() {
    let site = site();
    let key = site.linked().await;
    let app = site.app();
    let mut everything = app.bodies.charge(Vec::new());
    everything.grow_to(32 << 20).await.unwrap();
    // Two pieces, so that the body has to be copied.
    let body = |object: &str| {
        let pieces = [object.to_owned(), " ".repeat(64 * 1024)];
        let pieces = pieces.map(Ok::<_, std::io::Error>);
        Body::from_stream(futures_util::stream::iter(pieces))
    };
    tokio::time::pause();

    let join = site.post("/join", &key, body(r#"{"player": "Alex"}"#));
    assert_eq!(join.await.status, StatusCode::SERVICE_UNAVAILABLE);
    tokio::time::resume();
    let link = post("/api/links", OPERATOR, body(r#"{"server": "creative"}"#));
    assert_eq!(site.ask(link).await.status, StatusCode::CREATED);
}
