//! How a backend is started: a folder, settings, a command line.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::task::JoinSet;

use super::{OPERATOR_TOKEN, Oxeye};
use crate::binary;
use crate::discord::Discord;
use crate::loopback::own_address;
use crate::mojang::Mojang;
use crate::output::{Log, read_lines};
use crate::watched::{WAIT_LIMIT, Watched};

/// The folder and settings with which a backend is started.
#[derive(Debug)]
pub struct Setup {
    folder: Arc<TempDir>,
    settings: Vec<(String, String)>,
    arguments: Vec<String>,
    /// Shell commands that run in the new process before it becomes `oxeye`.
    prelude: Option<String>,
}

impl Default for Setup {
    fn default() -> Self {
        Self::new()
    }
}

impl Setup {
    /// Creates a new folder, with an address of its own on loopback, a port that the system picks, no Discord, and
    /// no lookup of skins.
    ///
    /// # Panics
    /// If no temporary folder can be created.
    pub fn new() -> Self {
        let folder =
            TempDir::with_prefix("oxeye-story-").expect("a temporary folder can be created");
        let database = folder.path().join("oxeye.db").display().to_string();
        let setup = Self {
            folder: Arc::new(folder),
            settings: Vec::new(),
            arguments: Vec::new(),
            prelude: None,
        };
        setup
            .set("HOST", &own_address().to_string())
            .set("PORT", "0")
            .set("DATABASE_PATH", &database)
            .set("OPERATOR_TOKEN", OPERATOR_TOKEN)
            // Nothing in the tests leaves loopback.
            .set("SKIN_LOOKUP", "off")
            .set("RUST_LOG", "info")
    }

    /// Creates a new folder, with the rate limits out of the way and no log line per request.
    pub fn unlimited() -> Self {
        Self::new()
            .set("RATE_LIMIT_EVENTS_PER_SEC", "1000000")
            .set("RATE_LIMIT_EVENTS_BURST", "1000000")
            .set("RATE_LIMIT_BATCH_EVENTS_PER_SEC", "1000000")
            .set("RATE_LIMIT_ACTIVITY_EVENTS_PER_SEC", "1000000")
            .set("MAX_NEW_PLAYERS_PER_HOUR", "1000000")
            .set("RATE_LIMIT_CONNECT_PER_MIN", "1000")
            .set("RUST_LOG", "warn,oxeye_backend=info")
    }

    /// Sets one setting, replacing an earlier value.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.settings.retain(|(have, _)| have != name);
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Leaves one setting at its default.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.settings.retain(|(have, _)| have != name);
        self
    }

    /// Switches the bot on and connects it to the stand-in.
    #[must_use]
    pub fn discord(self, discord: &Discord) -> Self {
        self.set("DISCORD_TOKEN", discord.token())
            .set("DISCORD_API_BASE", &discord.base())
    }

    /// Makes the backend look skins up at the stand-in.
    #[must_use]
    pub fn mojang(self, mojang: &Mojang) -> Self {
        self.set("SKIN_LOOKUP", "mojang")
            .set("SKIN_LOOKUP_BASE", &mojang.url())
    }

    /// Sets the arguments of `oxeye`; there are none unless this is called.
    #[must_use]
    pub fn arguments(mut self, arguments: &[&str]) -> Self {
        self.arguments = arguments
            .iter()
            .map(|&argument| argument.to_owned())
            .collect();
        self
    }

    /// Sets shell commands that run in the new process before it becomes `oxeye`, for example to
    /// limit it. They do not run when the backend is started again.
    #[must_use]
    pub fn after(mut self, prelude: &str) -> Self {
        self.prelude = Some(prelude.to_owned());
        self
    }

    /// The folder of the database.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the same folder and settings again.
    #[must_use]
    pub fn again(&self) -> Self {
        let (folder, settings) = (Arc::clone(&self.folder), self.settings.clone());
        Self {
            folder,
            settings,
            arguments: self.arguments.clone(),
            prelude: None,
        }
    }

    /// Starts the process and waits until it listens.
    ///
    /// # Panics
    /// If it does not.
    pub async fn start(self) -> Oxeye {
        let (child, log, reader) = self.spawn();
        let line = log
            .until("oxeye listens", |log| {
                log.listening()
                    .or_else(|| log.ended.then(|| Err(log.lines.join("\n"))))
            })
            .await;
        match line {
            Ok(address) => Oxeye {
                child,
                address,
                operator_address: match log.read(Log::operator_address) {
                    Some(apart) => apart.expect("an address"),
                    None => address,
                },
                log,
                _reader: reader,
                setup: self,
            },
            Err(log) => panic!("oxeye ended instead of listening:\n{log}"),
        }
    }

    /// Runs the process until it ends, for a command or for a start that must fail.
    ///
    /// # Panics
    /// If it does not end.
    pub async fn run(self) -> Ended {
        let (mut child, log, _reader) = self.spawn();
        let out = read_lines(child.stdout.take());
        let status = tokio::time::timeout(WAIT_LIMIT, child.wait()).await;
        let Ok(Ok(status)) = status else {
            panic!("oxeye did not end: {}", log.read(Log::text))
        };
        log.until("its log has been read", |log| log.ended.then_some(()))
            .await;
        out.0
            .until("its output has been read", |log| log.ended.then_some(()))
            .await;
        Ended {
            code: status.code(),
            out: out.0.read(Log::text),
            log: log.read(Log::text),
        }
    }

    fn program(&self) -> Command {
        let Some(prelude) = &self.prelude else {
            return Command::new(binary::oxeye());
        };
        let mut shell = Command::new("bash");
        let become_oxeye = format!("{prelude}; exec \"$@\"");
        shell.args(["-c", &become_oxeye, "bash"]);
        shell.arg(binary::oxeye());
        shell
    }

    fn spawn(&self) -> (Child, Arc<Watched<Log>>, JoinSet<()>) {
        let mut child = self
            .program()
            .args(&self.arguments)
            .env_clear()
            .envs(self.settings.iter().map(|(name, value)| (name, value)))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("the binary starts");
        let (log, reader) = read_lines(child.stderr.take());
        (child, log, reader)
    }
}

/// How a process ended.
#[derive(Debug)]
pub struct Ended {
    /// The exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it printed.
    pub out: String,
    /// What it logged.
    pub log: String,
}
