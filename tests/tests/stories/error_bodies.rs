//! Every error has a sentence in `error` and a boot id: the mod shows the sentence to the operator.

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::raw::{Answer, Connection, Request};
use serde_json::json;

#[track_caller]
fn check(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{answer}");
    let kind = answer.header("content-type");
    assert_eq!(
        kind.map(|kind| kind.starts_with("application/json")),
        Some(true),
        "{answer}"
    );
    answer.error();
}

/// Sends bytes that need not be HTTP.
async fn says(oxeye: &Oxeye, bytes: &[u8]) -> Answer {
    let mut wire = Connection::open(oxeye.address())
        .await
        .expect("the backend listens");
    // The server may close the connection before everything is sent.
    let _ = wire.send(bytes).await;
    wire.answer().await.expect("an HTTP answer")
}

#[tokio::test]
async fn a_missing_key_gets_a_401() {
    let oxeye = Oxeye::start().await;
    for path in [
        "/join",
        "/leave",
        "/sync",
        "/heartbeat",
        "/skin",
        "/disconnect",
    ] {
        check(
            &oxeye
                .ask(&Request::post(path).json(&json!({"player": "Alex"})))
                .await,
            401,
        );
    }
    check(&oxeye.ask(&Request::get("/status")).await, 401);
    check(&oxeye.ask(&Request::get("/api/servers")).await, 401);
}

#[tokio::test]
async fn an_unknown_path_gets_a_404() {
    let oxeye = Oxeye::start().await;
    for path in [
        "/nothing",
        "/join/",
        "/heads/",
        "/api/nothing",
        "/%ff%fe",
        "//join",
    ] {
        check(&oxeye.ask(&Request::get(path)).await, 404);
    }
}

#[tokio::test]
async fn a_wrong_method_gets_a_405() {
    let oxeye = Oxeye::start().await;
    for path in [
        "/connect",
        "/join",
        "/leave",
        "/sync",
        "/heartbeat",
        "/skin",
        "/disconnect",
    ] {
        let answer = oxeye.ask(&Request::get(path)).await;
        check(&answer, 405);
        assert!(
            answer
                .header("allow")
                .is_some_and(|allow| allow.contains("POST")),
            "{answer}"
        );
    }
    check(&oxeye.ask(&Request::new("PUT", "/join")).await, 405);
    check(&oxeye.ask(&Request::new("BREW", "/status")).await, 405);
}

#[tokio::test]
async fn a_body_that_does_not_arrive_gets_a_408() {
    let oxeye = Setup::new().set("REQUEST_TIMEOUT_SECS", "1").start().await;
    let server = oxeye.linked("survival").await;
    let join = Request::post("/join")
        .bearer(server.key())
        .json(&json!({"player": "Alex"}))
        .bytes();
    check(&says(&oxeye, &join[..join.len() - 1]).await, 408);
}

#[tokio::test]
async fn a_body_of_two_megabytes_gets_a_413() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let big = json!({"player": "Alex", "more": "x".repeat(2 << 20)});
    check(&server.ask(Request::post("/join").json(&big)).await, 413);

    let mut chunked = Request::post("/join")
        .bearer(server.key())
        .header("Content-Type", "application/json")
        .header("Transfer-Encoding", "chunked")
        .bytes();
    for _ in 0..32 {
        chunked.extend_from_slice(b"10000\r\n");
        chunked.extend_from_slice(&vec![b' '; 0x1_0000]);
        chunked.extend_from_slice(b"\r\n");
    }
    check(&says(&oxeye, &chunked).await, 413);
}

#[tokio::test]
async fn a_body_not_declared_as_json_gets_a_415() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let body = json!({"player": "Alex"}).to_string();
    check(
        &server.ask(Request::post("/join").body(body.clone())).await,
        415,
    );
    let form = Request::post("/join").header("Content-Type", "application/x-www-form-urlencoded");
    check(&server.ask(form.body(body)).await, 415);
}

#[tokio::test]
async fn json_with_the_wrong_content_gets_a_422() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    for body in [
        json!({}),
        json!({"player": 7}),
        json!({"player": null}),
        json!({"player": ["Alex"]}),
    ] {
        check(&server.ask(Request::post("/join").json(&body)).await, 422);
    }
    check(
        &server.ask(Request::post("/sync").json(&json!({}))).await,
        422,
    );
    check(
        &server
            .ask(Request::post("/sync").json(&json!({"players": "Alex"})))
            .await,
        422,
    );
}

#[tokio::test]
async fn a_body_that_is_not_json_gets_a_400() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    for body in [
        "",
        "{",
        "not json",
        "{\"player\": \"Alex\"",
        "[]",
        "\u{0}",
        "\"Alex\"",
        "null",
    ] {
        let request = Request::post("/join")
            .header("Content-Type", "application/json")
            .body(body);
        check(&server.ask(request).await, 400);
    }
    let not_utf8 = b"{\"player\": \"\xff\xfe\"}".to_vec();
    let request = Request::post("/join")
        .header("Content-Type", "application/json")
        .body(not_utf8);
    check(&server.ask(request).await, 400);
}

#[tokio::test]
async fn deeply_nested_json_is_refused() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let deep = format!("{{\"player\": {}", "[".repeat(500_000));
    let request = Request::post("/join")
        .header("Content-Type", "application/json")
        .body(deep);
    let answer = server.ask(request).await;
    assert!(matches!(answer.status, 400 | 422), "{answer}");
    answer.error();
}

#[tokio::test]
async fn too_many_events_get_a_429() {
    let oxeye = Setup::new()
        .set("RATE_LIMIT_EVENTS_PER_SEC", "1")
        .set("RATE_LIMIT_EVENTS_BURST", "2")
        .start()
        .await;
    let [busy, other] = [oxeye.linked("busy").await, oxeye.linked("other").await];
    let mut refused = None;
    for _ in 0..20 {
        let answer = busy
            .ask(Request::post("/leave").json(&json!({"player": "Alex"})))
            .await;
        if answer.status != 200 {
            refused = Some(answer);
        }
    }
    check(&refused.expect("twenty events at once are too many"), 429);
    other.joins("Steve").await;
}

#[tokio::test]
async fn too_many_attempts_to_connect_get_a_429() {
    let oxeye = Oxeye::start().await;
    let guess = Request::post("/connect").json(&json!({"code": "oxeye-0123456789"}));
    for _ in 0..5 {
        check(&oxeye.ask(&guess).await, 404);
    }
    check(&oxeye.ask(&guess).await, 429);
}

#[tokio::test]
async fn a_head_of_five_megabytes_gets_a_431() {
    let oxeye = Oxeye::start().await;
    let big = Request::get("/health").header("X-Big", &"x".repeat(5 << 20));
    check(&oxeye.ask(&big).await, 431);
    let mut many = Request::get("/health");
    for number in 0..500 {
        many = many.header(&format!("X-{number}"), "x");
    }
    check(&oxeye.ask(&many).await, 431);
}

#[tokio::test]
async fn bytes_that_are_not_http_get_a_400() {
    let oxeye = Oxeye::start().await;
    for bytes in [
        &b"GARBAGE\r\n\r\n"[..],
        b"GET /health HTTP/1.1\r\nno colon here\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 TLS\r\n\r\n",
        b"POST /join HTTP/1.1\r\nHost: x\r\nContent-Length: nine\r\n\r\n",
        b"POST /join HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    ] {
        check(&says(&oxeye, bytes).await, 400);
    }
}

#[tokio::test]
async fn a_malformed_code_gets_a_400() {
    let oxeye = Setup::new()
        .set("RATE_LIMIT_CONNECT_PER_MIN", "600")
        .start()
        .await;
    for body in [
        json!({"code": ""}),
        json!({"code": "12345"}),
        json!({"code": 5}),
        json!({}),
    ] {
        let answer = oxeye.ask(&Request::post("/connect").json(&body)).await;
        assert!(matches!(answer.status, 400 | 422), "{answer}");
        answer.error();
    }
}

#[tokio::test]
async fn successful_answers_carry_the_boot_id_too() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    for request in [
        Request::get("/health"),
        Request::get("/readyz"),
        Request::get("/status"),
        Request::get("/heads/x.png"),
        Request::post("/leave").json(&json!({"player": "Alex"})),
    ] {
        let answer = server.ask(request).await;
        assert_eq!(answer.status, 200, "{answer}");
        assert!(answer.header("x-boot-id").is_some(), "{answer}");
    }
}

#[tokio::test]
async fn http2_without_negotiation_gets_a_505() {
    let oxeye = Oxeye::start().await;
    let answer = says(&oxeye, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    check(&answer, 505);
    assert_eq!(answer.header("connection"), Some("close"), "{answer}");
}

#[tokio::test]
async fn a_request_without_a_host_or_with_two_gets_a_400() {
    let oxeye = Oxeye::start().await;
    for bytes in [
        &b"GET /health HTTP/1.1\r\n\r\n"[..],
        b"GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: a b\r\n\r\n",
    ] {
        let answer = says(&oxeye, bytes).await;
        check(&answer, 400);
        assert_eq!(answer.header("connection"), Some("close"), "{answer}");
    }
}
