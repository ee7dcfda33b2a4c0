//! The real `oxeye-agent` binary, run as a process.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};
use tokio::task::JoinSet;

use crate::backend::{Ended, Oxeye};
use crate::binary;
use crate::minecraft::Minecraft;
use crate::output::{Log, read_lines};
use crate::watched::{WAIT_LIMIT, Watched, asked_until};

/// The data folder and settings with which an agent is started.
#[derive(Debug, Clone)]
pub struct AgentSetup {
    data_dir: Arc<TempDir>,
    settings: Vec<(String, String)>,
}

impl AgentSetup {
    /// Describes an agent beside this server, which logs in UTC. The agent checks the server's
    /// port.
    ///
    /// # Panics
    /// If no temporary folder can be created.
    pub fn beside(minecraft: &Minecraft) -> Self {
        let data_dir = TempDir::with_prefix("agent-").expect("a temporary folder can be created");
        let folder = data_dir.path().display().to_string();
        let setup = Self {
            data_dir: Arc::new(data_dir),
            settings: Vec::new(),
        };
        setup
            .set("DATA_DIR", &folder)
            .set("SERVER_DIR", &minecraft.folder().display().to_string())
            .set("LOG", &minecraft.log_file().display().to_string())
            .set("PING", &minecraft.address().to_string())
            .set("SOURCES", "log")
            .set("TIME_ZONE", "UTC")
            .set("HEARTBEAT_SECS", "1")
    }

    /// Sets `OXEYE_AGENT_<name>`, replacing an earlier value.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        let name = format!("OXEYE_AGENT_{name}");
        self.settings.retain(|(have, _)| *have != name);
        self.settings.push((name, value.to_owned()));
        self
    }

    /// Leaves one setting at its default.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        let name = format!("OXEYE_AGENT_{name}");
        self.settings.retain(|(have, _)| *have != name);
        self
    }

    /// The folder where it keeps its keys.
    pub fn data_dir(&self) -> &Path {
        self.data_dir.path()
    }

    /// Links the agent to a backend as this local server, with a new code and `connect`.
    ///
    /// # Panics
    /// If the agent is not linked afterwards.
    pub async fn connect(&self, oxeye: &Oxeye, server: &str) {
        let code = oxeye.local_link_code(server).await;
        let url = oxeye.url();
        let ended = self
            .run(&["connect", code.expose(), "--backend", &url])
            .await;
        assert_eq!(ended.code, Some(0), "{}", ended.log);
    }

    /// Starts `oxeye-agent run`.
    pub fn start(&self) -> Agent {
        let mut program = self.program(&["run"]);
        program.stdin(Stdio::piped());
        let mut child = program.spawn().expect("the binary starts");
        let (log, reader) = read_lines(child.stderr.take());
        Agent {
            child,
            log,
            _reader: reader,
            _setup: self.clone(),
        }
    }

    /// Runs any command until it ends.
    ///
    /// # Panics
    /// If it does not end.
    pub async fn run(&self, arguments: &[&str]) -> Ended {
        let mut child = self.program(arguments).spawn().expect("the binary starts");
        let (out, _out) = read_lines(child.stdout.take());
        let (log, _log) = read_lines(child.stderr.take());
        let Ok(Ok(status)) = tokio::time::timeout(WAIT_LIMIT, child.wait()).await else {
            panic!("oxeye-agent did not end: {}", log.read(Log::text))
        };
        for output in [&out, &log] {
            let ended = |log: &Log| log.ended.then_some(());
            output.until("its output has been read", ended).await;
        }
        Ended {
            code: status.code(),
            out: out.read(Log::text),
            log: log.read(Log::text),
        }
    }

    /// Runs `status --json` until it says this of the running agent, and returns all that it says then. The agent
    /// writes what it knows to a file once a second.
    ///
    /// # Panics
    /// If it does not say it in time, or what it says is not JSON.
    pub async fn says(&self, what: &str, condition: impl Fn(&Value) -> bool) -> Value {
        asked_until(what, async || {
            let ended = self.run(&["status", "--json"]).await;
            let said: Value = serde_json::from_str(&ended.out).expect("JSON");
            condition(&said["agent"]).then_some(said)
        })
        .await
    }

    fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command
            .args(arguments)
            .env_clear()
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .current_dir(self.data_dir.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }
}

fn program() -> PathBuf {
    binary::oxeye_agent()
}

/// A running agent. Dropping it kills it.
#[derive(Debug)]
pub struct Agent {
    child: Child,
    log: Arc<Watched<Log>>,
    _reader: JoinSet<()>,
    /// Keeps the data folder in place while the agent runs.
    _setup: AgentSetup,
}

impl Agent {
    /// Returns everything it has logged so far.
    pub fn log(&self) -> String {
        self.log.read(Log::text)
    }

    /// Writes text to its standard input.
    ///
    /// # Panics
    /// If it no longer reads its input.
    pub async fn reads_input(&mut self, text: &str) {
        let input = self
            .child
            .stdin
            .as_mut()
            .expect("the agent has a standard input");
        let written = input.write_all(text.as_bytes()).await;
        written.expect("the agent reads its input");
    }

    /// Closes its standard input.
    pub fn input_ends(&mut self) {
        drop(self.child.stdin.take());
    }

    /// The id of the process.
    ///
    /// # Panics
    /// If it has ended and has been waited for.
    pub fn process_id(&self) -> u32 {
        self.child
            .id()
            .expect("the process has not been waited for")
    }

    /// Waits until it has logged a line that contains `words`, and returns that line.
    pub async fn has_logged(&self, words: &str) -> String {
        let what = format!("oxeye-agent logs {words:?}");
        self.log
            .until(&what, |log| {
                log.lines.iter().find(|line| line.contains(words)).cloned()
            })
            .await
    }

    /// Kills it with SIGKILL and waits until it is gone.
    ///
    /// # Panics
    /// If it was already gone.
    pub async fn kill(mut self) {
        self.child.start_kill().expect("the agent is still running");
        self.ends_within(WAIT_LIMIT).await;
    }

    /// Sends SIGTERM and returns the exit code.
    ///
    /// # Panics
    /// If it is already gone, or does not end.
    pub async fn terminate(mut self) -> Option<i32> {
        let id = self.process_id().to_string();
        let kill = std::process::Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .expect("kill can be run");
        assert!(kill.success(), "the agent was not running");
        self.ends_within(WAIT_LIMIT).await.code()
    }

    /// Waits until it ends of its own accord, and returns its exit code.
    pub async fn ends(&mut self) -> Option<i32> {
        self.ends_within(WAIT_LIMIT).await.code()
    }

    async fn ends_within(&mut self, limit: Duration) -> ExitStatus {
        match tokio::time::timeout(limit, self.child.wait()).await {
            Ok(status) => status.expect("a child can be waited for"),
            Err(_) => panic!("the agent did not end within {limit:?}:\n{}", self.log()),
        }
    }
}

/// Prints the agent's log when a story fails.
impl Drop for Agent {
    #[expect(
        clippy::print_stderr,
        reason = "the test runner shows it together with the failure"
    )]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("oxeye-agent has logged:\n{}", self.log());
        }
    }
}
