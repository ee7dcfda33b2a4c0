//! Other servers at the address of a management server, and management servers that misbehave.

use oxeye_probe::stand_in::drip;
use proptest::collection::vec;
use proptest::prelude::any;
use proptest::proptest;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::*;

/// Returns the error of a connection to a server that answers the first request with these bytes and
/// hangs up.
async fn open(answer: &[u8]) -> SourceError {
    let (ours, mut theirs) = pipe();
    let answer = answer.to_vec();
    let _stranger = spawn_server(async move {
        let _ = theirs.read(&mut [0; 1024]).await;
        drip(&mut theirs, &answer).await;
    });
    let settings = settings();
    let error = Management::open(ours, &settings).await.err().unwrap();
    assert!(!format!("{error} {error:?} {settings:?}").contains(SECRET));
    error
}

#[tokio::test(start_paused = true)]
async fn a_wrong_secret_is_distinguished_from_a_forbidden_origin() {
    let (ours, theirs) = pipe();
    let _server = spawn_server(async move {
        assert!(Server::try_accept(theirs).await.is_none());
    });
    let wrong = ManagementSettings::new("ws://mc.test:1", Secret::new("hunter2"), None).unwrap();
    let error = Management::open(ours, &wrong).await.err().unwrap();
    assert!(
        matches!(error, SourceError::Probe(ProbeError::WrongSecret { .. })),
        "{error}"
    );
    assert!(error.to_string().contains("management-server-secret"));
    assert!(!format!("{error} {error:?}").contains("hunter2"));

    let origin = open(b"HTTP/1.1 401 Unauthorized\r\n\r\nOrigin Not Allowed").await;
    assert!(
        matches!(origin, SourceError::OriginNotAllowed { .. }),
        "{origin}"
    );
    let silent = open(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n").await;
    assert!(
        matches!(silent, SourceError::Probe(ProbeError::WrongSecret { .. })),
        "{silent}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_secret_that_cannot_be_a_header_is_not_sent() {
    for secret in ["", "two words", "line\r\nX-Other: header", "ключ"] {
        let (ours, _theirs) = pipe();
        let settings =
            ManagementSettings::new("ws://mc.test:1", Secret::new(secret), None).unwrap();
        let error = Management::open(ours, &settings).await.err().unwrap();
        assert!(
            matches!(error, SourceError::Probe(ProbeError::UnusableSecret { .. })),
            "{error}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn web_servers_and_other_servers_are_recognised() {
    for (answer, expected) in [
        ("HTTP/1.1 404 Not Found\r\n\r\n", 404),
        (
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>",
            200,
        ),
        (
            "HTTP/1.0 301 Moved\r\nLocation: https://mc.test/\r\n\r\n",
            301,
        ),
        ("HTTP/1.1 503\r\n\r\n", 503),
    ] {
        let error = open(answer.as_bytes()).await;
        assert!(
            matches!(error, SourceError::NotManagement { status, .. } if status == expected),
            "{answer:?}: {error}"
        );
    }
    for answer in [
        "SSH-2.0-OpenSSH_9.6\r\n",
        "HTTP/1.1 hello\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: bm90IHRoaXM=\r\n\r\n",
        &format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(20_000)),
    ] {
        let error = open(answer.as_bytes()).await;
        assert!(
            matches!(error, SourceError::Probe(ProbeError::NotUnderstood { .. })),
            "{answer:?}: {error}"
        );
    }
    for answer in [b"".as_slice(), b"\x15\x03\x03\x00\x02\x02\x0a"] {
        let error = open(answer).await;
        assert!(
            matches!(error, SourceError::TlsNeeded { .. }),
            "{answer:?}: {error}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn opening_a_silent_connection_times_out() {
    let (ours, _theirs) = pipe();
    let started = Instant::now();
    let error = Management::open(ours, &settings()).await.err().unwrap();

    assert!(
        matches!(error, SourceError::Probe(ProbeError::NoAnswer { .. })),
        "{error}"
    );
    assert_eq!(started.elapsed(), OPENING_TIMEOUT);
}

/// Opens a WebSocket and sends these bytes in it, which need not be valid frames.
async fn websocket_with(bytes: Vec<u8>) -> Result<(Management, FirstRoster), SourceError> {
    let (ours, mut theirs) = pipe();
    let _server = spawn_server(async move {
        let mut request = [0; 1024];
        let length = theirs.read(&mut request).await.unwrap();
        let request = String::from_utf8_lossy(&request[..length]).into_owned();
        let key = request
            .lines()
            .find_map(|line| line.strip_prefix("Sec-WebSocket-Key: "))
            .unwrap();
        let accept = derive_accept_key(key.as_bytes());
        let head = format!(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             sec-websocket-accept: {accept}\r\n\r\n"
        );
        // The first frames may arrive together with the head.
        let everything = [head.into_bytes(), bytes].concat();
        let _ = theirs.write_all(&everything).await;
    });
    Management::open(ours, &settings()).await
}

/// Returns an unmasked text frame of less than 126 bytes.
fn frame(text: &str) -> Vec<u8> {
    [&[0x81, text.len() as u8], text.as_bytes()].concat()
}

#[tokio::test(start_paused = true)]
async fn frames_that_arrive_with_the_head_of_the_answer_are_not_lost() {
    let answers = [
        frame(r#"{"id":1,"result":{"started":false}}"#),
        frame(r#"{"id":2,"result":[{"name":"Alex"}]}"#),
        frame(r#"{"method":"notification:players/joined","params":[{"name":"Bo"}]}"#),
    ];
    let (mut management, roster) = websocket_with(answers.concat()).await.unwrap();

    assert_eq!(named(&roster.players), ["Alex"]);
    assert!(!roster.started);
    check_joined(&management.next().await.unwrap(), "Bo");
}

/// Returns an empty frame that neither begins nor ends a message.
fn empty_continuation() -> [u8; 2] {
    [0x00, 0x00]
}

#[tokio::test(start_paused = true)]
async fn a_message_of_endless_empty_frames_is_a_flood() {
    let begun = [0x01, 0x01, b'{'];
    let started = Instant::now();
    let frames = empty_continuation().repeat(10 * budget::BURST as usize);
    let error = websocket_with([begun.as_slice(), &frames].concat()).await;
    let error = error.err().unwrap();

    assert!(error.is_flood(), "{error}");
    assert_eq!(started.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_flood_that_arrives_with_the_head_of_the_answer_is_one_too() {
    let frames = [0x8a, 0x00].repeat(10 * budget::BURST as usize);
    let error = websocket_with(frames).await.err().unwrap();

    assert!(error.is_flood(), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_message_may_arrive_in_some_pieces() {
    let roster = r#"{"id":2,"result":[{"name":"Alex"}]}"#;
    let (start, end) = roster.split_at(10);
    let mut pieces = frame(start);
    pieces[0] = 0x01;
    let mut last = frame(end);
    last[0] = 0x80;
    let status = frame(r#"{"id":1,"result":{"started":true}}"#);
    let pieces = [pieces, empty_continuation().repeat(100), last];
    let answers = [status, pieces.concat()].concat();

    let (_management, roster) = websocket_with(answers).await.unwrap();

    assert_eq!(named(&roster.players), ["Alex"]);
}

proptest! {
    #[test]
    fn any_bytes_instead_of_http_are_an_error(answer in vec(any::<u8>(), 0..100)) {
        runtime().block_on(open(&answer));
    }

    #[test]
    fn any_bytes_in_a_websocket_are_an_error(bytes in vec(any::<u8>(), 0..100)) {
        assert!(runtime().block_on(websocket_with(bytes)).is_err());
    }

    #[test]
    fn any_text_in_a_frame_is_an_error(text in "[\\[\\]{}\":,a-z0-9]{0,60}") {
        assert!(runtime().block_on(websocket_with(frame(&text))).is_err());
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
}
