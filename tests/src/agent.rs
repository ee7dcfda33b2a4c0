//! The real `oxeye-agent` binary as a process.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};
use tokio::task::JoinSet;

use crate::backend::{Ended, Oxeye};
use crate::binary;
use crate::minecraft::Minecraft;
use crate::output::{Log, read_lines};
use crate::watched::{PATIENCE, Watched};

/// How an agent is to be started: a data folder and settings.
#[derive(Debug, Clone)]
pub struct AgentSetup {
    data_dir: Arc<TempDir>,
    settings: Vec<(String, String)>,
}

impl AgentSetup {
    /// An agent beside this server, which logs in UTC. It knocks at the server's port.
    ///
    /// # Panics
    /// When no temporary folder can be made.
    pub fn beside(minecraft: &Minecraft) -> Self {
        let data_dir = TempDir::with_prefix("agent-").expect("a temporary folder can be made");
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

    /// Sets `OXEYE_AGENT_<name>`, or sets it anew.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        let name = format!("OXEYE_AGENT_{name}");
        self.settings.retain(|(have, _)| *have != name);
        self.settings.push((name, value.to_owned()));
        self
    }

    /// Leaves one setting to its default.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        let name = format!("OXEYE_AGENT_{name}");
        self.settings.retain(|(have, _)| *have != name);
        self
    }

    /// Where it keeps its keys.
    pub fn data_dir(&self) -> &Path {
        self.data_dir.path()
    }

    /// Links the agent to a backend as this local server: a code, and `connect`.
    ///
    /// # Panics
    /// When it is not linked afterwards.
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

    /// Runs any command to its end.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn run(&self, arguments: &[&str]) -> Ended {
        let mut child = self.program(arguments).spawn().expect("the binary starts");
        let (out, _out) = read_lines(child.stdout.take());
        let (log, _log) = read_lines(child.stderr.take());
        let Ok(Ok(status)) = tokio::time::timeout(PATIENCE, child.wait()).await else {
            panic!("oxeye-agent did not end: {}", log.look(Log::text))
        };
        for output in [&out, &log] {
            let ended = |log: &Log| log.ended.then_some(());
            output.until("its output is read", ended).await;
        }
        Ended {
            code: status.code(),
            out: out.look(Log::text),
            log: log.look(Log::text),
        }
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
    /// Its data folder stays as long as it runs.
    _setup: AgentSetup,
}

impl Agent {
    /// All it has logged so far.
    pub fn log(&self) -> String {
        self.log.look(Log::text)
    }

    /// Something comes through its standard input.
    ///
    /// # Panics
    /// When it does not read that any more.
    pub async fn hears(&mut self, text: &str) {
        let input = self.child.stdin.as_mut().expect("it was given an input");
        let heard = input.write_all(text.as_bytes()).await;
        heard.expect("the agent reads its input");
    }

    /// Its standard input ends.
    pub fn hears_no_more(&mut self) {
        drop(self.child.stdin.take());
    }

    /// The id of the process.
    ///
    /// # Panics
    /// When it has ended and was waited for.
    pub fn process_id(&self) -> u32 {
        self.child
            .id()
            .expect("the process has not been waited for")
    }

    /// Waits until it has logged a line with `words` in it.
    pub async fn has_logged(&self, words: &str) -> String {
        let what = format!("oxeye-agent logs {words:?}");
        self.log
            .until(&what, |log| {
                log.lines.iter().find(|line| line.contains(words)).cloned()
            })
            .await
    }

    /// `kill -9`: it is gone when this returns.
    ///
    /// # Panics
    /// When it was gone before.
    pub async fn kill(mut self) {
        self.child.start_kill().expect("it is still there");
        self.ends_within(PATIENCE).await;
    }

    /// SIGTERM, and the exit code.
    ///
    /// # Panics
    /// When it is gone, or does not end.
    pub async fn terminate(mut self) -> Option<i32> {
        let id = self.process_id().to_string();
        let kill = std::process::Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .expect("kill can be run");
        assert!(kill.success(), "the agent was not there");
        self.ends_within(PATIENCE).await.code()
    }

    /// Waits until it ends by itself: its exit code.
    pub async fn ends(&mut self) -> Option<i32> {
        self.ends_within(PATIENCE).await.code()
    }

    async fn ends_within(&mut self, patience: Duration) -> ExitStatus {
        match tokio::time::timeout(patience, self.child.wait()).await {
            Ok(status) => status.expect("a child can be waited for"),
            Err(_) => panic!("the agent did not end within {patience:?}:\n{}", self.log()),
        }
    }
}

/// A story that fails shows what the agent has said.
impl Drop for Agent {
    #[expect(
        clippy::print_stderr,
        reason = "the test runner shows it with the failure"
    )]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("oxeye-agent has logged:\n{}", self.log());
        }
    }
}
