//! Many busy plugins at once: keep-alive connections that send one request after another.
//!
//! The generator does as little as possible, since it shares the machine with what it measures:
//! requests are built in advance, and answers are read by their `Content-Length` and dropped.

pub mod bare;
mod latencies;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::raw::Request;
pub use latencies::Latencies;

/// The results of one or more runs, over all connections.
#[derive(Debug, Default)]
pub struct Measured {
    /// How long each answer took.
    pub latencies: Latencies,
    elapsed: Duration,
}

impl Measured {
    /// Adds another run.
    pub fn add(&mut self, other: Self) {
        self.latencies.append(other.latencies);
        self.elapsed += other.elapsed;
    }

    /// Answers per second.
    pub fn per_second(&self) -> f64 {
        #[expect(
            clippy::cast_precision_loss,
            reason = "fewer answers than an f64 counts exactly"
        )]
        let answers = self.latencies.count() as f64;
        answers / self.elapsed.as_secs_f64()
    }
}

/// What one connection sends, one request after another.
pub trait Requests: Send + 'static {
    /// Returns the bytes of the next request.
    fn next(&mut self) -> &[u8];
}

/// A join and a leave of one player in turn.
struct JoinAndLeave {
    requests: [Vec<u8>; 2],
    sent: usize,
}

impl Requests for JoinAndLeave {
    fn next(&mut self) -> &[u8] {
        self.sent += 1;
        &self.requests[(self.sent - 1) % 2]
    }
}

/// Keeps one connection per key busy for `length` with joins and leaves.
///
/// # Errors
/// If a connection breaks or an answer is not 200.
pub async fn run(address: SocketAddr, keys: &[String], length: Duration) -> Result<Measured> {
    let requests = keys.iter().enumerate().map(|(number, key)| {
        let player = format!("Player{number}");
        JoinAndLeave {
            requests: [event("/join", key, &player), event("/leave", key, &player)],
            sent: 0,
        }
    });
    run_requests(address, requests, length).await
}

/// Keeps connections busy for `length`; fails at the first answer that is not 200.
///
/// # Errors
/// If a connection breaks or an answer is not 200.
pub async fn run_requests(
    address: SocketAddr,
    requests: impl IntoIterator<Item = impl Requests>,
    length: Duration,
) -> Result<Measured> {
    let mut connections = JoinSet::new();
    let begin = Instant::now();
    for requests in requests {
        connections.spawn(keep_busy(address, requests, begin + length));
    }
    let mut measured = Measured::default();
    while let Some(connection) = connections.join_next().await {
        measured.latencies.append(connection??);
    }
    measured.elapsed = begin.elapsed();
    Ok(measured)
}

/// Builds a request as a plugin with a keep-alive connection sends it.
fn event(path: &str, key: &str, player: &str) -> Vec<u8> {
    let body = serde_json::json!({ "player": player });
    Request::post(path).bearer(key).json(&body).bytes()
}

async fn keep_busy(
    address: SocketAddr,
    mut requests: impl Requests,
    end: Instant,
) -> Result<Latencies> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut latencies = Latencies::default();
    let mut received = Vec::with_capacity(4096);
    loop {
        let sent = Instant::now();
        if sent >= end {
            return Ok(latencies);
        }
        stream.write_all(requests.next()).await?;
        read_answer(&mut stream, &mut received).await?;
        latencies.push(sent.elapsed());
    }
}

/// Reads one answer. No request is sent before it is complete, so there is nothing else to read.
async fn read_answer(stream: &mut TcpStream, received: &mut Vec<u8>) -> Result<()> {
    received.clear();
    loop {
        if stream.read_buf(received).await? == 0 {
            bail!("closed after {:?}", String::from_utf8_lossy(received));
        }
        if answer_length(received)?.is_some_and(|length| received.len() >= length) {
            return Ok(());
        }
    }
}

/// Returns the length of the whole answer once its head is complete.
fn answer_length(received: &[u8]) -> Result<Option<usize>> {
    let Some(head) = received.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = std::str::from_utf8(&received[..head])?;
    if !text.starts_with("HTTP/1.1 200 ") {
        bail!("refused: {}", String::from_utf8_lossy(received));
    }
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim())
    });
    let length: usize = length.unwrap_or("0").parse().context("content-length")?;
    Ok(Some(head + 4 + length))
}
