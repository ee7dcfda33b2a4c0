use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

use super::*;

const EMPTY: &[u8] =
    b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\ndate: Sat, 21 Nov 2026 14:00:00 GMT\r\n\r\n";
const OURS: &[u8] = b"HTTP/1.1 200 OK\r\nx-boot-id: b\r\ncontent-length: 0\r\n\r\n";

async fn written(pieces: &[&[u8]], buffer: usize) -> String {
    let (ours, mut theirs) = duplex(buffer);
    let mut stream = ErrorBodyStream::new(ours, HeaderValue::from_static("b"));
    let write = async {
        for piece in pieces {
            stream.write_all(piece).await.unwrap();
        }
        stream.flush().await.unwrap();
        drop(stream);
    };
    let mut received = String::new();
    let (_, read) = tokio::join!(write, theirs.read_to_string(&mut received));
    read.unwrap();
    received
}

#[tokio::test]
async fn an_empty_error_response_gets_a_body() {
    let received = written(&[EMPTY], 4096).await;

    let (head, body) = received.split_once("\r\n\r\n").unwrap();
    assert!(
        head.starts_with("HTTP/1.1 431 Request Header Fields Too Large\r\n"),
        "{head}"
    );
    assert!(
        head.contains("x-boot-id: b\r\n") && head.contains("connection: close"),
        "{head}"
    );
    assert!(
        head.contains(&format!("content-length: {}\r\n", body.len())),
        "{head}"
    );
    assert!(body.starts_with(r#"{"error":"The headers"#), "{body}");
}

#[tokio::test]
async fn our_own_responses_pass_unchanged() {
    let refused = b"HTTP/1.1 404 Not Found\r\nx-boot-id: b\r\ncontent-length: 0\r\n\r\n";

    assert_eq!(
        written(&[OURS, refused], 4096).await.as_bytes(),
        [OURS, refused].concat()
    );
}

#[tokio::test]
async fn responses_before_an_empty_error_stay_intact_even_if_written_byte_by_byte() {
    let together = [OURS, EMPTY].concat();

    for buffer in [1, 7, 4096] {
        let received = written(&[&together], buffer).await;

        assert!(received.as_bytes().starts_with(OURS), "{received}");
        assert_eq!(received.matches("HTTP/1.1").count(), 2, "{received}");
        assert!(received.ends_with("}"), "{received}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_never_reads_is_given_up() {
    let (ours, _theirs) = duplex(16);
    let mut stream = ErrorBodyStream::new(ours, HeaderValue::from_static("b"));

    let error = stream
        .write_all(&[b'x'; 64])
        .await
        .expect_err("nobody reads");

    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
}
