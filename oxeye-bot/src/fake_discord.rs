//! A minimal Discord API for the unit tests. The stories in `tests/` use a complete stand-in.

use serenity::http::{Http, HttpBuilder};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// Starts a server that answers each request with the next status. Returns a client for it and the
/// requests it receives.
pub(crate) async fn discord(
    statuses: &'static [u16],
) -> (
    Http,
    mpsc::UnboundedReceiver<String>,
    tokio::task::JoinSet<()>,
) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (received, requests) = mpsc::unbounded_channel();
    let mut task = tokio::task::JoinSet::new();
    task.spawn(async move {
        for status in statuses {
            let (mut stream, _) = listener.accept().await.unwrap();
            received.send(read_request(&mut stream).await).unwrap();
            let body = serde_json::json!({
                "id": "1", "channel_id": "1", "content": "", "tts": false, "pinned": false,
                "author": {"id": "1", "username": "oxeye", "discriminator": "0000"},
                "timestamp": "2026-01-03T00:00:00Z", "edited_timestamp": null, "type": 20,
                "mention_everyone": false, "mentions": [], "mention_roles": [],
                "attachments": [], "embeds": [],
            })
            .to_string();
            let body = if *status == 204 { "" } else { &body };
            let answer = format!(
                "HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    let http = HttpBuilder::new("a.b.c")
        .application_id(serenity::all::ApplicationId::new(1))
        .proxy(base)
        .ratelimiter_disabled(true);
    (http.build(), requests, task)
}

/// Reads one request with its body.
pub(crate) async fn read_request(stream: &mut tokio::net::TcpStream) -> String {
    let mut received = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&received);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return text.into_owned();
            }
        }
        assert_ne!(stream.read_buf(&mut received).await.unwrap(), 0);
    }
}
