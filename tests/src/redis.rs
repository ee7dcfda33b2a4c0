//! A real Redis or Valkey server, if one is installed.

use std::net::TcpListener;
use std::process::Stdio;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, Cmd, FromRedisValue};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::output::say_past_the_runner;
use crate::watched::WAIT_LIMIT;

/// How often another port is tried.
const ATTEMPTS: usize = 5;

/// Commands that are sent at once.
const PIPELINED: usize = 100;

/// The programs that speak the protocol.
const PROGRAMS: [&str; 2] = ["redis-server", "valkey-server"];

/// A running server. Dropping it kills it.
#[derive(Debug)]
pub struct Redis {
    program: &'static str,
    port: u16,
    child: Child,
    folder: TempDir,
}

impl Redis {
    /// Starts a server on a free port, which keeps nothing on disk. Returns `None`, and says so loudly, if none is
    /// installed.
    ///
    /// # Panics
    /// If it is installed and does not start.
    pub async fn start() -> Option<Self> {
        let Some(program) = installed() else {
            say_that_nothing_was_tested();
            return None;
        };
        for _ in 0..ATTEMPTS {
            let folder = tempfile::tempdir().expect("a temporary folder can be created");
            let port = free_port();
            let child = spawn(program, port, &folder);
            let mut redis = Self {
                program,
                port,
                child,
                folder,
            };
            if redis.answers().await {
                return Some(redis);
            }
        }
        panic!("{program} ends instead of answering");
    }

    /// Returns the address for `REDIS_URL`.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Returns the address with a password.
    pub fn url_with(&self, password: &str) -> String {
        format!("redis://:{password}@127.0.0.1:{}", self.port)
    }

    /// Returns the port on which it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns the program that runs.
    pub fn program(&self) -> &'static str {
        self.program
    }

    /// Sends a signal by its name, such as `STOP` or `CONT`.
    ///
    /// # Panics
    /// If the process is gone.
    pub fn signal(&self, name: &str) {
        let id = self.child.id().expect("the server runs");
        let status = std::process::Command::new("kill")
            .args([format!("-{name}"), id.to_string()])
            .status()
            .expect("kill can be run");
        assert!(status.success(), "the server was gone at SIG{name}");
    }

    /// Kills it, and starts an empty one on the same port.
    ///
    /// # Panics
    /// If it cannot be killed or started.
    pub async fn kill_and_restart(&mut self) {
        self.child.kill().await.expect("a child can be killed");
        self.child = spawn(self.program, self.port, &self.folder);
        assert!(self.answers().await, "{} has ended", self.program);
    }

    /// Runs a command, such as `FLUSHALL` or `GET key`.
    ///
    /// # Panics
    /// If it fails.
    pub async fn run<T: FromRedisValue>(&self, command: &[&str]) -> T {
        run_at(&self.url(), command).await
    }

    /// Runs a command with a password.
    ///
    /// # Panics
    /// If it fails.
    pub async fn run_with<T: FromRedisValue>(&self, password: &str, command: &[&str]) -> T {
        run_at(&self.url_with(password), command).await
    }

    /// Waits until it answers. Returns false if it ends instead, because somebody has taken its port meanwhile.
    async fn answers(&mut self) -> bool {
        let url = self.url();
        let asking = async {
            while self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
                if connect(&url).await.is_ok() {
                    return true;
                }
                tokio::task::yield_now().await;
            }
            false
        };
        let answered = tokio::time::timeout(WAIT_LIMIT, asking).await;
        answered.unwrap_or_else(|_| panic!("{} does not answer", self.program))
    }
}

/// Runs a command on any server that speaks the protocol.
///
/// # Panics
/// If it fails.
pub async fn run_at<T: FromRedisValue>(url: &str, command: &[&str]) -> T {
    let mut connection = connect(url).await.expect("the server answers");
    let answer = as_command(command).query_async(&mut connection).await;
    answer.unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

/// Runs commands one after the other over one connection to any server that speaks the protocol.
///
/// # Panics
/// If one fails.
pub async fn run_all_at<T: FromRedisValue>(url: &str, commands: &[Vec<&str>]) -> Vec<T> {
    let mut connection = connect(url).await.expect("the server answers");
    let mut answers = Vec::with_capacity(commands.len());
    for some in commands.chunks(PIPELINED) {
        let mut pipeline = redis::pipe();
        for command in some {
            pipeline.add_command(as_command(command));
        }
        let answered: Vec<T> = pipeline
            .query_async(&mut connection)
            .await
            .expect("the server answers");
        answers.extend(answered);
    }
    answers
}

async fn connect(url: &str) -> redis::RedisResult<MultiplexedConnection> {
    let limits = AsyncConnectionConfig::new().set_response_timeout(Some(WAIT_LIMIT));
    let client = Client::open(url)?;
    let connecting = client.get_multiplexed_async_connection_with_config(&limits);
    let mut connection = connecting.await?;
    redis::cmd("PING").exec_async(&mut connection).await?;
    Ok(connection)
}

fn as_command(words: &[&str]) -> Cmd {
    let mut command = Cmd::new();
    for word in words {
        command.arg(word);
    }
    command
}

fn installed() -> Option<&'static str> {
    PROGRAMS.into_iter().find(|program| {
        let mut version = std::process::Command::new(program);
        let found = version.arg("--version").stdout(Stdio::null()).status();
        found.is_ok_and(|status| status.success())
    })
}

/// Returns a port on which nobody listens.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("it is bound").port()
}

fn spawn(program: &str, port: u16, folder: &TempDir) -> Child {
    Command::new(program)
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
        .args(["--save", "", "--appendonly", "no"])
        .arg("--dir")
        .arg(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the program is installed")
}

fn say_that_nothing_was_tested() {
    say_past_the_runner(&format!(
        "*** THE TEST WITH A REAL REDIS DID NOT RUN: neither {} is installed",
        PROGRAMS.join(" nor ")
    ));
}
