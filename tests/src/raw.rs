//! HTTP/1.1 byte by byte over a TCP socket, for everything that a well-behaved client would not
//! send.

use std::net::{IpAddr, SocketAddr};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::watched::WAIT_LIMIT;

/// A request. [`Request::bytes`] returns exactly what goes over the wire.
#[derive(Debug, Clone)]
pub struct Request {
    method: &'static str,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Request {
    /// Creates `GET path`.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new("GET", path)
    }

    /// Creates `POST path`.
    pub fn post(path: impl Into<String>) -> Self {
        Self::new("POST", path)
    }

    /// Creates a request with any method.
    pub fn new(method: &'static str, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            headers: Vec::new(),
            body: None,
        }
    }

    /// Returns the method and the path, without the query.
    #[must_use]
    pub fn route(&self) -> (&str, &str) {
        let path = self.path.split('?').next().unwrap_or_default();
        (self.method, path)
    }

    /// Adds one header line.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds `Authorization: Bearer key`.
    #[must_use]
    pub fn bearer(self, key: &str) -> Self {
        self.header("Authorization", &format!("Bearer {key}"))
    }

    /// Adds a JSON body with its content type.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.header("Content-Type", "application/json")
            .body(body.to_string())
    }

    /// Adds a body without a content type.
    #[must_use]
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Returns the request as it is sent.
    pub fn bytes(&self) -> Vec<u8> {
        let mut head = format!(
            "{} {} HTTP/1.1\r\nHost: oxeye.test\r\n",
            self.method, self.path
        );
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(body) = &self.body {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(self.body.as_deref().unwrap_or_default());
        bytes
    }
}

/// The answer to a request.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// All header lines in the order they arrived, with lower-case names.
    pub headers: Vec<(String, String)>,
    /// The body, with the length that `Content-Length` announces.
    pub body: Vec<u8>,
}

impl Answer {
    /// Returns the first header with this (lower-case) name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(have, _)| have == name)
            .map(|(_, value)| value.as_str())
    }

    /// Returns the body as JSON.
    ///
    /// # Panics
    /// If it is not JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_slice(&self.body) {
            Ok(value) => value,
            Err(error) => panic!("not JSON ({error}): {self}"),
        }
    }

    /// Returns the sentence of an error body.
    ///
    /// # Panics
    /// If the answer is not an error as the protocol requires: `error` is one sentence, and the
    /// boot id is there.
    #[track_caller]
    pub fn error(&self) -> String {
        assert!(self.status >= 400, "an error was expected: {self}");
        assert!(self.header("x-boot-id").is_some(), "no X-Boot-ID: {self}");
        let body = self.json();
        let Some(sentence) = body["error"].as_str() else {
            panic!("no `error` in the body: {self}")
        };
        assert!(
            sentence.len() >= 10,
            "`error` is not a sentence that an operator can act on: {self}"
        );
        if matches!(self.status, 429 | 503) {
            assert!(
                self.header("retry-after").is_some(),
                "no Retry-After: {self}"
            );
        }
        sentence.to_owned()
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.status)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {value}")?;
        }
        write!(f, "{}", String::from_utf8_lossy(&self.body))
    }
}

/// One TCP connection for several requests in a row.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            received: Vec::new(),
        })
    }

    /// Connects from another address of this machine; all of 127.0.0.0/8 belong to it.
    pub async fn open_from(source: IpAddr, address: SocketAddr) -> Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::new(source, 0))?;
        let stream = socket.connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            received: Vec::new(),
        })
    }

    /// Sends these bytes.
    pub async fn send(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.stream.write_all(bytes).await?)
    }

    /// Sends a request and reads the answer *while* sending, because a server that refuses a huge
    /// request answers before it has read all of it.
    pub async fn ask(&mut self, request: &Request) -> Result<Answer> {
        let bytes = request.bytes();
        let (mut reading, mut writing) = self.stream.split();
        let answer = read_answer(&mut reading, &mut self.received);
        tokio::pin!(answer);
        tokio::select! {
            biased;
            answer = &mut answer => return answer,
            // A failed write means that the server stopped reading; its answer still has to be
            // read.
            _ = writing.write_all(&bytes) => {}
        }
        tokio::time::timeout(WAIT_LIMIT, answer)
            .await
            .context("no answer")?
    }

    /// Reads the next answer.
    pub async fn answer(&mut self) -> Result<Answer> {
        let (mut reading, _) = self.stream.split();
        let answer = read_answer(&mut reading, &mut self.received);
        tokio::time::timeout(WAIT_LIMIT, answer)
            .await
            .context("no answer")?
    }

    /// Waits until the server closes the connection, at most `limit`; returns false if it did
    /// not.
    pub async fn closed_within(&mut self, limit: std::time::Duration) -> bool {
        let mut rest = Vec::new();
        tokio::time::timeout(limit, self.stream.read_to_end(&mut rest))
            .await
            .is_ok()
    }
}

/// Sends one request on a new connection.
///
/// # Panics
/// If no HTTP answer comes back, which is always wrong, whatever was sent.
#[track_caller]
pub fn ask(address: SocketAddr, request: &Request) -> impl Future<Output = Answer> {
    let caller = std::panic::Location::caller();
    async move {
        let answer = async { Connection::open(address).await?.ask(request).await }.await;
        match answer {
            Ok(answer) => answer,
            Err(error) => panic!(
                "no answer to {} {} asked at {caller}: {error:#}",
                request.method, request.path
            ),
        }
    }
}

async fn read_answer(
    stream: &mut (impl AsyncReadExt + Unpin),
    received: &mut Vec<u8>,
) -> Result<Answer> {
    let head_end = loop {
        if let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(received).await? == 0 {
            bail!("closed after {:?}", String::from_utf8_lossy(received));
        }
    };
    let mut answer = parse_head(&received[..head_end])?;
    let length: usize = match answer.header("content-length") {
        Some(length) => length.parse().context("content-length")?,
        None => 0,
    };
    while received.len() < head_end + length {
        if stream.read_buf(received).await? == 0 {
            bail!("closed within the body of {answer}");
        }
    }
    answer.body = received[head_end..head_end + length].to_vec();
    received.drain(..head_end + length);
    Ok(answer)
}

fn parse_head(head: &[u8]) -> Result<Answer> {
    let head = std::str::from_utf8(head)?;
    let mut lines = head.trim_end().split("\r\n");
    let status_line = lines.next().context("no status line")?;
    let status = status_line
        .split(' ')
        .nth(1)
        .context("no status")?
        .parse()?;
    let headers = lines
        .map(|line| {
            let (name, value) = line.split_once(':').context("a header without a colon")?;
            Ok((name.to_ascii_lowercase(), value.trim().to_owned()))
        })
        .collect::<Result<_>>()?;
    Ok(Answer {
        status,
        headers,
        body: Vec::new(),
    })
}
