//! Tests with real sockets on loopback: how the listener handles clients that misbehave.

use std::time::Duration;

use axum::routing::{get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

const HEALTH: &[u8] = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
const LONG: Duration = Duration::from_secs(60);

struct Running {
    address: SocketAddr,
    tasks: Tasks,
}

async fn running(places: usize) -> Running {
    let routes = Router::new()
        .route("/health", get(async || "well"))
        .route("/echo", post(async |body: String| body))
        .route("/panic", get(panics));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let tasks = Tasks::new();
    let proxies = TrustedProxies::new(&[]);
    tasks.spawn(serve(listener, routes, proxies, places, tasks.clone()));
    Running { address, tasks }
}

async fn panics() -> String {
    panic!("what nobody may know")
}

impl Running {
    async fn connected(&self, said: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(said).await.unwrap();
        stream
    }

    /// Sends a request whose body is still to come, and waits until it is asked for.
    async fn in_flight(&self) -> TcpStream {
        let head =
            b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
        let mut stream = self.connected(head).await;
        let mut asked = [0; 25];
        stream.read_exact(&mut asked).await.unwrap();
        assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
        stream
    }
}

/// Reads everything until the other side closes.
async fn rest(mut stream: TcpStream) -> String {
    let mut received = String::new();
    stream.read_to_string(&mut received).await.unwrap();
    received
}

/// Reads the answer to [`HEALTH`], after which the connection stays open.
async fn is_well(stream: &mut TcpStream) {
    let mut received = vec![0; 1024];
    let length = stream.read(&mut received).await.unwrap();
    let received = String::from_utf8_lossy(&received[..length]).into_owned();
    assert!(received.starts_with("HTTP/1.1 200 OK\r\n"), "{received}");
}

#[tokio::test]
async fn a_connection_beyond_the_limit_is_told_to_try_again() {
    let running = running(1).await;
    let _held = running.in_flight().await;

    let refused = rest(running.connected(HEALTH).await).await;

    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    assert!(refused.contains("retry-after: 5\r\n"), "{refused}");
    assert!(refused.ends_with(r#"{"success":false,"error":"too many connections"}"#));
}

#[tokio::test]
async fn clients_that_send_half_a_head_do_not_keep_others_out() {
    let running = running(4).await;
    let mut slow = Vec::new();
    for _ in 0..20 {
        slow.push(running.connected(b"GET /hea").await);
    }

    let mut client = running.connected(HEALTH).await;

    is_well(&mut client).await;
}

#[tokio::test]
async fn a_client_that_has_closed_its_side_still_gets_its_answer() {
    let running = running(1).await;
    let mut stream = running.connected(HEALTH).await;
    stream.shutdown().await.unwrap();

    assert!(rest(stream).await.ends_with("\r\n\r\nwell"));
}

#[tokio::test]
async fn a_panic_is_answered_without_its_cause() {
    let running = running(1).await;

    let head = b"GET /panic HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let answer = rest(running.connected(head).await).await;

    assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
    assert!(!answer.contains("nobody"), "{answer}");
}

#[tokio::test]
async fn a_stop_ends_silent_connections_and_answers_the_one_in_flight() {
    let running = running(40).await;
    let silent = running.connected(b"").await;
    let half_a_head = running.connected(b"GET /hea").await;
    let mut idle = running.connected(HEALTH).await;
    is_well(&mut idle).await;
    let mut in_flight = running.in_flight().await;

    running.tasks.stop();
    in_flight.write_all(b"words").await.unwrap();

    assert!(rest(in_flight).await.ends_with("\r\n\r\nwords"));
    assert!(running.tasks.finished_within(LONG).await);
    assert!(TcpStream::connect(running.address).await.is_err());
    drop((silent, half_a_head, idle));
}

#[test]
fn the_limit_on_open_files_leaves_room_for_game_servers() {
    // Whatever the limit is where this runs.
    assert!(places(usize::MAX, 2) >= FEWEST_CONNECTIONS);
    assert_eq!(places(1, 2), 1);
}
