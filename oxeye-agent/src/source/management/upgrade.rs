//! The HTTP request that turns a connection into a WebSocket.
//!
//! Done here and not by the WebSocket library for two reasons: the library writes the whole request,
//! secret and all, to its trace log; and what a stranger answers decides what the operator is told.

use std::time::Duration;

use oxeye_probe::{Address, ProbeError, wire::Wire};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        handshake::{client::generate_key, derive_accept_key},
        protocol::{Role, WebSocketConfig},
    },
};

use crate::source::{
    ManagementSettings, SourceError, Tls,
    management::{PROTOCOL, SECRET_SETTING},
};

/// A thousand players have about 80 KiB.
const MAX_MESSAGE_BYTES: usize = 1024 * 1024;

/// More than any server's answer to the request has; of a page of HTML the first part will do.
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// What is waited for a refusal's text, which says little more than its status.
const REASON_TIMEOUT: Duration = Duration::from_secs(1);

/// The first byte of a TLS alert, with which a TLS server may answer a plain request.
const TLS_ALERT: u8 = 0x15;

/// A WebSocket over any wire.
pub(super) type Socket = WebSocketStream<Box<dyn Wire>>;

/// Asks for the WebSocket, with the secret.
pub(super) async fn upgrade(
    mut wire: Box<dyn Wire>,
    settings: &ManagementSettings,
) -> Result<Socket, SourceError> {
    let address = &settings.address;
    let key = generate_key();
    let broken = |error| SourceError::network(address, error);
    let request = request(settings, &key)?;
    wire.write_all(request.as_bytes()).await.map_err(broken)?;
    wire.flush().await.map_err(broken)?;

    let mut received = Vec::new();
    let head_len = head(&mut wire, &mut received)
        .await
        .map_err(|error| ProbeError::network(address, error));
    let head_len = match head_len {
        Ok(Some(head_len)) => head_len,
        Ok(None) | Err(ProbeError::Closed { .. }) => return Err(no_http(&received, settings)),
        Err(other) => return Err(other.into()),
    };
    let first = received.split_off(head_len);
    let answer =
        Answer::parse(&received).ok_or_else(|| SourceError::not_understood(address, PROTOCOL))?;
    if answer.status != 101 {
        return Err(refusal(&answer, first, &mut wire, address).await);
    }
    if answer.accept.as_deref() != Some(&derive_accept_key(key.as_bytes())) {
        return Err(SourceError::not_understood(address, PROTOCOL));
    }
    let config = WebSocketConfig::default()
        .read_buffer_size(8 * 1024)
        .write_buffer_size(8 * 1024)
        // A server that pings without end and reads nothing.
        .max_write_buffer_size(64 * 1024)
        .max_message_size(Some(MAX_MESSAGE_BYTES))
        .max_frame_size(Some(MAX_MESSAGE_BYTES));
    Ok(WebSocketStream::from_partially_read(wire, first, Role::Client, Some(config)).await)
}

fn request(settings: &ManagementSettings, key: &str) -> Result<String, SourceError> {
    let secret = settings.secret.expose();
    // Anything else would not be a header, or would be several.
    if secret.is_empty() || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
        let setting = SECRET_SETTING;
        return Err(ProbeError::UnusableSecret { setting }.into());
    }
    Ok(format!(
        "GET {path} HTTP/1.1\r\n\
         Host: {host}\r\n\
         Connection: Upgrade\r\n\
         Upgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: {key}\r\n\
         Authorization: Bearer {secret}\r\n\r\n",
        path = settings.path,
        host = settings.address,
    ))
}

/// Reads until the empty line after the headers; `None` if it never comes. Bytes behind it are the
/// first of the WebSocket.
async fn head(wire: &mut Box<dyn Wire>, received: &mut Vec<u8>) -> std::io::Result<Option<usize>> {
    const END: &[u8] = b"\r\n\r\n";
    while received.len() < MAX_HEAD_BYTES {
        let searched = received.len().saturating_sub(END.len() - 1);
        if wire.read_buf(received).await? == 0 {
            return Ok(None);
        }
        if let Some(place) = memchr::memmem::find(&received[searched..], END) {
            return Ok(Some(searched + place + END.len()));
        }
        // A stranger who does not speak HTTP may never come to an end.
        if !could_be_http(received) {
            return Ok(None);
        }
    }
    Ok(None)
}

fn could_be_http(received: &[u8]) -> bool {
    let start = b"HTTP/1.";
    received.iter().zip(start).all(|(is, should)| is == should)
}

/// What the beginning of something that is not HTTP, or nothing at all, means.
fn no_http(received: &[u8], settings: &ManagementSettings) -> SourceError {
    let address = settings.address.clone();
    let plain = settings.tls == Tls::Off;
    match received.first() {
        Some(&TLS_ALERT) if plain => SourceError::TlsNeeded { address },
        None if plain => SourceError::TlsNeeded { address },
        None => SourceError::closed(&address),
        Some(_) => SourceError::not_understood(&address, PROTOCOL),
    }
}

/// What matters of the answer's head.
struct Answer {
    status: u16,
    accept: Option<String>,
}

impl Answer {
    fn parse(head: &[u8]) -> Option<Self> {
        let head = String::from_utf8_lossy(head);
        let mut lines = head.split("\r\n");
        let mut first = lines.next()?.split(' ');
        let speaks_http = first.next()?.starts_with("HTTP/1.");
        let status = first.next()?.parse().ok()?;
        let accept = lines
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("Sec-WebSocket-Accept"))
            .map(|(_, value)| value.trim().to_owned());
        speaks_http.then_some(Self { status, accept })
    }
}

async fn refusal(
    answer: &Answer,
    mut body: Vec<u8>,
    wire: &mut Box<dyn Wire>,
    address: &Address,
) -> SourceError {
    let address = address.clone();
    if answer.status != 401 {
        let status = answer.status;
        return SourceError::NotManagement { address, status };
    }
    // The status alone is reason enough if the text does not end in time.
    let mut rest = wire.take(MAX_HEAD_BYTES as u64);
    let _ = timeout(REASON_TIMEOUT, rest.read_to_end(&mut body)).await;
    if memchr::memmem::find(&body, b"Origin").is_some() {
        return SourceError::OriginNotAllowed { address };
    }
    let setting = SECRET_SETTING;
    ProbeError::WrongSecret { address, setting }.into()
}
