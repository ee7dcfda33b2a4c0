//! Idle connections, and the connections that compete with them.

use std::net::IpAddr;
use std::time::Duration;

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::raw::{Answer, Connection, Request};
use oxeye_tests::watched::WAIT_LIMIT;
use serde_json::json;

/// An attempt to redeem a code that was never issued.
const NO_CODE: &[u8] = br#"{"code": "oxeye-0123456789"}"#;

/// Another address of this machine.
fn stranger(number: u8) -> IpAddr {
    IpAddr::from([127, 0, 0, 1 + number])
}

async fn opens(oxeye: &Oxeye, source: IpAddr) -> Connection {
    let opened = Connection::open_from(source, oxeye.address()).await;
    opened.expect("the backend listens")
}

/// Opens a connection, gets an answer on it, and leaves it open.
async fn idles(oxeye: &Oxeye, source: IpAddr) -> Connection {
    let mut wire = opens(oxeye, source).await;
    let answer = wire.ask(&Request::get("/health")).await;
    assert_eq!(answer.expect("an answer").status, 200);
    wire
}

/// Opens a connection with a request in flight: the backend has asked for its body, which does not
/// come.
async fn is_busy(oxeye: &Oxeye, source: IpAddr) -> Connection {
    let mut wire = opens(oxeye, source).await;
    let request = Request::post("/connect")
        .header("Expect", "100-continue")
        .header("Content-Type", "application/json")
        .body(NO_CODE)
        .bytes();
    let (head, _) = request.split_at(request.len() - NO_CODE.len());
    wire.send(head).await.expect("the backend reads");
    let go_on = wire.answer().await.expect("an answer");
    assert_eq!(go_on.status, 100, "{go_on}");
    wire
}

async fn asks_from(oxeye: &Oxeye, source: IpAddr) -> Answer {
    let mut wire = opens(oxeye, source).await;
    let answer = wire.ask(&Request::get("/health")).await;
    answer.expect("an answer")
}

#[tokio::test]
async fn half_open_connections_do_not_keep_others_out() {
    let oxeye = Setup::new().set("MAX_CONNECTIONS", "4").start().await;
    let mut half_open = Vec::new();
    for number in 1..=4 {
        let mut wire = opens(&oxeye, stranger(number)).await;
        wire.send(b"GET /health HTTP/1.1\r\nHo")
            .await
            .expect("the backend reads");
        half_open.push(wire);
    }

    let server = oxeye.linked("survival").await;
    server.joins("Alex").await;

    assert_eq!(oxeye.online("survival").await, ["Alex"]);
    assert!(
        half_open[0].closed_within(WAIT_LIMIT).await,
        "the oldest connection was closed"
    );
}

#[tokio::test]
async fn a_half_open_connection_is_closed_in_time() {
    let oxeye = Setup::new().set("REQUEST_TIMEOUT_SECS", "1").start().await;
    let mut wire = opens(&oxeye, stranger(1)).await;
    wire.send(b"GET /hea").await.expect("the backend reads");

    assert!(
        wire.closed_within(WAIT_LIMIT).await,
        "nobody may wait for ever"
    );
}

#[tokio::test]
async fn an_address_that_takes_all_it_can_get_keeps_nobody_out() {
    let oxeye = Setup::new().set("MAX_CONNECTIONS", "16").start().await;
    let plugin = idles(&oxeye, stranger(0)).await;
    let mut taken = Vec::new();
    for _ in 0..40 {
        taken.push(idles(&oxeye, stranger(1)).await);
    }

    assert_eq!(asks_from(&oxeye, stranger(2)).await.status, 200);

    for wire in &mut taken[..36] {
        assert!(
            wire.closed_within(WAIT_LIMIT).await,
            "the address has more than a quarter"
        );
    }
    for mut wire in taken.drain(36..).chain([plugin]) {
        let answer = wire.ask(&Request::get("/health")).await;
        assert_eq!(answer.expect("the connection is still open").status, 200);
    }
}

#[tokio::test]
async fn when_all_are_taken_the_longest_idle_is_closed_for_a_newcomer() {
    let oxeye = Setup::new().set("MAX_CONNECTIONS", "4").start().await;
    let mut busy = is_busy(&oxeye, stranger(1)).await;
    let mut idle = Vec::new();
    for number in 2..=4 {
        idle.push(idles(&oxeye, stranger(number)).await);
    }

    for number in 5..=7 {
        let mut longest = idle.remove(0);
        idle.push(idles(&oxeye, stranger(number)).await);
        assert!(longest.closed_within(WAIT_LIMIT).await);
    }

    oxeye.has_logged("idle connections were closed").await;
    busy.send(NO_CODE)
        .await
        .expect("the connection is still open");
    assert_eq!(busy.answer().await.expect("an answer").status, 404);
}

#[tokio::test]
async fn a_refused_connection_is_told_why() {
    let oxeye = Setup::new().set("MAX_CONNECTIONS", "4").start().await;
    let mut busy = vec![is_busy(&oxeye, stranger(1)).await];

    let one_too_many = asks_from(&oxeye, stranger(1)).await;
    for number in 2..=4 {
        busy.push(is_busy(&oxeye, stranger(number)).await);
    }
    let full = asks_from(&oxeye, stranger(5)).await;

    assert_eq!(one_too_many.status, 429, "{one_too_many}");
    assert!(one_too_many.error().contains("from your address"));
    assert_eq!(full.status, 503, "{full}");
    full.error();
    oxeye.has_logged("MAX_CONNECTIONS=4").await;
}

#[tokio::test]
async fn a_trusted_proxy_may_have_all_connections() {
    let oxeye = Setup::new()
        .set("MAX_CONNECTIONS", "4")
        .set("TRUSTED_PROXIES", "127.0.0.2")
        .start()
        .await;
    let mut proxy = Vec::new();
    for _ in 0..4 {
        proxy.push(idles(&oxeye, stranger(1)).await);
    }
    for mut wire in proxy {
        let answer = wire.ask(&Request::get("/health")).await;
        assert_eq!(answer.expect("the connection is still open").status, 200);
    }
}

#[tokio::test]
async fn a_connection_is_kept_between_requests() {
    let oxeye = Oxeye::start().await;
    let mut wire = idles(&oxeye, stranger(1)).await;
    for _ in 0..3 {
        let answer = wire.ask(&Request::get("/health")).await.expect("an answer");
        assert_eq!(answer.status, 200);
    }
    assert!(!wire.closed_within(Duration::from_millis(1)).await);
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let join = Request::post("/join").json(&json!({"player": "Alex"}));
    let requests = [
        Request::get("/health"),
        join.clone().bearer(server.key()),
        // Refused before its body is read; the body must not be taken for the next request.
        join.bearer("oxk_nobody"),
        Request::get("/nothing"),
        Request::get("/status").bearer(server.key()),
    ];
    let mut wire = opens(&oxeye, stranger(1)).await;

    let all: Vec<u8> = requests.iter().flat_map(Request::bytes).collect();
    wire.send(&all).await.expect("the backend reads");

    for status in [200, 200, 401, 404, 200] {
        let answer = wire.answer().await.expect("an answer");
        assert_eq!(answer.status, status, "{answer}");
    }
}
