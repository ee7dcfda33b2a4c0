//! A Redis client: a bare TCP socket, for everything that a well-behaved client would not send, and the real
//! `redis-cli`.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::process::Command;
use tokio::time::timeout;

use crate::backend::Oxeye;
use crate::output::say_past_the_runner;
use crate::watched::WAIT_LIMIT;

/// Returns where a backend answers Redis clients.
///
/// # Panics
/// If it does not.
pub async fn address(oxeye: &Oxeye) -> SocketAddr {
    let line = oxeye.has_logged("redis://").await;
    let (_, rest) = line.split_once("redis://").expect("the line has it");
    let address = rest.split_whitespace().next().unwrap_or_default();
    address.parse().expect("an address")
}

/// A connection.
#[derive(Debug)]
pub struct RedisClient {
    stream: TcpStream,
}

impl RedisClient {
    /// Connects.
    ///
    /// # Errors
    /// If nobody listens.
    pub async fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream })
    }

    /// Connects with a receive buffer so small that what the client does not read stays with the server.
    ///
    /// # Errors
    /// If nobody listens.
    pub async fn connect_with_small_buffer(address: SocketAddr) -> Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(4096)?;
        let stream = socket.connect(address).await?;
        Ok(Self { stream })
    }

    /// Sends these bytes.
    ///
    /// # Errors
    /// If the server has closed the connection.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) -> Result<()> {
        Ok(self.stream.write_all(bytes.as_ref()).await?)
    }

    /// Reads exactly this reply.
    ///
    /// # Panics
    /// If another one comes.
    pub async fn gets(&mut self, expected: &str) {
        let mut received = vec![0; expected.len()];
        let reading = timeout(WAIT_LIMIT, self.stream.read_exact(&mut received)).await;
        let outcome = reading.expect("a reply in time");
        let shown = String::from_utf8_lossy(&received);
        assert!(
            outcome.is_ok() && shown == expected,
            "{shown:?} instead of {expected:?}"
        );
    }

    /// Reads everything until the server closes the connection.
    ///
    /// # Errors
    /// If it does not do so within `limit`.
    pub async fn rest_within(&mut self, limit: Duration) -> Result<String> {
        let mut rest = Vec::new();
        let reading = timeout(limit, self.stream.read_to_end(&mut rest));
        // A reset ends a connection as well.
        let _ = reading.await.context("the connection stays open")?;
        Ok(String::from_utf8_lossy(&rest).into_owned())
    }

    /// Sends these bytes again and again, without reading, until the server closes the connection.
    ///
    /// # Errors
    /// If it does not do so within `limit`.
    pub async fn floods_until_closed(&mut self, bytes: &[u8], limit: Duration) -> Result<()> {
        let flooding = async { while self.send(bytes).await.is_ok() {} };
        timeout(limit, flooding)
            .await
            .context("the connection stays open")
    }
}

/// Whether `redis-cli` is installed. If it is not, says so past the test runner, which hides what passing tests print.
pub fn redis_cli_is_installed(test: &str) -> bool {
    let found = std::process::Command::new("redis-cli")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    if found.is_ok_and(|status| status.success()) {
        return true;
    }
    say_past_the_runner(&format!(
        "*** {test} DID NOT RUN: redis-cli IS MISSING (Debian package redis-tools)"
    ));
    false
}

/// Runs `redis-cli` and returns what it prints.
///
/// # Panics
/// If it fails or takes too long.
pub async fn redis_cli(address: SocketAddr, arguments: &[&str]) -> String {
    redis_cli_with_input(address, arguments, "").await
}

/// Runs `redis-cli` and returns what it prints for some lines of input.
///
/// # Panics
/// If it fails or takes too long.
pub async fn redis_cli_with_input(address: SocketAddr, arguments: &[&str], input: &str) -> String {
    let (host, port) = (address.ip().to_string(), address.port().to_string());
    let mut child = Command::new("redis-cli")
        .args(["-h", &host, "-p", &port])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("redis-cli starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let running = async {
        stdin.write_all(input.as_bytes()).await?;
        drop(stdin);
        child.wait_with_output().await
    };
    let output = timeout(WAIT_LIMIT, running).await;
    let output = output.expect("redis-cli ends").expect("redis-cli runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).expect("redis-cli prints text")
}
