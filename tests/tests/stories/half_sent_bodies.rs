//! Bodies that are sent in part, very slowly, or in odd chunks.

use std::net::SocketAddr;
use std::time::Duration;

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::plugin::Plugin;
use oxeye_tests::process;
use oxeye_tests::raw::{Answer, Connection, Request};
use serde_json::json;
use tokio::task::JoinSet;

/// Sends most of a body of a megabyte; the rest never comes.
async fn sends_most_of_a_megabyte(address: SocketAddr, request: Request) -> Connection {
    let request = request.bytes();
    let mut wire = Connection::open(address)
        .await
        .expect("the backend listens");
    // A client with no share left is answered before everything is sent.
    let sending = wire.send(&request[..request.len() - 100_000]);
    let _ = tokio::time::timeout(Duration::from_secs(2), sending).await;
    wire
}

#[tokio::test]
async fn half_sent_bodies_take_no_more_than_their_share_of_memory() {
    let oxeye = Setup::new().set("REQUEST_TIMEOUT_SECS", "15").start().await;
    let [greedy, other] = [oxeye.linked("greedy").await, oxeye.linked("other").await];
    let before = process::memory(oxeye.process_id())
        .expect("Linux")
        .anonymous;

    let request = Request::post("/leave")
        .bearer(greedy.key())
        .json(&json!({"player": "Nobody", "more": "x".repeat(1_000_000)}));
    let mut sending = JoinSet::new();
    for _ in 0..60 {
        sending.spawn(sends_most_of_a_megabyte(oxeye.address(), request.clone()));
    }
    let mut half_sent = sending.join_all().await;

    let after = process::memory(oxeye.process_id())
        .expect("Linux")
        .anonymous;
    let grown = after.saturating_sub(before);
    assert!(grown < 30_000_000, "{} more", process::megabytes(grown));
    other.joins("Alex").await;
    greedy.joins("Steve").await;
    let refused = half_sent
        .last_mut()
        .expect("there are 60 of them")
        .answer()
        .await;
    let refused = refused.expect("an answer");
    assert!(matches!(refused.status, 408 | 503), "{refused}");
    assert_eq!(refused.header("connection"), Some("close"), "{refused}");
    refused.error();
}

/// Returns the answer to a request with this chunked body.
async fn in_chunks(oxeye: &Oxeye, server: &Plugin, chunks: &[u8]) -> Answer {
    let mut request = Request::post("/join")
        .bearer(server.key())
        .header("Content-Type", "application/json")
        .header("Transfer-Encoding", "chunked")
        .bytes();
    request.extend_from_slice(chunks);
    let mut wire = Connection::open(oxeye.address())
        .await
        .expect("the backend listens");
    // The server may close the connection before everything is sent.
    let _ = wire.send(&request).await;
    wire.answer().await.expect("an HTTP answer")
}

#[tokio::test]
async fn a_body_may_arrive_in_chunks_of_one_byte() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let body = json!({"player": "Alex"}).to_string();
    let mut chunks: String = body.chars().map(|one| format!("1\r\n{one}\r\n")).collect();
    chunks.push_str("0\r\n\r\n");

    let answer = in_chunks(&oxeye, &server, chunks.as_bytes()).await;

    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(oxeye.online("survival").await, ["Alex"]);
}

#[tokio::test]
async fn invalid_chunks_are_refused() {
    let oxeye = Setup::new().set("REQUEST_TIMEOUT_SECS", "2").start().await;
    let server = oxeye.linked("survival").await;
    let endless_extension = [b"1;x=".as_slice(), &[b'x'; 100_000], b"\r\n{\r\n"].concat();
    for chunks in [
        b"0\r\n\r\n".as_slice(),
        b"FFFFFFFFFFFFFFFF\r\n{}",
        b"FFFFFFFFFFFFFFFFFF\r\n{}",
        b"7FFFFFFFFFFFFFFF\r\n{}",
        b"-1\r\n{}\r\n0\r\n\r\n",
        b"2\r\n{}XX0\r\n\r\n",
        b"\r\n\r\n",
        b"zz\r\n",
        &endless_extension,
    ] {
        let answer = in_chunks(&oxeye, &server, chunks).await;
        let shown = String::from_utf8_lossy(&chunks[..chunks.len().min(40)]);
        assert!(
            matches!(answer.status, 400 | 408 | 413),
            "{shown:?}: {answer}"
        );
        answer.error();
    }
    server.joins("Alex").await;
}

#[tokio::test]
async fn a_stranger_cannot_send_more_than_a_code_needs() {
    let oxeye = Oxeye::start().await;
    let guess = json!({"code": "oxeye-0123456789", "more": "x".repeat(5_000)});

    let refused = oxeye.ask(&Request::post("/connect").json(&guess)).await;

    assert_eq!(refused.status, 413, "{refused}");
    assert!(refused.error().contains("4096 bytes"), "{refused}");
}

#[tokio::test]
async fn a_refusal_before_the_body_announces_the_close_and_can_be_read() {
    let oxeye = Oxeye::start().await;
    let body = vec![b'x'; 4 << 20];
    for (request, status) in [
        (Request::post("/join").bearer("oxk_nobody"), 401),
        (Request::post("/nothing"), 404),
        (Request::get("/join"), 405),
        (Request::post("/connect"), 415),
        (
            Request::post("/connect").header("Content-Type", "application/json"),
            413,
        ),
    ] {
        let answer = oxeye.ask(&request.body(body.clone())).await;
        assert_eq!(answer.status, status, "{answer}");
        assert_eq!(answer.header("connection"), Some("close"), "{answer}");
        answer.error();
    }
}
