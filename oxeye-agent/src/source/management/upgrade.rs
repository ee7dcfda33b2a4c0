//! Sends the HTTP request that turns a connection into a WebSocket.
//!
//! The WebSocket library does not do this for two reasons: it writes the whole request, including the
//! secret, to its trace log; and the answers of other servers determine our errors.

use std::time::Duration;

use oxeye_probe::wire::Wire;
use oxeye_probe::{Address, ProbeError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use crate::source::management::frame_meter::{MeteredWire, TooManyFrames};
use crate::source::management::{PROTOCOL, SECRET_SETTING};
use crate::source::{ManagementSettings, SourceError, Tls};

/// The longest message. A roster of a thousand players takes about 80 KiB.
const MAX_MESSAGE_BYTES: usize = 1024 * 1024;

/// The longest head of an answer, and the most that is read of the body of a refusal.
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// How long to wait for the body of a refusal, which says little more than its status.
const REASON_TIMEOUT: Duration = Duration::from_secs(1);

/// The first byte of a TLS alert, which a TLS server may send in answer to a plain request.
const TLS_ALERT: u8 = 0x15;

/// A WebSocket over any wire, with a limit on what arrives.
pub(super) type Socket = WebSocketStream<MeteredWire>;

/// Requests the WebSocket with the secret.
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
        Ok(None) | Err(ProbeError::Closed { .. }) => return Err(not_http(&received, settings)),
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
        // This limits what a server can cause that pings endlessly and reads nothing.
        .max_write_buffer_size(64 * 1024)
        .max_message_size(Some(MAX_MESSAGE_BYTES))
        .max_frame_size(Some(MAX_MESSAGE_BYTES));
    let mut wire = MeteredWire::new(wire);
    wire.count(&first)
        .map_err(|TooManyFrames| SourceError::flood(address))?;
    Ok(WebSocketStream::from_partially_read(wire, first, Role::Client, Some(config)).await)
}

fn request(settings: &ManagementSettings, key: &str) -> Result<String, SourceError> {
    let secret = settings.secret.expose();
    // Anything else would make an invalid header, or several.
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

/// Reads to the empty line after the headers and returns where it ends, or `None` if it never comes.
/// Bytes after it are the first ones of the WebSocket.
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
        // A server that does not speak HTTP may never finish.
        if !could_be_http(received) {
            return Ok(None);
        }
    }
    Ok(None)
}

fn could_be_http(received: &[u8]) -> bool {
    let start = b"HTTP/1.";
    received
        .iter()
        .zip(start)
        .all(|(byte, expected)| byte == expected)
}

/// Returns the error for an answer that is empty or not HTTP.
fn not_http(received: &[u8], settings: &ManagementSettings) -> SourceError {
    let address = settings.address.clone();
    let plain = settings.tls == Tls::Off;
    match received.first() {
        Some(&TLS_ALERT) if plain => SourceError::TlsNeeded { address },
        None if plain => SourceError::TlsNeeded { address },
        None => SourceError::closed(&address),
        Some(_) => SourceError::not_understood(&address, PROTOCOL),
    }
}

/// The relevant parts of an answer's head.
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
    // If the body does not end in time, the status is reason enough.
    let mut rest = wire.take(MAX_HEAD_BYTES as u64);
    let _ = timeout(REASON_TIMEOUT, rest.read_to_end(&mut body)).await;
    if memchr::memmem::find(&body, b"Origin").is_some() {
        return SourceError::OriginNotAllowed { address };
    }
    let setting = SECRET_SETTING;
    ProbeError::WrongSecret { address, setting }.into()
}
