//! The real `oxeye` binary as a process.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use oxeye_plugin_proto::LinkCode;
use oxeye_plugin_proto::client::{Client, LinkedClient};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinSet;

use crate::binary;
use crate::discord::{Discord, Guild};
use crate::plugin::Plugin;
use crate::raw::{self, Answer, Request};
use crate::watched::{PATIENCE, Watched};

/// The bearer token of the operator API of every backend in the stories.
pub const OPERATOR_TOKEN: &str = "operator-token-of-the-stories-0123456789";

/// How a backend is to be started: a folder and settings.
#[derive(Debug)]
pub struct Setup {
    folder: Arc<TempDir>,
    settings: Vec<(String, String)>,
    arguments: Vec<String>,
}

impl Default for Setup {
    fn default() -> Self {
        Self::new()
    }
}

impl Setup {
    /// A new folder; loopback, a port the system picks, no Discord.
    ///
    /// # Panics
    /// When no temporary folder can be made.
    pub fn new() -> Self {
        let folder = TempDir::with_prefix("oxeye-story-").expect("a temporary folder can be made");
        let database = folder.path().join("oxeye.db").display().to_string();
        let setup = Self {
            folder: Arc::new(folder),
            settings: Vec::new(),
            arguments: Vec::new(),
        };
        setup
            .set("HOST", "127.0.0.1")
            .set("PORT", "0")
            .set("DATABASE_PATH", &database)
            .set("OPERATOR_TOKEN", OPERATOR_TOKEN)
            .set("RUST_LOG", "info")
    }

    /// Sets one setting, or sets it anew.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.settings.retain(|(have, _)| have != name);
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Leaves one setting to its default.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.settings.retain(|(have, _)| have != name);
        self
    }

    /// Switches the bot on and points it at the stand-in.
    #[must_use]
    pub fn discord(self, discord: &Discord) -> Self {
        self.set("DISCORD_TOKEN", discord.token())
            .set("DISCORD_API_BASE", &discord.base())
    }

    /// What follows `oxeye` on the command line; nothing unless set.
    #[must_use]
    pub fn arguments(mut self, arguments: &[&str]) -> Self {
        self.arguments = arguments
            .iter()
            .map(|&argument| argument.to_owned())
            .collect();
        self
    }

    /// The folder of the database.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The same folder and settings once more.
    fn again(&self) -> Self {
        let (folder, settings) = (Arc::clone(&self.folder), self.settings.clone());
        Self {
            folder,
            settings,
            arguments: self.arguments.clone(),
        }
    }

    /// Starts the process and waits until it listens.
    ///
    /// # Panics
    /// When it does not.
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
                log,
                _reader: reader,
                setup: self,
            },
            Err(log) => panic!("oxeye ended instead of listening:\n{log}"),
        }
    }

    /// Runs the process to its end, for a command or a start that must fail.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn run(self) -> Ended {
        let (mut child, log, _reader) = self.spawn();
        let out = read_lines(child.stdout.take());
        let status = tokio::time::timeout(PATIENCE, child.wait()).await;
        let Ok(Ok(status)) = status else {
            panic!("oxeye did not end: {}", log.look(Log::text))
        };
        log.until("its log is read", |log| log.ended.then_some(()))
            .await;
        out.0
            .until("its output is read", |log| log.ended.then_some(()))
            .await;
        Ended {
            code: status.code(),
            out: out.0.look(Log::text),
            log: log.look(Log::text),
        }
    }

    fn spawn(&self) -> (Child, Arc<Watched<Log>>, JoinSet<()>) {
        let mut child = Command::new(binary::oxeye())
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

/// The lines a process has written so far.
#[derive(Debug, Default)]
struct Log {
    lines: Vec<String>,
    ended: bool,
}

impl Log {
    fn text(&self) -> String {
        self.lines.join("\n")
    }

    fn listening(&self) -> Option<Result<SocketAddr, String>> {
        self.lines.iter().find_map(|line| {
            let (_, rest) = line.split_once("listening on http://")?;
            let address = rest.split(|c: char| c.is_whitespace() || c == '"').next()?;
            Some(
                address
                    .parse()
                    .map_err(|_| format!("not an address: {line}")),
            )
        })
    }
}

fn read_lines(
    pipe: Option<impl AsyncRead + Unpin + Send + 'static>,
) -> (Arc<Watched<Log>>, JoinSet<()>) {
    let log = Arc::new(Watched::new(Log::default()));
    let writes = Arc::clone(&log);
    let mut reader = JoinSet::new();
    let pipe = pipe.expect("the process was started with pipes");
    reader.spawn(async move {
        let mut lines = BufReader::new(pipe).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            writes.change(|log| log.lines.push(line));
        }
        writes.change(|log| log.ended = true);
    });
    (log, reader)
}

/// A running backend. Dropping it kills it.
#[derive(Debug)]
pub struct Oxeye {
    child: Child,
    address: SocketAddr,
    log: Arc<Watched<Log>>,
    _reader: JoinSet<()>,
    setup: Setup,
}

impl Oxeye {
    /// Starts one with default settings and no Discord.
    pub async fn start() -> Self {
        Setup::new().start().await
    }

    /// Starts one whose bot talks to the stand-in, and waits until the bot takes commands.
    pub async fn start_with(discord: &Discord) -> Self {
        let oxeye = Setup::new().discord(discord).start().await;
        discord.bot_is_up().await;
        oxeye
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base of its URLs.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The folder of its database.
    pub fn folder(&self) -> &Path {
        self.setup.folder()
    }

    /// All it has logged so far.
    pub fn log(&self) -> String {
        self.log.look(Log::text)
    }

    /// Waits until it has logged a line with `words` in it.
    pub async fn has_logged(&self, words: &str) -> String {
        let what = format!("oxeye logs {words:?}");
        self.log
            .until(&what, |log| {
                log.lines.iter().find(|line| line.contains(words)).cloned()
            })
            .await
    }

    /// Sends one request on a connection of its own.
    pub async fn ask(&self, request: &Request) -> Answer {
        raw::ask(self.address, request).await
    }

    /// Asks the operator API.
    pub async fn operator(&self, request: Request) -> Answer {
        self.ask(&request.bearer(OPERATOR_TOKEN)).await
    }

    /// Gets a link code from the operator API, for a server without Discord.
    ///
    /// # Panics
    /// When there is none in the answer.
    pub async fn local_link_code(&self, server: &str) -> LinkCode {
        let answer = self
            .operator(Request::post("/api/links").json(&json!({"name": server})))
            .await;
        assert_eq!(answer.status, 201, "{answer}");
        let body = answer.json();
        let code = body["code"].as_str().expect("the answer holds a code");
        code.parse()
            .expect("what the backend gives out is a link code")
    }

    /// Links a server without Discord.
    pub async fn linked(&self, server: &str) -> Plugin {
        let code = self.local_link_code(server).await;
        self.redeem(&code).await
    }

    /// Links a server from Discord: a moderator of the guild asks for the code.
    pub async fn linked_from(&self, guild: &Guild, server: &str) -> Plugin {
        let answer = guild
            .moderator()
            .types("oxeye connect", &[("name", server)])
            .await;
        self.redeem(&answer.link_code()).await
    }

    /// Redeems a link code as a plugin does.
    ///
    /// # Panics
    /// When the code is not taken.
    pub async fn redeem(&self, code: &LinkCode) -> Plugin {
        let client = Client::new(self.url());
        let linked = client
            .connect(code)
            .await
            .expect("a fresh code is redeemed");
        Plugin::new(self.address, linked)
    }

    /// The plugin whose key was given out before this backend was started (again).
    pub fn plugin_with_key_of(&self, plugin: &Plugin) -> Plugin {
        let client: LinkedClient = Client::with_key(self.url(), plugin.api_key().clone());
        Plugin::new(self.address, client)
    }

    /// What the operator API says about a local server.
    ///
    /// # Panics
    /// When the server is unknown.
    pub async fn status(&self, server: &str) -> Value {
        let answer = self
            .operator(Request::get(format!(
                "/api/servers/0/{server}/status?limit=1000"
            )))
            .await;
        assert_eq!(answer.status, 200, "{answer}");
        answer.json()
    }

    /// The names of the players online on a local server, newest first.
    pub async fn online(&self, server: &str) -> Vec<String> {
        names(&self.status(server).await["online"])
    }

    /// The names of the players seen lately on a local server, newest first.
    pub async fn last_seen(&self, server: &str) -> Vec<String> {
        names(&self.status(server).await["last_seen"])
    }

    /// Runs another `oxeye` command beside it, with the same folder and settings.
    pub async fn command(&self, arguments: &[&str]) -> Ended {
        let port = self.address.port().to_string();
        let setup = self.setup.again().set("PORT", &port);
        setup.arguments(arguments).run().await
    }

    /// Sends a signal by name, `TERM` or `KILL`.
    ///
    /// # Panics
    /// When the process is gone.
    pub fn signal(&self, name: &str) {
        let id = self
            .child
            .id()
            .expect("the process has not been waited for");
        let status = std::process::Command::new("kill")
            .args([format!("-{name}"), id.to_string()])
            .status()
            .expect("kill can be run");
        assert!(status.success(), "oxeye was not there to get SIG{name}");
    }

    /// Waits for the end, at most `patience`.
    ///
    /// # Panics
    /// When it takes longer.
    pub async fn ends_within(&mut self, patience: Duration) -> ExitStatus {
        match tokio::time::timeout(patience, self.child.wait()).await {
            Ok(status) => status.expect("a child can be waited for"),
            Err(_) => panic!("oxeye did not end within {patience:?}:\n{}", self.log()),
        }
    }

    /// SIGTERM, and the exit code.
    pub async fn terminate(&mut self) -> Option<i32> {
        self.signal("TERM");
        self.ends_within(PATIENCE).await.code()
    }

    /// Ends it as it is, by SIGTERM, and starts it again on the same folder and settings.
    pub async fn restart(mut self) -> Self {
        assert_eq!(self.terminate().await, Some(0), "{}", self.log());
        self.setup.again().start().await
    }

    /// `kill -9`, and starts it again on the same folder and settings.
    pub async fn kill_and_restart(mut self) -> Self {
        self.signal("KILL");
        self.ends_within(PATIENCE).await;
        self.setup.again().start().await
    }
}

/// A story that fails shows what the backend has said.
impl Drop for Oxeye {
    #[expect(
        clippy::print_stderr,
        reason = "the test runner shows it with the failure"
    )]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("oxeye has logged:\n{}", self.log());
        }
    }
}

fn names(players: &Value) -> Vec<String> {
    let players = players.as_array().expect("a list of players");
    players
        .iter()
        .filter_map(|player| Some(player["player"].as_str()?.to_owned()))
        .collect()
}
