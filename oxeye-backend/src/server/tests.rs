//! Tests with real sockets on loopback: how the listener handles clients that misbehave.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;
use crate::http::tests::{Site, site};

const HEALTH: &[u8] = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n";

struct Running {
    address: SocketAddr,
    tasks: Tasks,
    _site: Site,
}

async fn running(connections: usize, first_request: Duration) -> Running {
    let site = site();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let tasks = Tasks::new();
    let limits = Limits {
        connections,
        questions: 0,
        first_request,
    };
    tasks.spawn(serve(
        listener,
        Arc::clone(&site.service),
        limits,
        connections,
        tasks.clone(),
    ));
    Running {
        address,
        tasks,
        _site: site,
    }
}

impl Running {
    async fn connected(&self, said: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(said).await.unwrap();
        stream
    }
}

/// Reads everything until the other side closes.
async fn rest(mut stream: TcpStream) -> String {
    let mut received = String::new();
    stream.read_to_string(&mut received).await.unwrap();
    received
}

/// Reads the response to [`HEALTH`], after which the connection stays open.
async fn healthy(stream: &mut TcpStream) {
    let mut received = vec![0; 1024];
    let length = stream.read(&mut received).await.unwrap();
    assert!(received[..length].starts_with(b"HTTP/1.1 200 OK\r\n"));
}

const LONG: Duration = Duration::from_secs(60);

/// Sends the head of a request and waits until its body is asked for, so that the request is in flight.
async fn in_flight(running: &Running) -> TcpStream {
    let head = "POST /connect HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 28\r\nExpect: 100-continue\r\n\r\n";
    let mut stream = running.connected(head.as_bytes()).await;
    // hyper asks for the body when the handler does.
    let mut asked = [0; 25];
    stream.read_exact(&mut asked).await.unwrap();
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream
}

#[tokio::test]
async fn a_connection_beyond_the_limit_is_told_to_try_again() {
    let running = running(1, LONG).await;
    let _held = in_flight(&running).await;

    let refused = rest(running.connected(HEALTH).await).await;

    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    assert!(
        refused.contains("retry-after: 5\r\n") && refused.contains("{\"error\":"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_new_connection_replaces_the_one_that_was_idle_longest() {
    let running = running(2, LONG).await;
    let mut longest = running.connected(HEALTH).await;
    healthy(&mut longest).await;
    let mut next = running.connected(HEALTH).await;
    healthy(&mut next).await;

    let mut newcomer = running.connected(HEALTH).await;

    healthy(&mut newcomer).await;
    assert_eq!(rest(longest).await, "");
    next.write_all(HEALTH).await.unwrap();
    healthy(&mut next).await;
}

#[tokio::test]
async fn a_client_that_sends_half_a_head_is_soon_disconnected() {
    let running = running(1, Duration::from_millis(50)).await;

    assert_eq!(rest(running.connected(b"GET /hea").await).await, "");
    assert_eq!(rest(running.connected(b"").await).await, "");
    let mut next = running.connected(HEALTH).await;
    healthy(&mut next).await;
}

#[tokio::test]
async fn a_client_that_has_closed_its_side_still_gets_its_response() {
    let running = running(1, LONG).await;
    let mut stream = running.connected(HEALTH).await;
    stream.shutdown().await.unwrap();

    assert!(rest(stream).await.ends_with("{\"status\":\"ok\"}"));
}

#[tokio::test]
async fn an_offer_of_http2_is_answered_in_http1() {
    let running = running(1, LONG).await;
    let offer = b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQBAAAAAAIAAAAA\r\n\r\n";

    let mut stream = running.connected(offer).await;
    healthy(&mut stream).await;
    stream.write_all(offer).await.unwrap();
    healthy(&mut stream).await;
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused_in_json_while_more_is_coming() {
    let running = running(1, LONG).await;
    let mut head = b"GET /health HTTP/1.1\r\nHost: x\r\nx: ".to_vec();
    head.resize(1 << 20, b'x');

    let refused = rest(running.connected(&head).await).await;

    assert!(refused.starts_with("HTTP/1.1 431 "), "{refused}");
    assert!(
        refused.contains("x-boot-id: ") && refused.ends_with("}"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_stop_ends_silent_connections_and_answers_the_one_in_flight() {
    let running = running(8, LONG).await;
    let silent = running.connected(b"").await;
    let half_a_head = running.connected(b"GET /hea").await;
    let mut idle = running.connected(HEALTH).await;
    healthy(&mut idle).await;
    let body = br#"{"code": "oxeye-0123456789"}"#;
    let mut in_flight = in_flight(&running).await;

    running.tasks.stop();
    in_flight.write_all(body).await.unwrap();

    assert!(rest(in_flight).await.starts_with("HTTP/1.1 404 "));
    assert!(running.tasks.finished_within(LONG).await);
    assert!(TcpStream::connect(running.address).await.is_err());
    drop((silent, half_a_head, idle));
}

#[tokio::test]
async fn http2_without_an_upgrade_is_told_that_we_speak_http1() {
    let running = running(1, LONG).await;
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

    let refused = rest(running.connected(preface).await).await;

    assert!(refused.starts_with("HTTP/1.1 505 "), "{refused}");
    assert!(
        refused.contains("connection: close\r\n") && refused.contains("HTTP/1.1 only"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_refusal_before_a_large_body_announces_the_close() {
    let running = running(1, LONG).await;
    let mut join = b"POST /join HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n".to_vec();
    join.resize(join.len() + 1_000_000, b'x');

    let refused = rest(running.connected(&join).await).await;

    assert!(refused.starts_with("HTTP/1.1 401 "), "{refused}");
    assert!(refused.contains("connection: close\r\n"), "{refused}");
}

#[tokio::test]
async fn a_refusal_before_a_small_body_keeps_the_connection() {
    let running = running(1, LONG).await;
    let mut stream = running
        .connected(b"POST /join HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
        .await;
    let mut received = vec![0; 1024];
    let length = stream.read(&mut received).await.unwrap();
    let refused = String::from_utf8_lossy(&received[..length]);
    assert!(
        refused.starts_with("HTTP/1.1 401 ") && !refused.contains("connection: close"),
        "{refused}"
    );

    stream.write_all(HEALTH).await.unwrap();

    healthy(&mut stream).await;
}

#[tokio::test]
async fn a_body_that_ends_too_early_or_is_not_in_chunks_closes_the_connection() {
    let running = running(2, LONG).await;
    let head = "POST /connect HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    for body in [
        "Content-Length: 30\r\n\r\n{\"co",
        "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    ] {
        let mut stream = running.connected(format!("{head}{body}").as_bytes()).await;
        stream.shutdown().await.unwrap();

        let refused = rest(stream).await;

        assert!(refused.starts_with("HTTP/1.1 400 "), "{refused}");
        assert!(refused.contains("body_incomplete"), "{refused}");
        assert!(refused.contains("connection: close\r\n"), "{refused}");
    }
}

#[tokio::test]
async fn a_client_that_waits_to_send_a_body_is_refused_without_it() {
    let running = running(1, LONG).await;
    let head =
        b"POST /join HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";

    let refused = rest(running.connected(head).await).await;

    assert!(refused.starts_with("HTTP/1.1 401 "), "{refused}");
    assert!(refused.contains("connection: close\r\n"), "{refused}");
}

#[tokio::test]
async fn a_request_without_a_host_or_with_two_is_refused() {
    let running = running(1, LONG).await;
    for head in [
        "GET /health HTTP/1.1\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    ] {
        let refused = rest(running.connected(head.as_bytes()).await).await;
        assert!(refused.starts_with("HTTP/1.1 400 "), "{refused}");
        assert!(
            refused.contains("connection: close\r\n") && refused.contains("Host header"),
            "{refused}"
        );
    }
    let old = rest(running.connected(b"GET /health HTTP/1.0\r\n\r\n").await).await;
    assert!(old.contains(" 200 OK\r\n"), "{old}");
}
